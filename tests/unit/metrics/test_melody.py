"""Melodic leaps."""

import pytest

from segue.metrics import interval_histogram, melodic_intervals
from tests.unit.metrics.music import QUARTER, SILENCE, melody, piece, track


def test_four_notes_make_three_leaps() -> None:
    assert melodic_intervals(piece(melody(60, 62, 62, 48))).tolist() == [2, 0, -14]


def test_the_melody_of_chords_is_their_top() -> None:
    rows = [(0, QUARTER, 60), (0, QUARTER, 67), (QUARTER, QUARTER, 72), (QUARTER, QUARTER, 40)]

    assert melodic_intervals(piece(rows)).tolist() == [5]


def test_tracks_do_not_leap_to_each_other() -> None:
    score = piece(melody(60, 61), melody(90, 92), track(melody(36, 50), is_drum=True))

    assert melodic_intervals(score).tolist() == [1, 2]


def test_leaps_are_classed_by_size() -> None:
    pitches = [60]
    for leap in (0, 1, -2, 4, -7, 8, 12, -24):
        pitches.append(pitches[-1] + leap)

    assert interval_histogram(piece(melody(*pitches))) == pytest.approx([1 / 8] * 8)


def test_silence_does_not_leap() -> None:
    assert melodic_intervals(SILENCE).tolist() == []
    assert interval_histogram(SILENCE).tolist() == [0.0] * 8
