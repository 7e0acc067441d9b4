"""Entropy, scale consistency and pitch classes from the key: by hand, and against MusPy."""

import math

import numpy as np
import pytest

from segue.metrics import (
    bar_pitch_class_entropy,
    diatonic_pitch_classes,
    pitch_class_counts,
    pitch_class_entropy,
    scale_consistency,
)
from segue.score import Score, transpose
from tests.unit.metrics.music import SILENCE, melody, piece, track

C_MAJOR = (60, 62, 64, 65, 67, 69, 71)


def muspy_scale(root: int, mode: str) -> list[bool]:
    """MusPy 0.5's scale masks, written out again as an oracle."""
    steps = {"major": "101011010101", "minor": "101101011010"}[mode]
    mask = [step == "1" for step in steps]
    return mask[-root:] + mask[:-root] if root else mask


def muspy_scale_consistency(score: Score) -> float:
    pitches = [int(p) for t in score.tracks if not t.is_drum for p in t.notes.pitch]
    rates = []
    for mode in ("major", "minor"):
        for root in range(12):
            mask = muspy_scale(root, mode)
            rates.append(sum(mask[pitch % 12] for pitch in pitches) / len(pitches))
    return max(rates)


def muspy_pitch_class_entropy(score: Score) -> float:
    pitches = [int(p) for t in score.tracks if not t.is_drum for p in t.notes.pitch]
    shares = [sum(p % 12 == k for p in pitches) / len(pitches) for k in range(12)]
    return -sum(p * math.log2(p) for p in shares if p)


def test_entropy_of_four_equal_pitch_classes_is_two_bits() -> None:
    assert pitch_class_entropy(piece(melody(60, 62, 64, 65))) == pytest.approx(2.0)


def test_entropy_of_octaves_is_nothing() -> None:
    assert pitch_class_entropy(piece(melody(48, 60, 72))) == 0.0


def test_a_note_out_of_four_is_out_of_scale() -> None:
    assert scale_consistency(piece(melody(60, 61, 62, 63))) == 0.75


def test_drums_have_no_key() -> None:
    tune = melody(*C_MAJOR)
    drums = track(melody(36, 37, 38, 39), is_drum=True)

    assert scale_consistency(piece(tune, drums)) == 1.0
    assert pitch_class_entropy(piece(tune, drums)) == pitch_class_entropy(piece(tune))


def test_music_without_pitches_has_defined_values() -> None:
    for score in (SILENCE, piece(track(melody(36, 38), is_drum=True))):
        assert pitch_class_entropy(score) == 0.0
        assert bar_pitch_class_entropy(score) == 0.0
        assert scale_consistency(score) == 1.0
        assert diatonic_pitch_classes(score).tolist() == [0.0] * 12


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_muspys_definitions(seed: int) -> None:
    generator = np.random.default_rng(seed)
    pitches = generator.integers(0, 128, size=generator.integers(1, 60)).tolist()
    score = piece(melody(*pitches), track(melody(36, 38), is_drum=True))

    assert scale_consistency(score) == pytest.approx(muspy_scale_consistency(score))
    assert pitch_class_entropy(score) == pytest.approx(muspy_pitch_class_entropy(score))


@pytest.mark.parametrize("semitones", range(-11, 12))
@pytest.mark.parametrize(
    "pitches",
    [C_MAJOR, (60, 62, 64, 67, 69), (60, 64, 67), (60,), (60, 61, 62, 63), tuple(range(60, 72))],
    ids=["major", "pentatonic", "triad", "one", "chromatic", "all"],
)
def test_pitch_classes_from_the_key_do_not_move_with_the_music(
    pitches: tuple[int, ...], semitones: int
) -> None:
    score = piece(melody(*pitches))

    moved = diatonic_pitch_classes(transpose(score, semitones))

    assert moved.tolist() == diatonic_pitch_classes(score).tolist()


def test_a_major_key_and_its_relative_lie_in_the_same_place() -> None:
    a_minor = diatonic_pitch_classes(piece(melody(57, 59, 60, 62, 64, 65, 67, 57, 64, 57)))

    assert np.flatnonzero(a_minor).tolist() == [0, 2, 4, 5, 7, 9, 11]
    assert np.argmax(a_minor) == 9


def test_a_pentatonic_tune_is_in_the_middle_of_its_three_collections() -> None:
    shares = diatonic_pitch_classes(piece(melody(66, 68, 70, 73, 75)))  # the black keys

    assert np.flatnonzero(shares).tolist() == [0, 2, 4, 7, 9]


def test_a_bar_of_one_chord_has_less_entropy_than_the_piece() -> None:
    score = piece(melody(60, 64, 67, 60, 62, 65, 69, 62))  # C C C C | D D D D

    assert bar_pitch_class_entropy(score) == pytest.approx(1.5)
    assert pitch_class_entropy(score) == pytest.approx(2.5)


def test_counts_begin_with_c() -> None:
    assert pitch_class_counts(piece(melody(60, 72, 71)))[[0, 11]].tolist() == [2, 1]
