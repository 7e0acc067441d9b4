"""The writer's memory answers what `LookBack` answers."""

from random import Random

import numpy as np
import torch
from hypothesis import given, settings

from segue.encoding.sequence import BAR_EVENT, N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import BAR, DRUMS, N_DURATIONS, IntArray
from segue.generation.memory import Memory
from segue.models.look_back import LookBack
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
    bars = np.array([random.randrange(BARS) for _ in range(SEQUENCES)])
    bar = torch.from_numpy(bars)[:, None]
    enabled = torch.ones(SEQUENCES, dtype=torch.bool)
    oracle, asked = LookBack.over(torch.from_numpy(events), bar, enabled), memory.look_from(bars)

    part = torch.tensor([[random.choice((0, 33, DRUMS, BAR))] for _ in range(SEQUENCES)])
    position = torch.tensor([[random.randrange(5)] for _ in range(SEQUENCES)])
    time = 96 * bar + position

    assert_equal(oracle.parts(), asked.parts())
    oracle, asked = oracle.of_part(part), asked.of_part(part)
    assert_equal(oracle.positions(), asked.positions())
    assert_equal(oracle.pitches(position), asked.pitches(position))
    assert_equal([oracle.chroma(time)], [asked.chroma(time)])


def assert_equal(expected: list[torch.Tensor], found: list[torch.Tensor]) -> None:
    for one, other in zip(expected, found, strict=True):
        torch.testing.assert_close(other, one, rtol=0, atol=0)


def test_a_memory_holds_more_notes_than_it_has_room_for_at_first() -> None:
    event = np.zeros((1, N_COLUMNS), np.int64)
    event[0, [Column.KIND, Column.PITCH, Column.DURATION]] = NOTE_EVENT, 67, 37
    memory = Memory(1, 1)
    memory.read(0, np.repeat(event, 3000, axis=0))
    event[0, [Column.PITCH, Column.TIME]] = 64, 5
    memory.read(0, event)
    chroma = memory.look_from(np.array([0])).chroma(torch.tensor([[5]]))
    assert chroma[0, 0, 0].nonzero()[:, 0].tolist() == [4, 7]
