"""A run of the VAE of cells: the same examples for the same numbers, and resumed to the bit."""

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from segue.encoding.cells import MAX_CELL_NOTES, Cells
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS
from segue.errors import CheckpointError, ConfigError
from segue.models.cells.folder import load_cell_vae
from segue.models.cells.vae import CellTerms, CellVAE, NoisyCells
from segue.training.cell_examples import CellExamples, collate_cells, shapes, transposed
from segue.training.cell_task import CellTask, Matches
from segue.training.config import CellTrainingConfig, OptimiserConfig
from segue.training.interruption import Stopped
from segue.training.loop import MODEL_FOLDER, Report, Trainer
from segue.training.packing import Pack
from tests.unit.models.cells import SMALL, random_cells


def trainer(packs: Path, folder: Path, **changes: Any) -> Trainer[NoisyCells, CellTerms | Matches]:
    shortest: dict[str, Any] = {
        "steps": 4,
        "batch": 3,
        "validate_every": 2,
        "validate_windows": 2,
        "model": SMALL,
    }
    train, valid = (Pack.open(packs / name) for name in ("train", "valid"))
    task = CellTask(CellTrainingConfig(**{**shortest, **changes}), train, valid)
    return Trainer(task, folder, accelerator="cpu")


def test_a_run_that_is_stopped_goes_on_to_the_bit(packs: Path, tmp_path: Path) -> None:
    def stop(report: Report) -> None:
        if report.step == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    straight = trainer(packs, tmp_path / "straight")
    found = straight.run()
    stopped = trainer(packs, tmp_path / "run")
    with pytest.raises(Stopped):
        stopped.run(stop)
    resumed = trainer(packs, tmp_path / "run")
    assert resumed.step == 2
    again = resumed.run()

    assert again == found
    kept = load_cell_vae(tmp_path / "run" / MODEL_FOLDER).state_dict()
    for name, value in straight.average.weights.items():
        assert torch.equal(resumed.average.weights[name], value)
        assert torch.equal(kept[name], value)


def test_a_run_of_another_shape_is_refused(packs: Path, tmp_path: Path) -> None:
    trainer(packs, tmp_path, steps=1).run()

    with pytest.raises(CheckpointError, match="is of a run with model"):
        trainer(packs, tmp_path, model=CellTrainingConfig().model)


def test_training_lowers_the_loss_and_validation_counts_what_comes_back(
    packs: Path, tmp_path: Path
) -> None:
    losses: list[float] = []
    quickly = OptimiserConfig(muon_lr=0.02, adam_lr=0.01, warm_up=1)
    run = trainer(packs, tmp_path, steps=15, optimiser=quickly)
    found = run.run(lambda report: losses.append(report.values["nll/event"]))

    assert losses[-1] < 0.9 * losses[0]
    assert 0 <= found["note_f1"] <= 1
    assert found["cell/kl"] > 0


def test_an_example_is_a_function_of_its_number(packs: Path) -> None:
    def draw(index: int) -> Any:
        pack = Pack.open(packs / "train")
        return CellExamples(pack, SMALL, seed=4, length=10, training=True)[index]

    (one, noise, hidden), (two, other_noise, other_hidden) = draw(3), draw(3)

    assert np.array_equal(one.rows, two.rows)
    assert np.array_equal(noise, other_noise)
    assert np.array_equal(hidden, other_hidden)
    assert noise.shape == (len(one), SMALL.slices, SMALL.latent_width)


def test_cells_are_moved_as_wholes_and_drums_are_not() -> None:
    cells = random_cells(60)
    moved = transposed(cells, np.random.default_rng(0))
    is_note = np.arange(cells.notes.shape[1]) < cells.counts[:, None]
    by = (moved.notes - cells.notes)[..., 1]

    assert (moved.notes[..., [0, 2, 3]] == cells.notes[..., [0, 2, 3]]).all()
    assert not by[cells.instruments == DRUMS].any()
    assert not by[~is_note].any()
    assert all(len(set(row[:n].tolist())) == 1 for row, n in zip(by, cells.counts, strict=True))
    assert len(set(by[:, 0].tolist())) > 6


def test_a_cell_at_the_edge_of_the_range_stays() -> None:
    cells = random_cells(30)
    high = Cells(
        np.where(cells.notes > 0, cells.notes, 0),
        cells.counts,
        np.zeros(30, np.int64),
        cells.lengths,
        cells.numerators,
    )
    high.notes[..., 1] = DRUM_PITCH_OFFSET - 1
    moved = transposed(high, np.random.default_rng(0))

    assert moved.notes[np.arange(30), 0, 1].max() < DRUM_PITCH_OFFSET


def test_every_cell_of_a_batch_is_in_one_group_that_it_fits() -> None:
    counts = np.array([1, 64, 5, 4, 33, 8, 16, 17, 2])
    groups = list(shapes(counts))

    assert sorted(np.concatenate([index for index, _, _ in groups]).tolist()) == list(range(9))
    for index, n_cells, n_notes in groups:
        assert counts[index].max() <= n_notes <= max(4, 2 * counts[index].min() - 1)
        assert len(index) <= n_cells
        assert n_cells * n_notes % 128 == 0


def test_noise_stays_with_its_cell() -> None:
    cells = random_cells(7)
    noise = np.broadcast_to(
        cells.counts[:, None, None].astype(np.float32), (7, SMALL.slices, SMALL.latent_width)
    )
    hidden = np.zeros((7, MAX_CELL_NOTES), bool)
    batch = collate_cells([(cells, noise, hidden)])

    for group, of_group in zip(batch.cells, batch.noise, strict=True):
        assert torch.equal(of_group[:, 0, 0].long(), group.counts)
    assert sum(int((group.counts > 0).sum()) for group in batch.cells) == 7


def test_beta_is_not_negative() -> None:
    with pytest.raises(ConfigError, match="beta: must be at least 0"):
        CellTrainingConfig(beta=-1.0)


def test_a_decoder_is_trained_further_while_its_latents_stay(packs: Path, tmp_path: Path) -> None:
    torch.manual_seed(3)
    begun = CellVAE(SMALL)
    before = {name: value.clone() for name, value in begun.state_dict().items()}
    train, valid = (Pack.open(packs / name) for name in ("train", "valid"))
    settings = CellTrainingConfig(steps=2, batch=3, validate_every=2, validate_windows=2)
    run = Trainer(CellTask(settings, train, valid, decoder_of=begun), tmp_path, accelerator="cpu")
    run.run()

    after = load_cell_vae(tmp_path / MODEL_FOLDER).state_dict()
    changed = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert changed
    assert all(name.startswith("decoder.") for name in changed)
