"""Chords and keys."""

import pytest

from segue.metrics import (
    chord_change_rate,
    chord_fit,
    chord_irregularity,
    key_clarity,
    key_constancy,
)
from tests.unit.metrics.music import BAR, SILENCE, Row, melody, piece

HALF = BAR // 2
TRIADS = {"C": (60, 64, 67), "F": (65, 69, 72), "G": (67, 71, 74), "a": (57, 60, 64)}


def chords(*names: str) -> list[Row]:
    """A triad a half bar."""
    return [(i * HALF, HALF, p) for i, name in enumerate(names) for p in TRIADS[name]]


def test_triads_fit_perfectly_and_a_semitone_cluster_does_not() -> None:
    assert chord_fit(piece(chords("C", "F", "G", "C"))) == pytest.approx(1.0)
    assert chord_fit(piece([(0, BAR, 60), (0, BAR, 61), (0, BAR, 62)])) < 0.7


def test_changes_are_counted_between_neighbours() -> None:
    assert chord_change_rate(piece(chords("C", "C", "F", "F", "G"))) == pytest.approx(2 / 4)


def test_a_progression_that_comes_back_is_regular() -> None:
    again = chord_irregularity(piece(chords(*["C", "F", "G", "a"] * 4)))
    once = chord_irregularity(piece(chords("C", "F", "G", "a")))
    assert again == pytest.approx(4 / 14)
    assert once == 1.0


def test_a_chord_that_is_held_is_heard_in_every_half() -> None:
    held = piece([(0, 2 * BAR, p) for p in TRIADS["C"]] + [(BAR + HALF, HALF, 60)])
    assert chord_change_rate(held) == 0.0
    assert chord_fit(held) > 0.9


def test_a_scale_is_clear_and_the_twelve_tones_are_not() -> None:
    scale = piece(melody(60, 62, 64, 65, 67, 69, 71, 72))
    assert key_clarity(scale) > 0.7
    assert key_clarity(piece(melody(*range(60, 72)))) == pytest.approx(0.0, abs=1e-9)


def test_a_modulation_is_no_constancy() -> None:
    at_home = chords(*["C", "F", "G", "C"] * 2)
    away = [(o + 4 * BAR, d, p + 6) for o, d, p in chords(*["C", "F", "G", "C"] * 2)]
    assert key_constancy(piece(at_home)) == 1.0
    assert key_constancy(piece([*at_home, *away])) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "measure", [chord_fit, chord_change_rate, chord_irregularity, key_clarity, key_constancy]
)
def test_silence_has_no_harmony(measure: object) -> None:
    assert callable(measure)
    assert measure(SILENCE) == 0.0
