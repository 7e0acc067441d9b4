"""The network: a function of what it is told, and of nothing else."""

import numpy as np
import pytest
import torch

from segue.diffusion.config import DenoiserConfig
from segue.diffusion.denoiser import Denoiser, NoisyLatents, predict_with
from segue.errors import ConfigError
from tests.unit.diffusion.denoisers import latents

SMALL = DenoiserConfig(latents=3, about=2, width=16, heads=2, layers=2)


def network(config: DenoiserConfig = SMALL, seed: int = 0) -> Denoiser:
    """One whose weights are all of some size: a new one says nothing yet."""
    torch.manual_seed(seed)
    model = Denoiser(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model


def batch(size: int = 4, tokens: int = 5, seed: int = 1) -> NoisyLatents:
    random = torch.Generator().manual_seed(seed)
    shape = (size, tokens)
    return NoisyLatents(
        noisy=torch.randn(*shape, 3, generator=random),
        velocity=torch.randn(*shape, 3, generator=random),
        share=torch.tensor([0.1, 0.3, 0.6, 1.0])[:size],
        weight=torch.ones(size),
        present=torch.ones(shape, dtype=torch.bool),
        about=torch.randn(*shape, 2, generator=random),
    )


def predicted(model: Denoiser, of: NoisyLatents) -> torch.Tensor:
    with torch.no_grad():
        return model.predict(of.noisy, of.share, of.present, of.about)


def test_a_new_network_predicts_nothing() -> None:
    assert not predicted(Denoiser(SMALL), batch()).any()


def test_tokens_have_no_order_but_what_is_said_of_them() -> None:
    model, of = network(), batch()
    order = torch.tensor([3, 0, 4, 1, 2])
    moved = NoisyLatents(
        of.noisy[:, order], of.velocity, of.share, of.weight, of.present, of.about[:, order]
    )  # fmt: skip

    torch.testing.assert_close(predicted(model, moved), predicted(model, of)[:, order])


def test_padding_changes_nothing() -> None:
    model, of = network(), batch()
    of.present[:, 3:] = False
    before = predicted(model, of)
    of.noisy[:, 3:] = 9.0
    of.about[:, 3:] = 9.0

    torch.testing.assert_close(predicted(model, of)[:, :3], before[:, :3])


@pytest.mark.parametrize("told", ["noisy", "share", "about"])
def test_it_listens_to_all_that_it_is_told(told: str) -> None:
    model, of = network(), batch()
    before = predicted(model, of)
    setattr(of, told, getattr(of, told) + 0.5)

    assert (predicted(model, of) - before).abs().amax(dim=(1, 2)).min() > 1e-4


def test_errors_are_of_tokens_that_are_no_padding_by_quarters_of_levels() -> None:
    model, of = network(), batch()
    of.present[0, 4] = False
    error = (predicted(model, of) - of.velocity).square().mean(dim=-1) * of.present
    of.weight = torch.tensor([1.0, 2.0, 0.5, 0.0])
    with torch.no_grad():
        terms = model(of)

    torch.testing.assert_close(terms.loss, (error.sum(dim=1) * of.weight).sum())
    torch.testing.assert_close(terms.errors, error.sum(dim=1)[[0, 1, 2, 3]])
    assert terms.tokens.tolist() == of.present.sum(dim=1).tolist()
    assert terms.events == of.present.sum()


def test_a_sampler_is_told_what_the_network_says() -> None:
    model, of = network(), batch()
    predict = predict_with(model, of.about.numpy(), of.present.numpy())
    found = predict(of.noisy.numpy(), of.share.numpy())

    np.testing.assert_array_equal(found, predicted(model, of).numpy())

    bare = network(DenoiserConfig(latents=3, width=16, heads=2, layers=1))
    assert predict_with(bare)(latents(1, 2, 4, 3), np.ones(2, np.float32)).shape == (2, 4, 3)


def test_a_shape_that_cannot_be_built_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"layers: must be in 1\.\.8192, got 0\nwidth: must be"):
        DenoiserConfig(layers=0, width=30, heads=4)
