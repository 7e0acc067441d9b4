"""The writer's memory answers what `LookBack` and `Precedents` answer."""

from collections.abc import Iterable
from random import Random

import numpy as np
import torch
from hypothesis import given, settings

from segue.encoding.sequence import BAR_EVENT, MASKED, N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import BAR, DRUMS, N_DURATIONS, N_VELOCITIES, IntArray
from segue.models.look_back import LookBack
from segue.models.memory import Memory
from segue.models.precedents import Precedents
from tests.strategies import SEEDS

SEQUENCES, BARS, EVENTS = 3, 9, 120


def some_events(random: Random) -> IntArray:
    """(SEQUENCES, EVENTS, N_COLUMNS), of few values, so that they meet."""
    rows = np.zeros((SEQUENCES, EVENTS, N_COLUMNS), np.int64)
    for event in rows.reshape(-1, N_COLUMNS):
        bar, position = random.randrange(BARS), random.randrange(4)
        event[Column.KIND] = random.choice((BAR_EVENT, NOTE_EVENT))
        event[Column.BAR], event[Column.POSITION] = bar, position
        event[Column.TIME] = 96 * bar + position
        part = random.choice((0, 33, DRUMS))
        event[Column.PART] = part
        event[Column.PITCH] = random.randrange(60, 75) + (128 if part == DRUMS else 0)
        event[Column.DURATION] = random.randrange(N_DURATIONS)
        event[Column.VELOCITY] = random.randrange(N_VELOCITIES)
    rows[:, -1, Column.ROLE] = MASKED
    return rows


@settings(max_examples=15)
@given(SEEDS)
def test_a_memory_is_a_look_back(seed: int) -> None:
    random = Random(seed)
    events = some_events(random)
    memory = Memory(SEQUENCES, BARS)
    for sequence, rows in enumerate(events):
        cut = random.randrange(EVENTS)
        memory.read(sequence, rows[:cut])
        memory.read(sequence, rows[cut:])
    columns, enabled = torch.from_numpy(events), torch.ones(SEQUENCES, dtype=torch.bool)
    bar = columns[:, -1:, Column.BAR]
    oracle, asked = LookBack.over(columns, bar, enabled), memory.look_from(events[:, -1])
    precedents, kept = Precedents(columns, enabled, queries=1), asked.precedents

    part = torch.tensor([[random.choice((0, 33, DRUMS, BAR))] for _ in range(SEQUENCES)])
    position = torch.tensor([[random.randrange(5)] for _ in range(SEQUENCES)])
    pitch = torch.tensor([[random.randrange(60, 75)] for _ in range(SEQUENCES)])
    time = 96 * bar + position

    assert_equal(oracle.parts(), asked.parts())
    oracle, asked = oracle.of_part(part), asked.of_part(part)
    assert_equal(oracle.positions(), asked.positions())
    assert_equal(oracle.pitches(position), asked.pitches(position))
    assert_equal([oracle.chroma(time)], [asked.chroma(time)])
    assert_equal([precedents.repeats()], [kept.repeats()])
    assert_equal(precedents.parts(), kept.parts())
    assert_equal(precedents.positions(part), kept.positions(part))
    assert_equal(precedents.pitches(part, position), kept.pitches(part, position))
    for one, other in zip(
        precedents.notes(part, position, pitch), kept.notes(part, position, pitch), strict=True
    ):
        assert_equal(one, other)


def assert_equal(expected: Iterable[torch.Tensor], found: Iterable[torch.Tensor]) -> None:
    for one, other in zip(expected, found, strict=True):
        torch.testing.assert_close(other, one, rtol=0, atol=0)


def test_a_memory_holds_more_notes_than_it_has_room_for_at_first() -> None:
    event = np.zeros((1, N_COLUMNS), np.int64)
    event[0, [Column.KIND, Column.PITCH, Column.DURATION]] = NOTE_EVENT, 67, 37
    memory = Memory(1, 1)
    memory.read(0, np.repeat(event, 3000, axis=0))
    event[0, [Column.PITCH, Column.TIME]] = 64, 5
    memory.read(0, event)
    chroma = memory.look_from(event).chroma(torch.tensor([[5]]))
    assert chroma[0, 0, 0].nonzero()[:, 0].tolist() == [4, 7]
