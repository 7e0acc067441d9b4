"""What can be said is exactly what a bar can hold, and everything that is true can be said."""

import pytest
import torch
from hypothesis import given
from torch import Tensor

from segue.encoding.sequence import N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import (
    BAR,
    DRUM_PITCH_OFFSET,
    DRUMS,
    MAX_POSITIONS,
    N_PART_CLASSES,
    N_PARTS,
    PART_RANK,
)
from segue.models.grammar import allowed_parts, allowed_pitches, allowed_positions
from segue.models.segue_vae import true_attributes
from tests.unit.encoding.windows import Masked, masked_windows

ROWS, STEPS = 48, 40
Rows = list[tuple[int, int, int]]


def pick(allowed: Tensor, generator: torch.Generator, *, least: float) -> Tensor:
    """One of the allowed classes of each row; with a chance of `least` the first of them."""
    assert allowed.any(dim=-1).all(), "a row has nothing left to say"
    anyone = torch.multinomial(allowed.float(), 1, generator=generator)[:, 0]
    first = allowed.int().argmax(dim=-1)
    return torch.where(torch.rand(len(allowed), generator=generator) < least, first, anyone)


def walk(lengths: Tensor, *, least: float, seed: int) -> list[Rows]:
    """Notes said one after another at random in a bar of each length: (rank, position, pitch)."""
    generator = torch.Generator().manual_seed(seed)
    said: list[Rows] = [[] for _ in lengths]
    going = torch.arange(len(lengths))
    previous = torch.zeros(len(lengths), 1, N_COLUMNS, dtype=torch.int64)
    previous[..., Column.LENGTH] = lengths[:, None]
    for _ in range(STEPS):
        may = allowed_parts(previous)[:, 0]
        assert may[:, BAR].all(), "a bar can always end"
        part = pick(may, generator, least=least)
        goes_on = part != BAR
        going, previous, part = going[goes_on], previous[goes_on], part[goes_on, None]
        position = pick(allowed_positions(previous, part)[:, 0], generator, least=least)[:, None]
        may = allowed_pitches(previous, part, position)[:, 0]
        pitch = pick(may, generator, least=least)[:, None]
        previous = previous.clone()
        previous[..., Column.KIND] = NOTE_EVENT
        chosen = ((Column.PART, part), (Column.POSITION, position), (Column.PITCH, pitch))
        for column, values in chosen:
            previous[..., column] = values
        assert torch.equal(part == DRUMS, pitch >= DRUM_PITCH_OFFSET)
        notes = torch.cat([torch.from_numpy(PART_RANK)[part], position, pitch], dim=1).tolist()
        for row, (rank, at, key) in zip(going.tolist(), notes, strict=True):
            said[row].append((rank, at, key))
    return said


@pytest.mark.parametrize("least", [0.0, 0.5, 0.95], ids=["uniform", "dense", "densest"])
def test_a_random_walk_says_notes_in_order_in_range_and_once(least: float) -> None:
    lengths = torch.tensor([1, 2, 3, 24, 96, MAX_POSITIONS] * (ROWS // 6))

    walks = walk(lengths, least=least, seed=11)

    assert sum(len(rows) for rows in walks) > ROWS
    for rows, length in zip(walks, lengths.tolist(), strict=True):
        assert rows == sorted(set(rows))
        assert all(0 <= position < length for _, position, _ in rows)


def test_a_full_bar_can_only_move_on() -> None:
    previous = note(part=DRUMS, position=0, pitch=255, length=1)

    may = allowed_parts(previous)[0, 0]

    assert not may[DRUMS]
    assert int(may.sum()) == N_PART_CLASSES - 1


def test_after_the_last_part_only_the_end_is_left() -> None:
    previous = note(part=127, position=23, pitch=127, length=24)

    assert torch.nonzero(allowed_parts(previous)[0, 0]).tolist() == [[BAR]]


def note(*, part: int, position: int, pitch: int, length: int) -> Tensor:
    row = torch.zeros(1, 1, N_COLUMNS, dtype=torch.int64)
    row[..., Column.KIND] = NOTE_EVENT
    row[..., Column.PART], row[..., Column.POSITION] = part, position
    row[..., Column.PITCH], row[..., Column.LENGTH] = pitch, length
    return row


@given(masked_windows())
def test_every_true_sequence_can_be_said(window: Masked) -> None:
    columns = torch.from_numpy(window.sequence().columns)[None]
    previous, target = columns[:, :-1], columns[:, 1:]
    part, position, pitch = true_attributes(target)[..., :3].unbind(-1)
    is_note = target[..., Column.KIND] == NOTE_EVENT

    assert says(allowed_parts(previous), part).all()
    inside = part.clamp(max=N_PARTS - 1)
    assert says(allowed_positions(previous, inside), position)[is_note].all()
    assert says(allowed_pitches(previous, inside, position), pitch)[is_note].all()


def says(allowed: Tensor, value: Tensor) -> Tensor:
    return allowed.gather(-1, value[..., None])[..., 0]
