"""Continuations beside what was there and beside their prompts."""

import pytest

from segue.metrics import (
    chroma_similarity,
    contour_agreement,
    entropy_difference,
    groove_agreement,
    rhythmic_distance,
    seam_chroma_similarity,
    tonal_distance,
)
from segue.score import transpose
from tests.unit.metrics.music import BAR, EIGHTH, QUARTER, SILENCE, melody, piece, track

TUNE = piece(melody(60, 64, 67, 72, 60, 64, 67, 72))
DRUMS = piece(track([(0, 10, 36)], is_drum=True))


def test_music_is_nothing_away_from_itself() -> None:
    assert entropy_difference(reference=TUNE, estimate=TUNE) == 0.0
    assert groove_agreement(reference=TUNE, estimate=TUNE) == 1.0
    assert chroma_similarity(reference=TUNE, estimate=TUNE) == pytest.approx(1.0)
    assert tonal_distance(prompt=TUNE, continuation=TUNE) == 0.0
    assert rhythmic_distance(prompt=TUNE, continuation=TUNE) == 0.0


def test_one_pitch_class_has_no_entropy() -> None:
    flat = piece(melody(60, 60, 72, 48))
    even = piece(melody(60, 61, 62, 63))
    assert entropy_difference(reference=flat, estimate=even) == pytest.approx(2.0)


def test_a_step_that_differs_costs_its_share() -> None:
    other = piece([*melody(60, 64, 67, 72, 60, 64, 67, 72), (EIGHTH, EIGHTH, 60)])
    assert groove_agreement(reference=TUNE, estimate=other) == pytest.approx(1 - 1 / 96)


def test_a_contour_is_the_same_in_any_key_octave_and_rhythm() -> None:
    pitches = (60, 64, 67, 72, 60, 64, 67, 72)
    twice = piece(melody(*(pitch for pitch in pitches for _ in range(2)), step=EIGHTH))
    for reference, estimate, found in (
        (TUNE, transpose(TUNE, 17), 1.0),
        (TUNE, twice, 1.0),
        (TUNE, piece(melody(*(2 * pitch - 60 for pitch in pitches))), 1.0),
        (TUNE, piece(melody(*(132 - pitch for pitch in pitches))), -1.0),
        (TUNE, piece(melody(*[60] * 8)), 0.0),
        (piece(melody(*[60] * 8)), TUNE, None),
        (piece(melody(*pitches[:5])), TUNE, None),
        (TUNE, DRUMS, None),
    ):
        agreement = contour_agreement(reference=reference, estimate=estimate)
        assert agreement == (None if found is None else pytest.approx(found))


def test_the_seam_is_the_last_bar_and_the_first() -> None:
    before = piece([*melody(61, 61, 61, 61), (BAR, QUARTER, 60)])
    after = piece([(BAR, QUARTER, 72), (2 * BAR, QUARTER, 61)])
    assert seam_chroma_similarity(prompt=before, continuation=after) == pytest.approx(1.0)


def test_a_fifth_is_nearer_than_a_tritone() -> None:
    fifth, tritone = (tonal_distance(prompt=TUNE, continuation=transpose(TUNE, k)) for k in (7, 6))
    assert fifth is not None
    assert tritone is not None
    assert 0 < fifth < tritone


def test_no_common_step_is_the_greatest_distance() -> None:
    off = piece([(EIGHTH + k * QUARTER, 10, 60) for k in range(4)])
    assert rhythmic_distance(prompt=TUNE, continuation=off) == pytest.approx(1.0)


def test_without_pitches_or_notes_nothing_is_said() -> None:
    assert entropy_difference(reference=TUNE, estimate=DRUMS) is None
    assert seam_chroma_similarity(prompt=DRUMS, continuation=TUNE) is None
    assert tonal_distance(prompt=TUNE, continuation=SILENCE) is None
    assert rhythmic_distance(prompt=SILENCE, continuation=TUNE) is None
    assert chroma_similarity(reference=DRUMS, estimate=DRUMS) is None
