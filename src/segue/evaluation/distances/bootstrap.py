"""How sure a figure is: intervals by resampling excerpts.

An interval says how a figure would vary with other excerpts of the same kind; it says nothing of
the choice of features or of the training of the model. What is resampled is always the excerpt and
never the note, because the notes of one excerpt are no independent witnesses.

- Means use the percentile interval (95 %). Rows that belong together, as takes of one prompt do,
  are drawn together.
- Distances between sets use the value plus and minus 1.96 standard deviations of the resampled
  values, cut at 0. A resampled set repeats about a third of its rows, which makes it look further
  from the other set than it is: the resampled values lie too high by that bias, but they spread as
  they should.

Source: B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 6 and 13.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.evaluation.types import FloatArray, IntArray

__all__ = [
    "N_RESAMPLES",
    "Estimate",
    "distance_interval",
    "mean_interval",
    "members_of",
    "statistic_interval",
]

N_RESAMPLES: Final = 200
_QUANTILES: Final = (0.025, 0.975)
_NORMAL: Final = 1.96


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float

    def __format__(self, spec: str) -> str:
        """The value and how far its interval reaches, both in the format of `spec`; the longer way
        of an interval that was cut.
        """
        return f"{self.value:{spec}} ± {max(self.high - self.value, self.value - self.low):{spec}}"


def mean_interval(
    values: FloatArray,
    *,
    seed: int,
    groups: Sequence[int] | None = None,
    n_resamples: int = N_RESAMPLES,
) -> Estimate:
    """The mean of `values`, (N,), and its percentile interval; 0 for no values.

    `groups`: what belongs together, (N,); groups are then drawn, and not values.
    """
    if not len(values):
        return Estimate(value=0.0, low=0.0, high=0.0)
    generator = np.random.default_rng(seed)
    of_group = (
        np.arange(len(values)) if groups is None else np.unique(groups, return_inverse=True)[1]
    )
    total, size = np.bincount(of_group, weights=values), np.bincount(of_group)
    drawn = generator.integers(len(size), size=(n_resamples, len(size)))
    means = total[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    low, high = np.quantile(means, _QUANTILES)
    return Estimate(value=float(values.mean()), low=float(low), high=float(high))


def statistic_interval(
    statistic: Callable[[IntArray], float],
    *,
    groups: Sequence[int],
    seed: int,
    n_resamples: int = N_RESAMPLES,
) -> Estimate:
    """A statistic of rows that it is given by index, and its percentile interval.

    `groups`: what belongs together, (N,); groups are drawn, and not rows.
    """
    generator = np.random.default_rng(seed)
    members = members_of(np.asarray(groups))
    resampled = [
        statistic(
            np.concatenate(
                [members[k] for k in generator.integers(len(members), size=len(members))]
            )
        )
        for _ in range(n_resamples)
    ]
    low, high = np.quantile(resampled, _QUANTILES)
    return Estimate(value=statistic(np.arange(len(groups))), low=float(low), high=float(high))


def distance_interval(
    distance: Callable[[IntArray, IntArray], float],
    *,
    n_real: int,
    n_generated: int,
    seed: int,
    groups: Sequence[int] | None = None,
    n_resamples: int = N_RESAMPLES,
    least: float = 0.0,
) -> Estimate:
    """A distance between two sets and its interval.

    Args:
        distance: the distance between the rows of both sets that it is given by index.
        n_real: rows of the first set.
        n_generated: rows of the second set.
        seed: of the resampling.
        groups: what belongs together among the generated rows, (n_generated,); groups are then
            drawn, and not rows.
        n_resamples: how many times both sets are drawn again.
        least: where the interval is cut below.
    """
    generator = np.random.default_rng(seed)
    value = distance(np.arange(n_real), np.arange(n_generated))
    members = members_of(np.arange(n_generated) if groups is None else np.asarray(groups))
    resampled = [
        distance(
            generator.integers(n_real, size=n_real),
            np.concatenate(
                [members[k] for k in generator.integers(len(members), size=len(members))]
            ),
        )
        for _ in range(n_resamples)
    ]
    half = _NORMAL * float(np.std(resampled))
    return Estimate(value=value, low=max(least, value - half), high=value + half)


def members_of(groups: IntArray) -> list[IntArray]:
    """The rows of each group."""
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)
