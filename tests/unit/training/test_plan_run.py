"""A run of a network of plans: grids of cells, their masks, and resumed to the bit."""

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from segue.diffusion.denoiser import NoisyLatents
from segue.encoding.cells import MAX_CELL_NOTES
from segue.encoding.vocabulary import DRUMS
from segue.errors import ConfigError, CorpusError
from segue.models.cells.vae import CellVAE
from segue.models.plans.columns import FLAGS, N_BARS, N_CELLS, N_PARTS, Told
from segue.models.plans.config import PlanConfig
from segue.models.plans.denoiser import PlanTerms
from segue.models.plans.folder import load_plans
from segue.training.config import MaskConfig, PlanTrainingConfig
from segue.training.grid_examples import GridSource, unknown_cells
from segue.training.grids import GRIDS_NAME, CellGrid, Grids, draw_grid, encode_grids
from segue.training.interruption import Stopped
from segue.training.latent_examples import LatentExamples, latent_batches
from segue.training.loop import MODEL_FOLDER, Report, Trainer
from segue.training.packing import Pack, pack_corpus
from segue.training.plan_task import PlanTask
from segue.training.window_latents import LatentsOfCells
from tests.unit.models.cells import SMALL as CELLS
from tests.unit.training.corpora import build_tiny

MODEL = PlanConfig(
    slices=CELLS.slices, latent_width=CELLS.latent_width, width=16, heads=2, layers=1
)


@pytest.fixture(name="packs", scope="module")
def _packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("long")
    pack_corpus(build_tiny(folder, n_notes=200), folder / "pack")
    return folder / "pack"


@pytest.fixture(name="vae", scope="module")
def _vae() -> CellVAE:
    torch.manual_seed(1)
    return CellVAE(CELLS)


@pytest.fixture(name="grids", scope="module")
def _grids(packs: Path, vae: CellVAE, tmp_path_factory: pytest.TempPathFactory) -> Grids:
    folder = tmp_path_factory.mktemp("grids")
    pack = Pack.open(packs / "train")
    return encode_grids(pack, LatentsOfCells(vae), folder, count=40, seed=1, transpose=True)


def drawn(packs: Path, seed: int, *, transpose: bool = False) -> CellGrid:
    pack = Pack.open(packs / "train")
    return draw_grid(pack, pack.versions(), np.random.default_rng(seed), transpose=transpose)


def trainer(grids: Grids, folder: Path, **changes: Any) -> Trainer[NoisyLatents, PlanTerms]:
    shortest: dict[str, Any] = {
        "steps": 4, "batch": 3, "validate_every": 2, "validate_windows": 5, "levels": 50,
        "model": MODEL,
    }  # fmt: skip
    task = PlanTask(PlanTrainingConfig(**{**shortest, **changes}), grids, grids)
    return Trainer(task, folder, accelerator="cpu")


def test_a_grid_holds_cells_where_its_parts_are(packs: Path) -> None:
    for seed in range(20):
        grid = drawn(packs, seed)
        bars, parts = grid.places.T
        told = grid.told[bars, parts]
        assert (told[:, Told.INSTRUMENT] == 1 + grid.cells.instruments).all()
        assert (told[:, Told.LENGTH] == grid.cells.lengths).all()
        assert (told[:, Told.NUMERATOR] == grid.cells.numerators).all()
        assert (told[:, Told.BAR] == bars).all()
        assert len(np.unique(grid.places, axis=0)) == len(grid.places)
        assert grid.cells.counts.max() <= MAX_CELL_NOTES
        there = (grid.told[..., Told.INSTRUMENT] > 0).any(axis=0)
        assert np.array_equal(np.unique(parts), np.flatnonzero(there))


def test_a_transposed_grid_moves_all_but_drums_alike(packs: Path) -> None:
    moves = set()
    for seed in range(20):
        plain, moved = (drawn(packs, seed, transpose=each) for each in (False, True))
        assert np.array_equal(plain.places, moved.places)
        is_note = np.arange(plain.cells.notes.shape[1]) < plain.cells.counts[:, None]
        by = np.sort(moved.cells.notes[..., 1], axis=1) - np.sort(plain.cells.notes[..., 1], axis=1)
        drums = plain.cells.instruments == DRUMS
        assert not by[drums].any()
        melodic = by[~drums][is_note[~drums][:, ::-1]]
        assert len(set(melodic.tolist())) <= 1
        moves |= set(melodic.tolist())
    assert len(moves) > 3


def test_latents_on_disk_are_those_of_the_cells(packs: Path, vae: CellVAE, grids: Grids) -> None:
    pack = Pack.open(packs / "train")
    for number in (0, 33):
        rng = np.random.default_rng([1, number])
        grid = draw_grid(pack, pack.versions(), rng, transpose=True)
        (means,) = LatentsOfCells(vae).means([grid.cells])
        bars, parts = grid.places.T
        assert np.allclose(grids.latents[number, bars, parts], means, atol=2e-3)
        sounding = np.zeros((N_BARS, N_PARTS), bool)
        sounding[bars, parts] = True
        assert np.array_equal(grids.sounding[number], sounding)
        assert np.array_equal(grids.told[number], grid.told)


def test_values_are_scaled_latents_and_flags_that_say_silence(grids: Grids) -> None:
    scale = grids.scale()
    every = np.stack([scale.encode(grids.values(n, scale)) for n in range(len(grids))])
    sounding = np.array(grids.sounding).reshape(len(grids), N_CELLS)

    assert np.array_equal(every[..., -FLAGS:] > 0, np.repeat(sounding[..., None], FLAGS, axis=-1))
    assert set(np.unique(every[..., -FLAGS:])) == {-1.0, 1.0}
    assert np.abs(every[~sounding][:, :-FLAGS]).max() < 1e-5
    assert np.abs(every[sounding][:, :-FLAGS].std(axis=0) - 1).max() < 0.01


