"""Mittal's framewise overlapping area."""

import numpy as np
import pytest
from scipy.stats import norm

from segue.metrics import framewise_overlap
from tests.unit.metrics.music import BAR, QUARTER, SILENCE, melody, piece


def overlap_by_integration(a: np.ndarray, b: np.ndarray) -> float:
    x = np.linspace(0, 128, 200_001)
    p, q = (norm.pdf(x, each.mean(), each.std()) for each in (a, b))
    return float(np.minimum(p, q).sum() * (x[1] - x[0]))


def test_is_the_integral_of_the_smaller_density() -> None:
    generator = np.random.default_rng(0)
    pitches = np.concatenate([generator.integers(50, 60, 16), generator.integers(60, 80, 8)])
    score = piece(melody(*pitches.tolist()))  # six bars of quarters: frames 0-3 and 2-5

    found = framewise_overlap(score)

    assert found is not None
    assert found.pitch == pytest.approx(
        overlap_by_integration(pitches[:16].astype(float), pitches[8:].astype(float)), abs=1e-4
    )
    assert found.duration == pytest.approx(1.0)


def test_a_loop_overlaps_with_itself() -> None:
    found = framewise_overlap(piece(melody(*[60, 64, 67, 72] * 8)))
    assert found is not None
    assert found == pytest.approx((1.0, 1.0))


def test_short_or_silent_music_has_no_frames() -> None:
    assert framewise_overlap(SILENCE) is None
    assert framewise_overlap(piece(melody(60, 62))) is None
    assert framewise_overlap(piece([(5 * BAR, QUARTER, 60)])) is None
