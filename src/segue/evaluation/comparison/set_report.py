"""The report on generated excerpts beside real ones: figures, intervals, and what gives them away.

`compare_sets` and `compare_measured` measure, `SetReport` holds. Nothing here draws, reads or
prints; the definitions are in the modules of the figures. Figures depend on the number of excerpts:
give both sets equally many, and put the report of two real sets of the same size beside it.

No figure is NaN: what is undefined for a set is None.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from segue.evaluation.comparison.measured import MeasuredSet, measure_set
from segue.evaluation.distances.bootstrap import (
    N_RESAMPLES,
    Estimate,
    distance_interval,
    mean_interval,
)
from segue.evaluation.distances.coverage import Coverage, coverage
from segue.evaluation.distances.extrapolation import extrapolated_frechet
from segue.evaluation.distances.framewise import Framewise, framewise
from segue.evaluation.distances.frechet import MIN_DEVIATION, feature_frechet, standardise
from segue.evaluation.distances.mgeval import MGEvalPair, mgeval
from segue.evaluation.distances.mmd import mmd_interval
from segue.evaluation.distances.overlap import density_overlap, distance_overlap
from segue.evaluation.distances.paper_distance import paper_distance
from segue.evaluation.distances.two_sample import N_TREES, tell_apart
from segue.evaluation.types import FloatArray
from segue.metrics import EXCERPT_BARS, FEATURE_NAMES, METRICS
from segue.score import Score

__all__ = [
    "FeatureGap",
    "MetricPair",
    "SetReport",
    "VectorReport",
    "compare_measured",
    "compare_sets",
    "metric_pairs",
]


@dataclass(frozen=True, kw_only=True)
class MetricPair:
    """The mean of a metric over the excerpts of either set in which it is defined."""

    real: Estimate | None
    """None where it is defined in no excerpt."""
    generated: Estimate | None
    n_real: int
    """In how many excerpts it is defined."""
    n_generated: int


@dataclass(frozen=True, kw_only=True)
class FeatureGap:
    """How one feature differs between the sets."""

    name: str
    real_mean: float
    generated_mean: float
    shift: float
    """Difference of the means in standard deviations of the real set."""
    overlap: float
    """OA of the two densities."""
    importance: float
    """Fall of the classifier's AUC without it."""


@dataclass(frozen=True, kw_only=True)
class VectorReport:
    """Distances by one kind of vector: features, or embeddings."""

    frechet: Estimate
    frechet_limit: Estimate | None
    """Extrapolated to sets of infinite size; None for fewer than 150 independent excerpts."""
    mmd: Estimate
    coverage: Coverage | None


@dataclass(frozen=True, kw_only=True)
class SetReport:
    """What was measured."""

    n_real: int
    n_generated: int
    n_bars: int
    seed: int
    feature_frechet: Estimate
    auc: Estimate
    overlap: Estimate
    """OA of single features' densities, averaged."""
    overlap_of_distances: float
    """MGEval's reading of it, on the single features, averaged."""
    paper_distance: Estimate
    by_features: VectorReport
    by_embeddings: VectorReport
    mgeval: dict[str, MGEvalPair]
    """By MGEval's own features."""
    framewise: Framewise | None
    metrics: dict[str, MetricPair]
    """By the names of `metrics.METRICS`."""
    features: tuple[FeatureGap, ...]
    """All features, the most telling first."""

    def to_mapping(self) -> dict[str, object]:
        """The whole report as JSON can hold it."""
        return asdict(self)

    def row(self) -> dict[str, str]:
        """The headline figures by column, as a table prints them."""
        scale, entropy = self.metrics["scale_consistency"], self.metrics["pitch_class_entropy"]
        return {
            "feature-Frechet": f"{self.feature_frechet:.1f}",
            "AUC": f"{self.auc:.3f}",
            "OA": f"{self.overlap.value:.3f}",
            "OA (MGEval)": f"{self.overlap_of_distances:.3f}",
            "SC (real)": f"{_mean(scale.generated)} ({_mean(scale.real)})",
            "PCE (real)": f"{_mean(entropy.generated)} ({_mean(entropy.real)})",
            "paper's distance": f"{self.paper_distance:.1f}",
        }


def compare_sets(
    real: Sequence[Score],
    generated: Sequence[Score],
    *,
    seed: int = 0,
    n_bars: int = EXCERPT_BARS,
    groups: Sequence[int] | None = None,
    n_resamples: int = N_RESAMPLES,
) -> SetReport:
    """Measure a set of generated excerpts against a set of real ones.

    Args:
        real: excerpts of `n_bars` bars, through `comparable` if the others come from a grid.
        generated: the same of the model.
        seed: of the cross-validation and intervals; the report is a function of it and the sets.
        n_bars: length of the excerpts.
        groups: a number for each generated excerpt; those of one number, such as the takes of a
            prompt, go together.
        n_resamples: of the intervals of distances.

    Raises:
        InputError: fewer than five independent excerpts in a set.
    """
    sets = [measure_set(scores, n_bars=n_bars) for scores in (real, generated)]
    return compare_measured(*sets, seed=seed, groups=groups, n_resamples=n_resamples)


