"""Latents of cells: what is trained is what is decoded, and what a cell holds comes back."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.cells import MAX_CELL_NOTES
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, MAX_POSITIONS
from segue.errors import CheckpointError, ConfigError
from segue.models.cells.batch import CellBatch, slice_of
from segue.models.cells.columns import END, PITCH, POSITION, SIZES
from segue.models.cells.config import CellVAEConfig
from segue.models.cells.folder import load_cell_vae, save_cell_vae
from segue.models.cells.matching import match_cells
from segue.models.cells.vae import CellTerms
from tests.unit.models.cells import SMALL, random_cells, random_vae, without_noise


def terms_as_numbers(terms: CellTerms) -> list[float]:
    return torch.cat([getattr(terms, f.name).reshape(-1) for f in fields(terms)]).tolist()


@torch.no_grad()
def test_notes_that_are_decoded_one_by_one_are_the_likeliest_of_one_pass() -> None:
    model, cells = random_vae(), CellBatch.of(random_cells(12))
    z = torch.randn(12, SMALL.slices, SMALL.latent_width)
    found = model.decode(z, cells.about, most=10)
    walk = model.decoder.walk(z, found)
    ends = torch.arange(found.notes.shape[1] + 1) == found.counts[:, None]

    for attribute in range(len(SIZES)):
        truth = torch.nn.functional.pad(found.notes, (0, 0, 0, 1))[..., attribute]
        counted = torch.nn.functional.pad(found.is_note, (0, 1))
        if attribute == POSITION:
            truth = torch.where(ends, END, truth)
            counted = counted | (ends & (found.counts < 10)[:, None])
        assert torch.equal(walk.logits().argmax(dim=-1)[counted], truth[counted])
        if attribute < len(SIZES) - 1:
            walk.choose(truth)
    assert found.counts.max() == 10


def test_cells_come_back_from_tensors() -> None:
    cells = random_cells(5)
    back = CellBatch.of(cells).to_cells()

    for f in fields(cells):
        assert np.array_equal(getattr(back, f.name), getattr(cells, f.name))


@given(st.integers(1, MAX_POSITIONS), st.integers(1, 16))
def test_slices_are_in_order_and_equal_to_a_position(length: int, n_slices: int) -> None:
    found = slice_of(torch.arange(length), torch.tensor(length), n_slices)

    assert found.min() == 0
    assert found.max() < n_slices
    assert (found.diff() >= 0).all()
    sizes = found.bincount(minlength=n_slices)
    assert sizes.max() - sizes.min() <= 1


@torch.no_grad()
def test_what_is_decoded_is_a_cell() -> None:
    """Notes rise by position, then pitch; they are inside the bar; drums have drum pitches."""
    about = CellBatch.of(random_cells(40)).about
    found = random_vae().decode(3 * torch.randn(40, SMALL.slices, SMALL.latent_width), about)

    for notes, count, length, instrument in zip(
        found.notes.tolist(), found.counts.tolist(), found.lengths, found.instruments, strict=True
    ):
        places = [tuple(note[: PITCH + 1]) for note in notes[:count]]
        assert places == sorted(set(places))
        assert all(position < length for position, _ in places)
        assert all((pitch >= DRUM_PITCH_OFFSET) == (instrument == DRUMS) for _, pitch in places)
        assert count <= MAX_CELL_NOTES


@torch.no_grad()
def test_the_order_of_notes_within_a_cell_does_not_change_its_latents() -> None:
    model, cells = random_vae(), random_cells(5, most=6)
    turned = replace(cells, notes=cells.notes.copy())
    for i, count in enumerate(cells.counts.tolist()):
        turned.notes[i, :count] = cells.notes[i, :count][::-1]

    one, two = (model.encode(CellBatch.of(c)).mean for c in (cells, turned))

    torch.testing.assert_close(one, two, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_a_cell_does_not_know_its_company_or_what_pads_it() -> None:
    model, cells = random_vae(), random_cells(6)
    together = model.encode(CellBatch.of(cells.padded(9, 20))).mean[:6]
    alone = [model.encode(CellBatch.of(cells.take(np.array([i])))).mean for i in range(6)]
    terms, padded = model(without_noise(cells)), model(without_noise(cells.padded(9, 20)))

    torch.testing.assert_close(together, torch.cat(alone), rtol=1e-4, atol=1e-5)
    assert terms_as_numbers(padded) == pytest.approx(terms_as_numbers(terms), rel=1e-4)
    assert terms.events == cells.counts.sum()
    assert terms.cells == 6


@torch.no_grad()
def test_a_note_is_said_by_the_latents_and_the_notes_before_it() -> None:
    model, cells = random_vae(), CellBatch.of(random_cells(4))
    z = model.encode(cells).mean
    shorter = CellBatch(cells.notes[:, :3], cells.counts.clamp(max=3), cells.about)

    whole, start = (model.decoder.walk(z, c).logits() for c in (cells, shorter))

    torch.testing.assert_close(whole[:, :4], start, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_of_hidden_notes_the_position_alone_is_read() -> None:
    model, cells = random_vae(), CellBatch.of(random_cells(4))
    z = model.encode(cells).mean
    changed = CellBatch(cells.notes.clone(), cells.counts, cells.about)
    changed.notes[..., PITCH + 1 :] += 1
    hidden = torch.ones(cells.notes.shape[:2], dtype=torch.bool)

    def positions(c: CellBatch, h: torch.Tensor | None) -> torch.Tensor:
        return model.decoder.walk(z, c, h).logits()

    assert torch.equal(positions(cells, hidden), positions(changed, hidden))
    assert not torch.equal(positions(cells, None), positions(changed, None))


def test_a_few_cells_are_learned_by_heart() -> None:
    model, cells = random_vae().train(), random_cells(6, seed=3)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    batch = without_noise(cells)
    for _ in range(120):
        terms = model(batch)
        (terms.nll.sum() / terms.events).backward()
        optimiser.step()
        optimiser.zero_grad()

    original = batch.cells[0]
    matched, notes = match_cells(original, model.eval().reconstruct(original), with_duration=True)

    assert matched == notes == 2 * cells.counts.sum()


def test_a_model_comes_back_from_its_folder(tmp_path: Path) -> None:
    model = random_vae()
    save_cell_vae(model, tmp_path, {"trained_steps": 3})
    found = load_cell_vae(tmp_path)

    assert found.config == model.config
    assert all(torch.equal(found.state_dict()[n], v) for n, v in model.state_dict().items())


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ("{}", "describes no VAE of cells"),
        ('{"kind": "cell-vae", "format_version": 9, "model": {}}', "kind and version"),
        ('{"kind": "cell-vae", "format_version": 1, "model": {"width": 3}}', "multiple of 4 x"),
    ],
)
def test_a_folder_of_something_else_is_refused(tmp_path: Path, card: str, says: str) -> None:
    save_cell_vae(random_vae(), tmp_path, {})
    (tmp_path / "card.json").write_text(card, encoding="utf-8")

    with pytest.raises(CheckpointError, match=says):
        load_cell_vae(tmp_path)


def test_a_shape_that_cannot_be_built_is_refused() -> None:
    with pytest.raises(ConfigError, match="slices must be at least 1, got 0"):
        CellVAEConfig(slices=0)
