"""The network of plans: known cells stay, cells that are not there say nothing, saved whole."""

from pathlib import Path

import numpy as np
import pytest
import torch

from segue.diffusion.denoiser import NoisyLatents
from segue.diffusion.sampling import Known, Plan, sample
from segue.diffusion.scale import LatentScale
from segue.diffusion.schedule import NoiseSchedule
from segue.errors import CheckpointError, ConfigError
from segue.models.plans.columns import FLAGS, N_BARS, N_CELLS, N_PARTS, Told
from segue.models.plans.config import PlanConfig
from segue.models.plans.denoiser import PlanDenoiser, denoise_plan
from segue.models.plans.folder import SavedPlans, load_plans, save_plans

SMALL = PlanConfig(slices=2, latent_width=3, width=16, heads=2, layers=2)
Z = SMALL.core.latents


def network(seed: int = 0) -> PlanDenoiser:
    """One whose weights are all of some size: a new one says nothing yet."""
    torch.manual_seed(seed)
    model = PlanDenoiser(SMALL, NoiseSchedule(50)).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return model


def told(size: int = 2, parts: int = 5) -> torch.Tensor:
    """Of grids of pianos, the parts behind the first few not there."""
    found = torch.zeros(size, N_BARS, N_PARTS, len(Told), dtype=torch.int64)
    found[:, :, :parts, Told.INSTRUMENT] = 1
    found[..., Told.BAR] = torch.arange(N_BARS)[:, None]
    return found.flatten(1, 2)


def batch(size: int = 2, seed: int = 1, *, guessed: int = 0) -> NoisyLatents:
    random = torch.Generator().manual_seed(seed)
    about = told(size)
    about[..., Told.GUESSED] = guessed
    noisy, velocity = torch.randn(2, size, N_CELLS, Z, generator=random)
    return NoisyLatents(
        noisy=noisy,
        velocity=velocity,
        share=torch.tensor([0.3, 0.9])[:size],
        weight=torch.ones(size),
        known=torch.rand(size, N_CELLS, generator=random) < 0.3,
        present=torch.ones(size, N_CELLS, dtype=torch.bool),
        about=about.float(),
    )


def predicted(model: PlanDenoiser, of: NoisyLatents, guess: torch.Tensor | None) -> torch.Tensor:
    with torch.no_grad():
        return model.predict(of.noisy, of.share, of.known, of.about.long(), guess)


def test_a_new_network_predicts_nothing_and_errs_by_what_is_there() -> None:
    of = batch()
    model = PlanDenoiser(SMALL, NoiseSchedule(50))
    terms = model(of)
    counted = (of.about[..., Told.INSTRUMENT] > 0) & ~of.known
    error = of.velocity.square()[..., :-FLAGS].mean(dim=-1)

    assert not predicted(model, of, None).any()
    assert terms.errors.sum().item() == pytest.approx((error * counted).sum().item())
    assert terms.tokens.tolist() == [0, counted[0].sum(), 0, counted[1].sum()]
    assert terms.events == counted.sum() > terms.sounding > 0
    assert terms.lost <= terms.sounding
    assert terms.silent_kept <= terms.events - terms.sounding


def test_cells_that_are_not_there_say_nothing() -> None:
    model, of = network(), batch()
    there = of.about[..., Told.INSTRUMENT] > 0
    guess = torch.randn(of.noisy.shape)
    before = predicted(model, of, guess)
    of.noisy[~there], guess[~there] = 7.0, 7.0
    of.known[~there] = True

    torch.testing.assert_close(predicted(model, of, guess)[there], before[there])


def test_a_known_cell_is_read_beside_the_same_part_1_2_4_and_8_bars_later() -> None:
    """With attention that passes nothing on, only these cells and its own know of a cell."""
    model, of = network(), batch(1)
    for name, weight in model.named_parameters():
        if "attention_out" in name:
            torch.nn.init.zeros_(weight)
    cell = 2 * N_PARTS + 3
    of.known[:, cell] = True
    before = predicted(model, of, None)
    of.noisy[:, cell] += 1.0
    changed = (predicted(model, of, None) != before).any(dim=-1)[0].nonzero().flatten()

    assert changed.tolist() == [cell + bars * N_PARTS for bars in (0, 1, 2, 4, 8)]


def test_a_guess_is_read_of_unknown_cells_alone() -> None:
    model, of = network(), batch()
    guess = torch.randn(of.noisy.shape)
    before = predicted(model, of, guess)
    guess[of.known] = 7.0
    assert torch.equal(predicted(model, of, guess), before)
    assert not torch.allclose(predicted(model, of, None), before)


def test_the_first_guess_of_training_has_no_gradient_of_its_own() -> None:
    model, of = network(), batch(guessed=1)
    guess = model.clean(of.noisy, predicted(model, of, None), of.share)
    error = (predicted(model, of, guess) - of.velocity).square()[..., :-FLAGS].mean(dim=-1)
    counted = (of.about[..., Told.INSTRUMENT] > 0) & ~of.known

    assert model(of).errors.sum().item() == pytest.approx((error * counted).sum().item(), rel=1e-4)


def test_known_cells_come_back_unchanged_and_the_others_do_not() -> None:
    model = network()
    rng = np.random.default_rng(3)
    values = rng.standard_normal((2, N_CELLS, Z), np.float32)
    mask = rng.random((2, N_CELLS)) < 0.5
    made = sample(
        denoise_plan(model, told().numpy()),
        [np.random.default_rng(seed) for seed in range(2)],
        (N_CELLS, Z),
        model.schedule,
        Plan(4),
        known=Known(values, mask),
    )

    assert np.array_equal(made[mask], values[mask])
    assert np.abs(made[~mask] - values[~mask]).min(axis=-1).max() > 0


def test_a_network_is_kept_whole(tmp_path: Path) -> None:
    saved = SavedPlans(network(), LatentScale((0.5,) * Z, (2.0,) * Z, 3.0))
    save_plans(saved, tmp_path, {"trained_steps": 3})
    back = load_plans(tmp_path)

    assert (back.scale, back.model.schedule) == (saved.scale, NoiseSchedule(50))
    of = batch()
    assert torch.equal(predicted(back.model, of, None), predicted(saved.model, of, None))


def test_a_folder_of_another_kind_is_refused(tmp_path: Path) -> None:
    save_plans(SavedPlans(network(), LatentScale((0.0,), (1.0,), 1.0)), tmp_path, {})
    with pytest.raises(CheckpointError, match="a scale of 1 channels for cells of 14"):
        load_plans(tmp_path)
    save_plans(SavedPlans(network(), LatentScale((0.0,), (1.0,), 1.0)), tmp_path, {"kind": "x"})
    with pytest.raises(CheckpointError, match="is of kind and version"):
        load_plans(tmp_path)
    with pytest.raises(CheckpointError, match="describes no network of plans"):
        load_plans(tmp_path / "none")


def test_a_shape_that_cannot_be_built_is_refused() -> None:
    with pytest.raises(ConfigError, match="width: must be a multiple of"):
        PlanConfig(width=100, heads=6)
