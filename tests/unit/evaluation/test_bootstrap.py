"""Intervals by resampling."""

import numpy as np
import pytest

from segue.evaluation import Estimate
from segue.evaluation.distances.bootstrap import distance_interval, mean_interval


def test_a_mean_is_as_sure_as_the_central_limit_says() -> None:
    values = np.random.default_rng(0).normal(5, 2, size=400)

    interval = mean_interval(values, seed=0, n_resamples=2000)

    assert interval.value == values.mean()
    assert interval.high - interval.low == pytest.approx(2 * 1.96 * 2 / 20, rel=0.15)


def test_what_belongs_together_makes_a_mean_less_sure() -> None:
    values = np.repeat(np.random.default_rng(0).normal(size=50), 4)
    groups = np.repeat(np.arange(50), 4).tolist()

    alone, together = (
        mean_interval(values, seed=0, groups=each, n_resamples=2000) for each in (None, groups)
    )

    assert together.value == alone.value
    assert together.high - together.low == pytest.approx(2 * (alone.high - alone.low), rel=0.15)


def test_no_values_have_a_mean_of_zero() -> None:
    assert mean_interval(np.zeros(0), seed=0) == Estimate(value=0.0, low=0.0, high=0.0)


def test_a_distance_keeps_its_value_and_is_not_negative() -> None:
    rows = np.random.default_rng(0).normal(size=30)

    interval = distance_interval(
        lambda a, b: abs(float(rows[a].mean() - rows[b].mean())),
        n_real=30,
        n_generated=30,
        seed=0,
    )

    assert interval.value == 0.0
    assert interval.low == 0.0
    assert interval.high > 0.1


def test_rows_of_a_group_are_drawn_together() -> None:
    groups = [0, 1, 0, 2, 1, 0]
    seen = []

    def distance(a: np.ndarray, b: np.ndarray) -> float:
        seen.append(np.bincount(b, minlength=6))
        return 0.0

    distance_interval(distance, n_real=3, n_generated=6, seed=0, groups=groups, n_resamples=20)

    for counts in seen:
        assert counts[0] == counts[2] == counts[5]
        assert counts[1] == counts[4]
    assert len({tuple(counts) for counts in seen}) > 3


def test_prints_how_far_it_reaches() -> None:
    assert f"{Estimate(value=2.0, low=1.0, high=3.5):.2f}" == "2.00 ± 1.50"
