"""The rungs below Segue's design lack what they say, and nothing else, at the same size."""

from dataclasses import replace
from typing import get_args

import pytest
import torch
from torch import Tensor

from segue.encoding.sequence import ATTRIBUTE_COLUMNS, Column
from segue.errors import ConfigError
from segue.models.batch import Batch
from segue.models.config import Design, ModelConfig, Size
from segue.models.segue_vae import Learns, SegueVAE, true_attributes
from segue.nn.transformer import LayerCache
from tests.unit.models.batches import SMALLEST, a_batch, smallest_model

RUNGS: tuple[Design, ...] = ("no-latents", "plain")


def rung(design: Design, seed: int = 1) -> SegueVAE:
    """The smallest model of a design."""
    looks = design == "no-latents"
    return smallest_model(
        seed, replace(SMALLEST, latents=0, encoder_width=0, sketch_width=0, look_back=looks)
    )


@pytest.fixture
def batch() -> Batch:
    return a_batch()


@torch.no_grad()
def logits(model: SegueVAE, batch: Batch) -> list[Tensor]:
    z = torch.zeros(len(batch.columns), batch.n_bars, model.config.latents)
    return model.predict(batch, z, batch.latent_given)[0]


@pytest.mark.parametrize("size", get_args(Size))
@pytest.mark.parametrize("design", RUNGS)
def test_a_rung_has_as_many_parameters_as_segue_s_own(size: Size, design: Design) -> None:
    with torch.device("meta"):  # shapes without memory: base is large
        models = [SegueVAE(ModelConfig.for_size(size, d)) for d in ("segue", design)]

    own, other = (sum(p.numel() for p in model.parameters()) for model in models)

    assert other == pytest.approx(own, rel=0.02)
    assert (models[1].config.size(), models[1].config.design()) == (size, design)


@pytest.mark.parametrize("design", RUNGS)
def test_a_rung_has_nothing_that_it_is_to_lack(design: Design) -> None:
    names = {name for name, _ in rung(design).named_parameters()}

    of_latents = ("encoder.", "read_note.", "latent_in.", "no_latent", "heads.sketch.")
    assert not [name for name in names if name.startswith(of_latents)]
    of_look_back = ("heads.gates.", "heads.chroma.", "heads.repeats.")
    assert any(name.startswith(of_look_back) for name in names) == (design == "no-latents")


@pytest.mark.parametrize("design", RUNGS)
def test_look_back_matters_to_the_rung_that_has_it(design: Design, batch: Batch) -> None:
    model = rung(design)

    on, off = (
        logits(model, replace(batch, look_back=torch.full_like(batch.look_back, given)))
        for given in (True, False)
    )

    alike = all(torch.equal(a, b) for a, b in zip(on, off, strict=True))
    assert alike == (design == "plain")


@pytest.mark.parametrize("design", RUNGS)
def test_giving_latents_to_a_model_without_changes_nothing_and_tells_0(
    design: Design, batch: Batch
) -> None:
    model = rung(design)
    none = replace(batch, latent_given=torch.zeros_like(batch.latent_given))

    given, withheld = model(batch, learns=Learns.DECODER), model(none, learns=Learns.ALL)

    torch.testing.assert_close(given.nll, withheld.nll)
    for terms in (given, withheld):
        assert float(terms.kl.sum() + terms.sketch_nll.sum() + terms.marginal_nll.sum()) == 0


@pytest.mark.parametrize("design", RUNGS)
def test_all_of_a_rung_learns(design: Design, batch: Batch) -> None:
    model = rung(design)

    torch.autograd.backward(model(batch, learns=Learns.DECODER).nll.sum())

    assert [name for name, p in model.named_parameters() if p.grad is None] == []


@torch.no_grad()
def test_a_plain_model_writes_step_by_step_what_it_predicts_at_once(batch: Batch) -> None:
    model = rung("plain")
    at_once = logits(model, batch)
    size, length = batch.columns.shape[:2]
    head_width = SMALLEST.width // SMALLEST.heads
    caches = [
        LayerCache.empty(size, SMALLEST.heads, length, head_width) for _ in range(SMALLEST.layers)
    ]
    nothing = torch.zeros(size, batch.n_bars, 0)

    for t in range(length - 1):
        now, target = batch.columns[:, t : t + 1], batch.columns[:, t + 1 : t + 2].clone()
        truth = true_attributes(target)
        hidden = model.decode(now, batch.masked_parts, nothing, caches, t)
        target[..., [int(c) for c in ATTRIBUTE_COLUMNS]] = 0  # yet to be chosen
        outline = model.outline(nothing, batch.latent_given, now[..., Column.BAR])
        singly, _ = model.heads(
            hidden, now, None, None, outline, target, lambda a, _, truth=truth: truth[..., a]
        )
        for one, together in zip(singly, at_once, strict=True):
            torch.testing.assert_close(one[:, 0], together[:, t], rtol=1e-4, atol=1e-4)


def test_a_design_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="segue, no-latents, plain, got 'best'"):
        ModelConfig.for_size("tiny", "best")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="0 together or not at all, got latents 0, encoder_wid"):
        replace(SMALLEST, latents=0)
