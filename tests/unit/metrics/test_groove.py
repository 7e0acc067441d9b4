"""The Jazz Transformer's groove similarity."""

from itertools import combinations

import numpy as np
import pytest

from segue.metrics import groove_similarity
from tests.unit.metrics.music import BAR, QUARTER, SILENCE, TPQ, melody, piece


def by_its_definition(onsets: list[int], n_bars: int) -> float:
    """Written out, for 4/4 at 480 ticks a quarter."""
    bars = [{o * 64 // BAR % 64 for o in onsets if o // BAR == bar} for bar in range(n_bars)]
    return 1 - float(np.mean([len(a ^ b) / 64 for a, b in combinations(bars, 2)]))


@pytest.mark.parametrize("seed", range(5))
def test_is_its_definition_over_all_pairs(seed: int) -> None:
    generator = np.random.default_rng(seed)
    onsets = sorted({*generator.integers(0, 5 * BAR, 60).tolist(), 5 * BAR - TPQ})
    score = piece([(onset, 10, 60) for onset in onsets])
    assert groove_similarity(score) == pytest.approx(by_its_definition(onsets, 5))


def test_a_loop_is_alike_everywhere() -> None:
    assert groove_similarity(piece(melody(*[60] * 16))) == 1.0


def test_two_bars_that_share_nothing() -> None:
    score = piece([(0, 10, 60), (BAR + QUARTER, 10, 60)])
    assert groove_similarity(score) == pytest.approx(1 - 2 / 64)


def test_fewer_than_two_bars_are_alike() -> None:
    assert groove_similarity(SILENCE) == groove_similarity(piece(melody(60))) == 1.0
