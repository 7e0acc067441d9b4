"""Clashes: which pitches rub against what sounds, and when."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.sequence import N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, DURATIONS, IntArray
from segue.generation.clashes import SEMITONE, TRITONE, WHOLE_TONE, Clashes, clashing

BAR = 96
C, G = 60, 67


def note(time: int, pitch: int, positions: int = 24, instrument: int = 0) -> IntArray:
    event = np.zeros(N_COLUMNS, np.int64)
    event[Column.KIND] = NOTE_EVENT
    event[Column.TIME], event[Column.PITCH], event[Column.INSTRUMENT] = time, pitch, instrument
    event[Column.DURATION] = int(np.searchsorted(DURATIONS, positions))
    return event


def heard(*notes: IntArray, rows: int = 1) -> Clashes:
    shown = np.array(notes).reshape(1, len(notes), N_COLUMNS)
    return Clashes(shown, rows, end=2 * BAR)


def losses(clashes: Clashes, time: int) -> np.ndarray:
    found: np.ndarray = clashes.of(np.array([time]))[0]
    return found


def test_pitches_beside_what_sounds_lose_in_all_octaves() -> None:
    lost = losses(heard(note(0, C)), 10)
    for octave in range(-4, 5):
        for semitones, nats in (
            (0, 0),
            (1, SEMITONE),
            (-1, SEMITONE),
            (2, WHOLE_TONE),
            (4, 0),
            (6, -TRITONE),
        ):
            assert lost[C + 12 * octave + semitones] == pytest.approx(nats)
    assert not lost[DRUM_PITCH_OFFSET:].any()


def test_nothing_is_lost_where_nothing_sounds() -> None:
    clashes = heard(note(0, C), note(48, 38 + DRUM_PITCH_OFFSET, instrument=DRUMS))
    assert losses(clashes, 23).any()
    for time in (24, 48, BAR, 2 * BAR - 1, 2 * BAR, 2 * BAR + 500):
        assert not losses(clashes, time).any()


def test_what_sounds_already_is_no_clash() -> None:
    lost = losses(heard(note(0, C), note(0, C + 11), note(0, G)), 0)
    assert lost[[C, C + 11, G, C + 12]].tolist() == [0, 0, 0, 0]
    assert lost[C + 10] == pytest.approx(SEMITONE)
    assert lost[C + 5] == pytest.approx(WHOLE_TONE - TRITONE)


def test_each_take_hears_its_own_notes_and_those_of_the_prompt() -> None:
    clashes = heard(note(0, C), rows=3)
    clashes.written(np.array([1]), np.array([note(0, G)]))
    clashes.keep(np.array([1, 2]))
    own, other = clashes.of(np.array([0, 0]))
    assert own[G + 1] == pytest.approx(SEMITONE)
    assert other[C + 1] == pytest.approx(SEMITONE)
    assert own[C + 1] == pytest.approx(SEMITONE - TRITONE)
    assert other[G + 1] == 0


def test_lengths_that_reach_into_a_clash_lose() -> None:
    clashes = heard(note(48, C + 1), note(60, C + 14), note(72, 38, instrument=DRUMS))

    def lost(time: int, pitch: int) -> dict[int, float]:
        return dict(
            zip(DURATIONS.tolist(), clashes.lasting(*np.array([[time], [pitch]]))[0], strict=True)
        )

    at_0 = lost(0, C)
    assert at_0[48] == 0  # it ends where the clash begins
    assert at_0[96] == pytest.approx(SEMITONE)
    assert lost(0, C + 12) == at_0
    assert lost(0, C + 4)[48] == 0
    assert lost(0, C + 4)[96] == pytest.approx(WHOLE_TONE)
    assert not any(lost(0, G).values())
    assert not any(lost(0, C + DRUM_PITCH_OFFSET).values())
    assert lost(50, C)[24] == pytest.approx(WHOLE_TONE)  # the semitone sounds already


@given(st.sets(st.integers(0, 11)), st.integers(1, 11))
def test_transposing_moves_clashes_along(classes: set[int], shift: int) -> None:
    sounding = np.isin(np.arange(12), list(classes))[None]
    moved = clashing(np.roll(sounding, shift, 1))
    for before, after in zip(clashing(sounding), moved, strict=True):
        assert np.array_equal(np.roll(before, shift, 1), after)
    assert not (clashing(sounding)[0] & clashing(sounding)[1]).any()
    assert not (clashing(sounding)[0] & sounding).any()
