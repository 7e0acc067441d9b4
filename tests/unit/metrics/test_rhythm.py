"""Groove, onset positions, drum patterns."""

import numpy as np
import pytest

from segue.metrics import DrumGroup, drum_patterns, groove_consistency, onset_positions
from segue.score import MetreMap, Score
from tests.unit.metrics.music import BAR, EIGHTH, QUARTER, SILENCE, TPQ, melody, piece, track


def muspy_groove_consistency(score: Score, resolution: int) -> float:
    """MusPy 0.5's definition for a piece in 4/4 on its grid; its extra bar is left out."""
    steps = 4 * resolution
    onsets = {
        int(onset) * resolution // score.ticks_per_quarter
        for each in score.tracks
        for onset in each.notes.onset
    }
    n_bars = max(onsets) // steps + 1
    differing = 0
    for bar in range(n_bars - 1):
        for step in range(steps):
            differing += (bar * steps + step in onsets) != ((bar + 1) * steps + step in onsets)
    return 1 - differing / (steps * (n_bars - 1))


def test_a_repeated_bar_has_perfect_groove() -> None:
    assert groove_consistency(piece(melody(*[60] * 16))) == 1.0


def test_one_step_of_48_that_differs_costs_a_48th() -> None:
    score = piece([*melody(*[60] * 8), (BAR + EIGHTH, EIGHTH, 64)])

    assert groove_consistency(score) == pytest.approx(1 - 1 / 48)


def test_drums_are_part_of_the_groove() -> None:
    tune = melody(*[60] * 8)
    fill = track([(BAR + EIGHTH, 10, 38)], is_drum=True)

    assert groove_consistency(piece(tune, fill)) < groove_consistency(piece(tune))


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_muspys_definition_in_one_metre(seed: int) -> None:
    generator = np.random.default_rng(seed)
    steps = np.sort(generator.choice(48 * 4, size=40, replace=False))
    last = 48 * 3  # so that four bars are certain
    score = piece([(int(step) * TPQ // 12, 20, 60) for step in (*steps, last)])

    assert groove_consistency(score) == pytest.approx(muspy_groove_consistency(score, 12))


def test_bars_of_different_length_are_not_compared() -> None:
    score = Score(
        ticks_per_quarter=TPQ,
        tracks=piece(melody(*[60] * 7)).tracks,
        metre_map=MetreMap.of(ticks=[0, BAR], numerator=[4, 3], denominator=[4, 4]),
    )

    assert groove_consistency(score) == 1.0


@pytest.mark.parametrize("score", [SILENCE, piece(melody(60))], ids=["silence", "one note"])
def test_fewer_than_two_bars_are_consistent(score: Score) -> None:
    assert groove_consistency(score) == 1.0


def test_onsets_are_told_apart_by_their_place_in_the_quarter() -> None:
    ticks = [0, QUARTER, 240, 120, 360, 160, 320, 40]

    shares = onset_positions(piece([(tick, 10, 60) for tick in ticks]))

    assert (shares * 8).tolist() == [2, 1, 2, 2, 1]
    assert onset_positions(SILENCE).tolist() == [0.0] * 5


def test_drum_patterns_tell_kick_snare_time_and_rest_apart() -> None:
    drums = track(
        [(0, 10, 36), (QUARTER, 10, 38), (0, 10, 42), (240, 10, 51), (BAR, 10, 49)], is_drum=True
    )

    patterns = drum_patterns(piece(drums, melody(60)))

    assert patterns.shape == (2, 4, 48)
    assert np.argwhere(patterns).tolist() == [
        [0, DrumGroup.KICK, 0],
        [0, DrumGroup.SNARE, 12],
        [0, DrumGroup.CYMBAL_TIME, 0],
        [0, DrumGroup.CYMBAL_TIME, 6],
        [1, DrumGroup.OTHER, 0],
    ]
