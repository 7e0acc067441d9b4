"""Habits: what a part has not used becomes less likely, the more so the more it has played."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.sequence import BAR_EVENT, N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    END,
    MAX_PARTS,
    N_PITCH_CLASSES_OF_PARTS,
    IntArray,
)
from segue.generation import Options
from segue.generation.habits import NATS, OF_THE_PIECE, PITCH, VELOCITY, Habits
from segue.generation.network import Float32Array
from segue.score import Score
from tests.composers import band, small_composer

PIANO, DRUM, OBOE = 0, 1, 2
INSTRUMENTS = np.zeros((2, MAX_PARTS), np.int64)
INSTRUMENTS[:, DRUM] = DRUMS


def notes(part: int, pitches: list[int], *, velocity: int = 20) -> IntArray:
    """Events of a part, after the beginning of a bar."""
    rows = np.zeros((1 + len(pitches), N_COLUMNS), np.int64)
    rows[0, Column.KIND], rows[1:, Column.KIND] = BAR_EVENT, NOTE_EVENT
    rows[1:, Column.PART], rows[1:, Column.PITCH] = part, pitches
    rows[1:, Column.VELOCITY] = velocity
    return rows


def leant(habits: Habits, part: list[int], attribute: int = PITCH) -> Float32Array:
    flat = np.zeros((len(part), N_PITCH_CLASSES_OF_PARTS), np.float32)
    return flat - habits.of(np.array(part))[attribute]


@given(st.lists(st.integers(0, DRUM_PITCH_OFFSET - 1), max_size=40))
def test_new_pitches_and_classes_lose_nats_for_each_doubling_of_what_was_played(
    pitches: list[int],
) -> None:
    found = leant(Habits(notes(PIANO, pitches)[None], INSTRUMENTS), [PIANO, PIANO])
    every = np.arange(N_PITCH_CLASSES_OF_PARTS)
    free = np.isin(every % 12, np.array(pitches, int) % 12) | (every >= DRUM_PITCH_OFFSET)
    used = np.isin(every, pitches)
    expected = -OF_THE_PIECE * ~free - NATS[PITCH][0] * ~used
    expected *= np.log2(1 + len(pitches))
    np.testing.assert_allclose(found, np.stack([expected, expected]), rtol=1e-5)


def test_a_pitch_class_is_new_to_no_part_once_one_has_played_it() -> None:
    both = np.concatenate([notes(PIANO, [60, 64, 67]), notes(OBOE, [62])])
    piano, oboe = leant(Habits(both[None], INSTRUMENTS), [PIANO, OBOE])
    assert piano[60] == oboe[62] == 0
    assert piano[74] == pytest.approx(-NATS[PITCH][0] * np.log2(4))
    assert piano[61] == pytest.approx(piano[74] - OF_THE_PIECE * np.log2(5))
    assert oboe[61] == pytest.approx(oboe[60] - OF_THE_PIECE * np.log2(5))


def test_each_part_has_its_own_habits_and_drums_have_the_stronger_ones() -> None:
    kit = [DRUM_PITCH_OFFSET + 36, DRUM_PITCH_OFFSET + 38, DRUM_PITCH_OFFSET + 36]
    habits = Habits(notes(DRUM, kit)[None], INSTRUMENTS)
    silent, drums = leant(habits, [PIANO, DRUM])
    assert not silent.any()
    assert drums[kit].tolist() == [0, 0, 0]
    assert drums[DRUM_PITCH_OFFSET + 60] == pytest.approx(-2 * NATS[PITCH][1])


def test_what_a_take_writes_becomes_its_habit_alone() -> None:
    habits = Habits(notes(PIANO, [60, 62, 64])[None], INSTRUMENTS)
    habits.written(np.array([1]), notes(PIANO, [65])[1:])
    first, second = leant(habits, [PIANO, PIANO])
    assert first[65] < 0
    assert second[65] == 0
    assert second[66] < first[66] < 0
    habits.keep(np.array([1]))
    np.testing.assert_array_equal(leant(habits, [PIANO]), [second])


def test_other_attributes_stay_as_the_model_has_them() -> None:
    habits = Habits(notes(PIANO, [60], velocity=30)[None], INSTRUMENTS)
    found = habits.of(np.array([PIANO, END]))
    assert found.keys() == NATS.keys()
    assert (found[VELOCITY][0] > 0).sum() == 63


def test_takes_keep_to_the_pitches_of_their_parts_unless_a_key_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A model that draws any pitch alike, and habits that nothing but a key overcomes."""
    monkeypatch.setitem(NATS, PITCH, (9.0, 9.0))
    prompt = band(4)

    def new(options: Options) -> float:
        takes = small_composer().continue_(prompt, bars=4, options=options)
        return float(np.mean([unheard(prompt, take.new_bars) for take in takes]))

    assert new(Options()) < 0.1
    assert new(Options(key="F# minor")) > 0.5


def unheard(prompt: Score, new: Score) -> float:
    """The share of notes of the prompt's tracks that have a pitch which the track had not."""
    found = [
        ~np.isin(after.notes.pitch, before.notes.pitch)
        for before, after in zip(prompt.tracks, new.tracks, strict=False)
    ]
    return float(np.concatenate(found).mean())
