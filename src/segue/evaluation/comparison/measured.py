"""A set of excerpts with all that is measured of each: what comparisons are made from.

Measuring is most of the work and depends on one excerpt alone, so it is done once a set, whatever
the set is compared with, and by several processes where there are many excerpts.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Final

import numpy as np

from segue.evaluation.types import FloatArray
from segue.metrics import (
    EXCERPT_BARS,
    FEATURE_NAMES,
    FramewiseOverlap,
    feature_vector,
    framewise_overlap,
    measure_all,
    mgeval_features,
)
from segue.metrics.table import as_table
from segue.score import Score

__all__ = ["MeasuredSet", "measure_set"]

MIN_FOR_PROCESSES: Final = 200
"""Excerpts below which starting processes takes longer than it saves."""
_AT_ONCE: Final = 32


@dataclass(frozen=True, eq=False, kw_only=True)
class MeasuredSet:
    """N excerpts of one length and their measures."""

    scores: Sequence[Score]
    n_bars: int
    features: FloatArray
    """`metrics.features`, (N, F)."""
    embeddings: FloatArray
    """`encoder.excerpt_encoder`, (N, 64)."""
    values: Sequence[dict[str, float | None]]
    """`metrics.measure_all` of each."""
    mgeval: Sequence[dict[str, FloatArray]]
    framewise: Sequence[FramewiseOverlap | None]

    def __len__(self) -> int:
        """How many excerpts."""
        return len(self.scores)

    def select(self, chosen: Sequence[int]) -> "MeasuredSet":
        """The excerpts that are named by index."""
        rows = np.asarray(chosen, np.int64)
        return MeasuredSet(
            scores=[self.scores[i] for i in rows],
            n_bars=self.n_bars,
            features=self.features[rows],
            embeddings=self.embeddings[rows],
            values=[self.values[i] for i in rows],
            mgeval=[self.mgeval[i] for i in rows],
            framewise=[self.framewise[i] for i in rows],
        )

    def joined(self, other: "MeasuredSet") -> "MeasuredSet":
        """The excerpts of both, these first."""
        return MeasuredSet(
            scores=[*self.scores, *other.scores],
            n_bars=self.n_bars,
            features=np.concatenate([self.features, other.features]),
            embeddings=np.concatenate([self.embeddings, other.embeddings]),
            values=[*self.values, *other.values],
            mgeval=[*self.mgeval, *other.mgeval],
            framewise=[*self.framewise, *other.framewise],
        )


_Measures = tuple[
    FloatArray, dict[str, float | None], dict[str, FloatArray], FramewiseOverlap | None
]


def measure_set(
    scores: Iterable[Score],
    *,
    n_bars: int = EXCERPT_BARS,
    workers: int = 1,
    on_excerpt: Callable[[int], None] = lambda _: None,
) -> MeasuredSet:
    """Measure excerpts of `n_bars` bars, possibly none.

    `on_excerpt` gets how many are done.
    """
    from segue.evaluation.encoder.excerpt_encoder import embed

    given = list(scores)
    found: list[_Measures] = []
    for measures in _measured(given, n_bars, workers):
        found.append(measures)
        on_excerpt(len(found))
    features, values, mgeval, framewise = zip(*found, strict=True) if found else ((), (), (), ())
    return MeasuredSet(
        scores=given,
        n_bars=n_bars,
        features=np.array(features).reshape(len(given), len(FEATURE_NAMES)),
        embeddings=embed(given, n_bars=n_bars),
        values=values,
        mgeval=mgeval,
        framewise=framewise,
    )


def _measured(scores: Sequence[Score], n_bars: int, workers: int) -> Iterable[_Measures]:
    measure = partial(_measure, n_bars=n_bars)
    if workers == 1 or len(scores) < MIN_FOR_PROCESSES:
        yield from map(measure, scores)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(measure, scores, chunksize=_AT_ONCE)


def _measure(score: Score, *, n_bars: int) -> _Measures:
    table = as_table(score, n_bars=n_bars)
    return (
        feature_vector(score, n_bars=n_bars),
        measure_all(table),
        mgeval_features(table),
        framewise_overlap(table),
    )
