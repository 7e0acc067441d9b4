"""What can be said is exactly what a bar can hold, and everything that is true can be said."""

import pytest
import torch
from torch import Tensor

from segue.encoding.sequence import N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, END, MAX_PARTS, MAX_POSITIONS
from segue.models.decoder import true_attributes
from segue.models.decoder_grammar import allowed_parts, allowed_pitches, allowed_positions
from tests.unit.models.decoders import ROSTER, random_windows

ROWS, STEPS = 48, 40
Rows = list[tuple[int, int, int]]
INSTRUMENTS = torch.from_numpy(ROSTER.padded)


def pick(allowed: Tensor, generator: torch.Generator, *, least: float) -> Tensor:
    """One of the allowed classes of each row; with a chance of `least` the first of them."""
    assert allowed.any(dim=-1).all(), "a row has nothing left to say"
    anyone = torch.multinomial(allowed.float(), 1, generator=generator)[:, 0]
    first = allowed.int().argmax(dim=-1)
    return torch.where(torch.rand(len(allowed), generator=generator) < least, first, anyone)


def walk(lengths: Tensor, *, least: float, seed: int) -> list[Rows]:
    """Notes said one after another at random in a bar of each length: (part, position, pitch)."""
    generator = torch.Generator().manual_seed(seed)
    said: list[Rows] = [[] for _ in lengths]
    going = torch.arange(len(lengths))
    previous = torch.zeros(len(lengths), 1, N_COLUMNS, dtype=torch.int64)
    previous[..., Column.LENGTH] = lengths[:, None]
    for _ in range(STEPS):
        may = allowed_parts(previous, INSTRUMENTS.expand(len(previous), -1))[:, 0]
        assert may[:, END].all(), "a bar can always end"
        part = pick(may, generator, least=least)
        goes_on = part != END
        going, previous, part = going[goes_on], previous[goes_on], part[goes_on, None]
        instrument = INSTRUMENTS[part]
        position = pick(allowed_positions(previous, part)[:, 0], generator, least=least)[:, None]
        may = allowed_pitches(previous, part, instrument, position)[:, 0]
        pitch = pick(may, generator, least=least)[:, None]
        assert torch.equal(instrument == DRUMS, pitch >= DRUM_PITCH_OFFSET)
        previous = note(part, position, pitch, previous[..., Column.LENGTH])
        notes = torch.cat([part, position, pitch], dim=1).tolist()
        for row, (which, at, key) in zip(going.tolist(), notes, strict=True):
            said[row].append((which, at, key))
    return said


def note(part: Tensor, position: Tensor, pitch: Tensor, length: Tensor) -> Tensor:
    """Rows of notes, (R, 1, N_COLUMNS), of values (R, 1) each."""
    rows = torch.zeros(*part.shape, N_COLUMNS, dtype=torch.int64)
    rows[..., Column.KIND] = NOTE_EVENT
    rows[..., Column.PART], rows[..., Column.INSTRUMENT] = part, INSTRUMENTS[part]
    rows[..., Column.POSITION], rows[..., Column.PITCH] = position, pitch
    rows[..., Column.LENGTH] = length
    return rows


def one(part: int, position: int, pitch: int, length: int) -> Tensor:
    return note(*(torch.tensor([[value]]) for value in (part, position, pitch, length)))


@pytest.mark.parametrize("least", [0.0, 0.5, 0.95], ids=["uniform", "dense", "densest"])
def test_a_random_walk_says_notes_in_order_in_range_and_once(least: float) -> None:
    lengths = torch.tensor([1, 2, 3, 24, 96, MAX_POSITIONS] * (ROWS // 6))

    walks = walk(lengths, least=least, seed=11)

    assert sum(len(rows) for rows in walks) > ROWS
    for rows, length in zip(walks, lengths.tolist(), strict=True):
        assert rows == sorted(set(rows))
        assert all(part < len(ROSTER) and position < length for part, position, _ in rows)


def test_a_full_part_can_only_move_on() -> None:
    may = allowed_parts(one(0, 0, 255, 1), INSTRUMENTS[None])[0, 0]

    assert torch.nonzero(may)[:, 0].tolist() == [1, 2, 3, END]


def test_after_the_last_part_only_the_end_is_left() -> None:
    may = allowed_parts(one(len(ROSTER) - 1, 23, 127, 24), INSTRUMENTS[None])[0, 0]

    assert torch.nonzero(may).tolist() == [[END]]


@pytest.mark.parametrize("seed", range(20))
def test_every_true_sequence_can_be_said(seed: int) -> None:
    windows = random_windows(seed, notes=30 + 5 * seed)
    previous, target = windows.columns[:, :-1], windows.columns[:, 1:]
    (part, position, pitch, *_), is_note = true_attributes(target)
    notes = is_note > 0

    assert says(allowed_parts(previous, windows.instruments), part).all()
    inside = part.clamp(max=MAX_PARTS - 1)
    instrument = target[..., Column.INSTRUMENT]
    assert says(allowed_positions(previous, inside), position)[notes].all()
    assert says(allowed_pitches(previous, inside, instrument, position), pitch)[notes].all()


def says(allowed: Tensor, value: Tensor) -> Tensor:
    return allowed.gather(-1, value[..., None])[..., 0]
