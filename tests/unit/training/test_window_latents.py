"""Examples whose masked cells have latents, and a run that learns to read them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from segue.encoding.cells import MAX_CELL_NOTES
from segue.encoding.sequence import MASKED, NOTE_EVENT, Column
from segue.errors import ConfigError
from segue.generation.onnx_network import load_network
from segue.models.cells.vae import CellVAE
from segue.models.decoder_folder import load_decoder
from segue.training.config import ExampleConfig
from segue.training.decoder_task import DecoderTask
from segue.training.examples import Example, Examples, batches
from segue.training.interruption import Stopped
from segue.training.loop import MODEL_FOLDER, Trainer
from segue.training.packing import Pack
from segue.training.window_latents import MOST_CELLS, LatentsOfCells
from tests.unit.models.cells import SMALL
from tests.unit.models.decoders import random_decoder
from tests.unit.training.corpora import EVENTS, SMALLEST, DecoderTrainer, settings
from tests.unit.training.test_loop import differences, do_at, terminate


def examples(
    packs: Path, *, share: float, level: float | None = None, recalled: float = 0
) -> Examples:
    config = ExampleConfig(events=EVENTS, latents=share, recalled=recalled)
    pack = Pack.open(packs / "train")
    return Examples(pack, config, seed=1, length=20, max_bars=8, with_cells=True, level=level)


def reading_run(packs: Path, folder: Path, *, cells: CellVAE, steps: int = 4) -> DecoderTrainer:
    train, valid = (Pack.open(packs / name) for name in ("train", "valid"))
    config = settings(steps=steps, validate_every=2)
    task = DecoderTask(config, train, valid, start_from=random_decoder(shape=SMALLEST), cells=cells)
    return Trainer(task, folder, accelerator="cpu")


@pytest.fixture(name="cells")
def _cells() -> CellVAE:
    torch.manual_seed(1)
    return CellVAE(SMALL)


def notes_of(example: Example) -> set[tuple[int, ...]]:
    """Bar, part, position and pitch of the notes that are to be written."""
    columns = example.sequence.columns
    mine = (columns[:, Column.ROLE] == MASKED) & (columns[:, Column.KIND] == NOTE_EVENT)
    wanted = [Column.BAR, Column.PART, Column.POSITION, Column.PITCH]
    return {tuple(row) for row in columns[mine][:, wanted].tolist()}


def test_the_cells_of_an_example_hold_its_masked_notes_and_no_others(packs: Path) -> None:
    for example in map(examples(packs, share=1).__getitem__, range(20)):
        assert example.cells is not None
        cells, places = example.cells.cells, example.cells.places
        rows = np.repeat(places, cells.counts, axis=0)
        held = {
            (*place, *note[:2])
            for place, note in zip(rows.tolist(), cells.rows.tolist(), strict=True)
        }
        assert held == notes_of(example)
        assert cells.counts.max(initial=0) <= MAX_CELL_NOTES
        assert np.unique(example.cells.levels).size <= 1
        assert ((example.cells.levels >= 0) & (example.cells.levels < 1)).all()
        bars, parts = np.nonzero(example.masked_parts)
        assert set(zip(bars.tolist(), parts.tolist(), strict=True)) == {
            tuple(p) for p in places.tolist()
        }


def test_all_else_of_an_example_is_as_without_latents(packs: Path) -> None:
    with_latents, without = examples(packs, share=1), examples(packs, share=0)

    for number in range(20):
        given, plain = with_latents[number], without[number]
        assert plain.cells is None
        assert np.array_equal(given.sequence.columns, plain.sequence.columns)
        assert np.array_equal(given.weights, plain.weights)


def test_some_examples_have_latents_without_noise(packs: Path) -> None:
    levels = [
        float(each.cells.levels[0])
        for each in map(examples(packs, share=1).__getitem__, range(20))
        if each.cells
    ]

    assert 0 in levels
    assert len(set(levels)) > 10
    fixed = examples(packs, share=1, level=0.5)
    given = [each.cells.levels for each in map(fixed.__getitem__, range(5)) if each.cells]
    assert set(np.concatenate(given)) == {0.5}


def test_each_place_has_the_latents_of_its_own_cell(packs: Path, cells: CellVAE) -> None:
    source, data = LatentsOfCells(cells), examples(packs, share=1, level=0.0)
    (windows,) = batches(data, [[3, 4]], latents=source)
    assert windows.latents is not None
    latents = windows.latents

    for row, number in enumerate((3, 4)):
        own = data[number].cells
        assert own is not None
        (means,) = source.means([own.cells])
        assert (latents.of_cell[row] < MOST_CELLS).sum() == len(own.places)
        for mean, (bar, part) in zip(means, own.places.tolist(), strict=True):
            z = latents.z[row, latents.of_cell[row, bar, part]]
            assert torch.allclose(z, mean, atol=1e-5)


def test_a_window_without_latents_reads_none(packs: Path, cells: CellVAE) -> None:
    (windows,) = batches(examples(packs, share=0), [[3, 4]], latents=LatentsOfCells(cells))

    assert windows.latents is not None
    assert (windows.latents.of_cell == MOST_CELLS).all()


def test_a_run_learns_to_read_latents_and_goes_on_to_the_bit(
    packs: Path, tmp_path: Path, cells: CellVAE
) -> None:
    before = {name: value.clone() for name, value in cells.state_dict().items()}
    straight = reading_run(packs, tmp_path / "straight", cells=cells)
    found = straight.run()
    stopped = reading_run(packs, tmp_path / "run", cells=cells)
    with pytest.raises(Stopped):
        stopped.run(do_at(2, terminate))
    resumed = reading_run(packs, tmp_path / "run", cells=cells)

    assert resumed.run() == found
    assert differences(straight, resumed) == []
    assert {
        f"{kind}/{what}" for kind in ("latents", "recalled") for what in ("without", "given")
    } <= set(found)
    assert all(torch.equal(value, before[name]) for name, value in cells.state_dict().items())
    kept = load_decoder(tmp_path / "run" / MODEL_FOLDER)
    assert (kept.config.slices, kept.config.latent_width) == (SMALL.slices, SMALL.latent_width)
    assert kept.latents is not None
    assert kept.latents.part.weight.abs().max() > 0
    assert load_network(tmp_path / "run" / MODEL_FOLDER).latents_of is not None


def test_latents_of_another_shape_than_the_decoder_reads_are_refused(
    packs: Path, cells: CellVAE
) -> None:
    train, valid = (Pack.open(packs / name) for name in ("train", "valid"))
    shape = replace(SMALLEST, slices=SMALL.slices + 1, latent_width=SMALL.latent_width)

    with pytest.raises(ConfigError, match="give the VAE that it was trained with"):
        DecoderTask(settings(), train, valid, start_from=random_decoder(shape=shape), cells=cells)
