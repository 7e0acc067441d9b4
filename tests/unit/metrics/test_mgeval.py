"""MGEval's features against a plain reading of their definitions."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from segue.metrics import MGEVAL_FEATURES, mgeval_features
from tests.unit.metrics.music import QUARTER, SILENCE, melody, piece, track

PITCHES = [60, 62, 64, 62, 72, 59, 60]
LENGTHS = [4, 2, 1, 1 / 2, 1 / 4, 3, 3 / 2, 3 / 4, 3 / 8, 4 / 3, 2 / 3, 1 / 3]


def test_a_melody_by_hand() -> None:
    found = mgeval_features(piece(melody(*PITCHES)))

    assert found["pitch count"] == len(set(PITCHES))
    assert found["pitch range"] == 13
    assert found["note count"] == 7
    assert found["average inter-onset interval"] == 1.0
    assert found["average pitch interval"] == pytest.approx(np.abs(np.diff(PITCHES)).mean())
    assert found["note-length histogram"][2] == 1.0


def test_transitions_go_from_note_to_note() -> None:
    pairs = Counter((a % 12, b % 12) for a, b in pairwise(PITCHES))
    expected = np.zeros((12, 12))
    for (a, b), count in pairs.items():
        expected[a, b] = count / 6

    found = mgeval_features(piece(melody(*PITCHES)))["pitch-class transition matrix"]

    assert found.reshape(12, 12) == pytest.approx(expected)


def test_every_length_has_its_class() -> None:
    onset, rows = 0, []
    for length in LENGTHS:
        rows.append((onset, round(length * QUARTER), 60))
        onset += round(length * QUARTER)

    found = mgeval_features(piece(rows))["note-length histogram"]

    assert found == pytest.approx([1 / 12] * 12)


def test_drums_count_for_nothing_and_tracks_do_not_follow_each_other() -> None:
    drums = track([(0, 10, 36), (QUARTER, 10, 38)], is_drum=True)
    two = mgeval_features(piece(melody(60, 61), melody(80, 81), drums))

    assert two["note count"] == 4
    assert two["average pitch interval"] == 1.0


def test_silence_is_zeros_of_the_same_shapes() -> None:
    found = mgeval_features(SILENCE)
    assert {name: len(value) for name, value in found.items()} == MGEVAL_FEATURES
    assert all(not value.any() for value in found.values())
