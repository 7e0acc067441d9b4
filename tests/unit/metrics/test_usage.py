"""Instruments, compass and drums."""

import numpy as np
import pytest

from segue.metrics import (
    distinct_drum_bars,
    drum_pattern_consistency,
    duration_range,
    instrument_coverage,
    instrument_entropy,
    mean_duration,
    n_instruments,
)
from tests.unit.metrics.music import BAR, QUARTER, SILENCE, TPQ, melody, piece, track

TWO_BARS = piece(melody(*[60] * 8), track([(0, QUARTER, 36)] * 1, program=33))


def test_instruments_are_programs_and_not_tracks() -> None:
    doubled = piece(melody(60, 62), melody(64, 65), track(melody(36), is_drum=True))
    assert n_instruments(doubled) == 2


def test_equal_parts_have_the_most_entropy() -> None:
    equal = piece(melody(60, 62), track(melody(36, 38), program=33))
    assert instrument_entropy(equal) == pytest.approx(1.0)
    assert instrument_entropy(piece(melody(60))) == 0.0


def test_coverage_is_the_mean_share_of_bars() -> None:
    assert instrument_coverage(TWO_BARS) == pytest.approx((1 + 1 / 2) / 2)


def test_durations_in_quarters_and_octaves() -> None:
    score = piece([(0, QUARTER // 4, 60), (QUARTER, 4 * QUARTER, 62)])
    assert mean_duration(score) == pytest.approx((1 / 4 + 4) / 2)
    assert duration_range(score) == pytest.approx(4.0)


def test_drums_on_sixteenths_or_triplets_keep_to_a_grid() -> None:
    triplets = track([(k * TPQ // 3, 5, 42) for k in range(12)], is_drum=True)
    off = track([(0, 5, 42), (TPQ // 12, 5, 42)], is_drum=True)
    assert drum_pattern_consistency(piece(triplets)) == 1.0
    assert drum_pattern_consistency(piece(off)) == 0.5


def test_a_drum_loop_is_one_bar_in_eight() -> None:
    loop = track([(bar * BAR, 5, 36) for bar in range(8)], is_drum=True)
    assert distinct_drum_bars(piece(loop)) == 1 / 8


def test_silence_uses_nothing() -> None:
    for measure in (n_instruments, instrument_entropy, instrument_coverage, mean_duration):
        assert measure(SILENCE) == 0.0
    assert np.isfinite([duration_range(SILENCE), drum_pattern_consistency(SILENCE)]).all()