@pytest.mark.parametrize(
    ("masks", "whole"),
    [
        (MaskConfig(1, 0, 0), "the last bars"),
        (MaskConfig(0, 1, 0), "bars in a row"),
        (MaskConfig(0, 0, 1), "parts"),
        (MaskConfig(0, 0, 0), "all"),
    ],
)
def test_masks_cover_what_they_should(masks: MaskConfig, whole: str) -> None:
    rng = np.random.default_rng(2)
    there = np.zeros((N_BARS, N_PARTS), bool)
    there[:, :5] = True
    there[0, 2] = False
    seen = set()
    for _ in range(200):
        unknown = unknown_cells(there, masks, rng)
        assert unknown.any()
        assert not unknown[~there].any()
        bars, parts = (np.asarray(unknown.any(axis=axis)) for axis in (1, 0))
        assert np.array_equal(unknown, bars[:, None] & parts & there)
        runs = int((np.diff(bars.astype(int), prepend=0, append=0) == 1).sum())
        assert runs == 1
        seen.add((int(bars.sum()), int(parts.sum())))
        if whole == "the last bars":
            assert parts[:5].all()
            assert (bool(bars[0]), bool(bars[-1])) == (False, True)
        elif whole == "bars in a row":
            assert parts[:5].all()
            assert not bars.all()
        elif whole == "parts":
            assert 1 <= parts.sum() < 5
        else:
            assert np.array_equal(unknown, there)
    assert len(seen) == 1 if whole == "all" else len(seen) > 4


def test_of_one_part_all_or_some_bars_are_drawn() -> None:
    rng = np.random.default_rng(2)
    there = np.zeros((N_BARS, N_PARTS), bool)
    there[:, 0] = True
    for _ in range(50):
        assert unknown_cells(there, MaskConfig(0, 0, 1), rng)[:, 0].any()


def test_an_example_is_a_function_of_its_number(grids: Grids) -> None:
    def draw(index: int) -> Any:
        source = GridSource(grids, grids.scale(), MaskConfig(), guesses=0.5)
        run = PlanTask(PlanTrainingConfig(model=MODEL), grids, grids)
        return LatentExamples(source, grids.scale(), run.schedule, seed=3, length=9, min_snr=None)[
            index
        ]

    one, two, other = draw(4), draw(4), draw(5)

    assert np.array_equal(one.noisy, two.noisy)
    assert np.array_equal(one.known, two.known)
    assert np.array_equal(one.about, two.about)
    assert not np.array_equal(one.noisy, other.noisy)
    assert one.known[one.about[:, Told.INSTRUMENT] == 0].all()


def test_guesses_are_made_for_the_share_asked_for(grids: Grids) -> None:
    source = GridSource(grids, grids.scale(), MaskConfig(), guesses=0.25)
    examples = LatentExamples(
        source, grids.scale(), PlanTask(PlanTrainingConfig(model=MODEL), grids, grids).schedule,
        seed=1, length=200, min_snr=None,
    )  # fmt: skip
    (batch,) = latent_batches(examples, [list(range(200))])
    guessed = batch.about[..., Told.GUESSED]

    assert (guessed == guessed[:, :1]).all()
    assert 0.15 < guessed[:, 0].mean() < 0.35


def test_a_run_that_is_stopped_goes_on_to_the_bit(grids: Grids, tmp_path: Path) -> None:
    def stop(report: Report) -> None:
        if report.step == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    straight = trainer(grids, tmp_path / "straight")
    found = straight.run()
    with pytest.raises(Stopped):
        trainer(grids, tmp_path / "run").run(stop)
    resumed = trainer(grids, tmp_path / "run")
    assert resumed.step == 2
    again = resumed.run()

    assert again == found
    kept = load_plans(tmp_path / "run" / MODEL_FOLDER).model.state_dict()
    for name, value in straight.average.weights.items():
        assert torch.equal(resumed.average.weights[name], value)
        assert torch.equal(kept[name], value)


def test_a_run_learns_who_plays_and_some_of_what(grids: Grids, tmp_path: Path) -> None:
    run = trainer(grids, tmp_path, steps=120, batch=8, validate_every=120)
    before = run.validate()
    after = run.run()

    assert before["error/sounding"] == pytest.approx(1.0, abs=0.2)
    assert after["error/sounding"] < 0.9 * before["error/sounding"]
    assert after["loss"] < 0.9 * before["loss"]


def test_grids_that_are_missing_or_of_other_cells_are_refused(grids: Grids, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no grids of cells"):
        Grids.open(tmp_path)
    (tmp_path / GRIDS_NAME).write_text("{", encoding="utf-8")
    with pytest.raises(CorpusError, match="no grids of cells"):
        Grids.open(tmp_path)
    with pytest.raises(ConfigError, match="the grids have"):
        PlanTask(PlanTrainingConfig(), grids, grids)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"levels: must be .*\nmin_snr: .*\nguesses: must be"):
        PlanTrainingConfig(levels=0, min_snr=0.0, guesses=2.0)
    with pytest.raises(ConfigError, match="shares are more than 1 together"):
        MaskConfig(0.5, 0.5, 0.5)
    with pytest.raises(ConfigError, match="parts: must be at least 0"):
        MaskConfig(0.5, 0.5, -0.5)