def compare_measured(
    real: MeasuredSet,
    generated: MeasuredSet,
    *,
    seed: int = 0,
    groups: Sequence[int] | None = None,
    n_resamples: int = N_RESAMPLES,
    n_trees: int = N_TREES,
) -> SetReport:
    """`compare_sets` of sets that are measured already; `n_trees` are the classifier's.

    On one thread: matrices of some sixty dimensions gain nothing from more, and the figures then
    do not depend on how many there are.
    """
    with threadpool_limits(1):
        return _compared(real, generated, seed, groups, n_resamples, n_trees)


def _compared(
    real: MeasuredSet,
    generated: MeasuredSet,
    seed: int,
    groups: Sequence[int] | None,
    n_resamples: int,
    n_trees: int,
) -> SetReport:
    x, y = real.features, generated.features
    test = tell_apart(x, y, seed=seed, groups=groups, n_trees=n_trees, n_resamples=n_resamples)
    overlap = density_overlap(x, y)
    frechet = distance_interval(
        lambda a, b: feature_frechet(x[a], y[b]),
        n_real=len(x),
        n_generated=len(y),
        seed=seed,
        groups=groups,
        n_resamples=n_resamples,
    )
    ours, theirs = (standardise(rows, reference=x) for rows in (x, y))
    e, f = real.embeddings, generated.embeddings
    of_embeddings = distance_interval(
        lambda a, b: feature_frechet(e[a], f[b]),
        n_real=len(e),
        n_generated=len(f),
        seed=seed,
        groups=groups,
        n_resamples=n_resamples,
    )
    heard, others = (standardise(rows, reference=e) for rows in (e, f))
    return SetReport(
        n_real=len(real),
        n_generated=len(generated),
        n_bars=real.n_bars,
        seed=seed,
        feature_frechet=frechet,
        auc=test.auc,
        overlap=distance_interval(
            lambda a, b: float(density_overlap(x[a], y[b]).mean()),
            n_real=len(x),
            n_generated=len(y),
            seed=seed,
            groups=groups,
            n_resamples=n_resamples,
        ),
        overlap_of_distances=float(distance_overlap(x, y).mean()),
        paper_distance=paper_distance(
            real.scores, generated.scores, seed=seed, groups=groups, n_resamples=n_resamples
        ),
        by_features=_vectors(ours, theirs, frechet, seed, groups, n_resamples),
        by_embeddings=_vectors(heard, others, of_embeddings, seed, groups, n_resamples),
        mgeval=mgeval(real.mgeval, generated.mgeval),
        framewise=framewise(
            real.framewise,
            generated.framewise,
            seed=seed,
            groups=groups,
            n_resamples=n_resamples,
        ),
        metrics=metric_pairs(real, generated, seed=seed, groups=groups),
        features=_gaps(x, y, overlap, test.importance),
    )


def _vectors(
    real: FloatArray,
    generated: FloatArray,
    frechet: Estimate,
    seed: int,
    groups: Sequence[int] | None,
    n_resamples: int,
) -> VectorReport:
    """Of standardised vectors, (N, F) and (M, F)."""
    return VectorReport(
        frechet=frechet,
        frechet_limit=extrapolated_frechet(real, generated, seed=seed, groups=groups),
        mmd=mmd_interval(real, generated, seed=seed, groups=groups, n_resamples=n_resamples),
        coverage=coverage(real, generated, seed=seed, groups=groups),
    )


def metric_pairs(
    real: MeasuredSet,
    generated: MeasuredSet,
    *,
    seed: int,
    groups: Sequence[int] | None = None,
) -> dict[str, MetricPair]:
    """The means of the single-score metrics over both sets, by name.

    `groups`: what belongs together in the generated set.
    """
    pairs = {}
    for metric in METRICS:
        ours, n_ours = _mean_of(real, metric.name, seed, None)
        theirs, n_theirs = _mean_of(generated, metric.name, seed, groups)
        pairs[metric.name] = MetricPair(
            real=ours, generated=theirs, n_real=n_ours, n_generated=n_theirs
        )
    return pairs


def _mean_of(
    measured: MeasuredSet, name: str, seed: int, groups: Sequence[int] | None
) -> tuple[Estimate | None, int]:
    """The mean of a metric, and in how many excerpts it is defined."""
    defined = [i for i, each in enumerate(measured.values) if each[name] is not None]
    if not defined:
        return None, 0
    values = np.array([measured.values[i][name] for i in defined], np.float64)
    kin = None if groups is None else [groups[i] for i in defined]
    return mean_interval(values, seed=seed, groups=kin), len(defined)


def _mean(estimate: Estimate | None) -> str:
    return "-" if estimate is None else f"{estimate.value:.3f}"


def _gaps(
    x: FloatArray, y: FloatArray, overlap: FloatArray, importance: FloatArray
) -> tuple[FeatureGap, ...]:
    deviation = np.maximum(x.std(axis=0), MIN_DEVIATION)
    shift = (y.mean(axis=0) - x.mean(axis=0)) / deviation
    gaps = [
        FeatureGap(
            name=name,
            real_mean=float(x[:, i].mean()),
            generated_mean=float(y[:, i].mean()),
            shift=float(shift[i]),
            overlap=float(overlap[i]),
            importance=float(importance[i]),
        )
        for i, name in enumerate(FEATURE_NAMES)
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.importance, gap.overlap)))
