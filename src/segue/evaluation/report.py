"""The report on generated excerpts beside real ones: figures, intervals, and what gives them away.

`compare_sets` measures, `SetReport` holds. Nothing here draws, reads or prints; the definitions are
in the modules of the figures. Figures depend on the number of excerpts: give both sets equally
many, and put the report of two real sets of the same size beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from segue.evaluation.bootstrap import N_RESAMPLES, Estimate, distance_interval, mean_interval
from segue.evaluation.frechet import MIN_DEVIATION, feature_frechet
from segue.evaluation.overlap import density_overlap, distance_overlap
from segue.evaluation.paper_distance import paper_distance
from segue.evaluation.two_sample import tell_apart
from segue.evaluation.types import FloatArray
from segue.metrics import (
    EXCERPT_BARS,
    FEATURE_NAMES,
    empty_bar_rate,
    feature_matrix,
    groove_consistency,
    note_density,
    pitch_class_entropy,
    polyphony,
    polyphony_rate,
    scale_consistency,
)
from segue.metrics.table import NoteTable, as_table
from segue.score import Score

__all__ = ["FeatureGap", "MetricPair", "SetReport", "compare_sets", "metric_pairs"]

_OF_PITCHES: Final[Mapping[str, Callable[[NoteTable], float]]] = {
    "scale_consistency": scale_consistency,
    "pitch_class_entropy": pitch_class_entropy,
    "polyphony": polyphony,
    "polyphony_rate": polyphony_rate,
}
"""Metrics of pitched notes; averaged over the excerpts that have any, as MusPy's NaN asks for."""
_OF_ALL: Final[Mapping[str, Callable[[NoteTable], float]]] = {
    "groove_consistency": groove_consistency,
    "note_density": note_density,
    "empty_bar_rate": empty_bar_rate,
}


@dataclass(frozen=True, kw_only=True)
class MetricPair:
    """The mean of a metric over either set."""

    real: Estimate
    generated: Estimate


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
class SetReport:
    """What `compare_sets` found."""

    n_real: int
    n_generated: int
    n_bars: int
    seed: int
    feature_frechet: Estimate
    auc: Estimate
    overlap: float
    """Mean OA of the features' densities."""
    overlap_of_distances: float
    """Mean OA of the features by MGEval's definition."""
    paper_distance: Estimate
    metrics: dict[str, MetricPair]
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
            "OA": f"{self.overlap:.3f}",
            "OA (MGEval)": f"{self.overlap_of_distances:.3f}",
            "SC (real)": f"{scale.generated.value:.3f} ({scale.real.value:.3f})",
            "PCE (real)": f"{entropy.generated.value:.3f} ({entropy.real.value:.3f})",
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
    x, y = feature_matrix(real, n_bars=n_bars), feature_matrix(generated, n_bars=n_bars)
    test = tell_apart(x, y, seed=seed, groups=groups, n_resamples=n_resamples)
    overlap = density_overlap(x, y)
    return SetReport(
        n_real=len(real),
        n_generated=len(generated),
        n_bars=n_bars,
        seed=seed,
        feature_frechet=distance_interval(
            lambda a, b: feature_frechet(x[a], y[b]),
            n_real=len(x),
            n_generated=len(y),
            seed=seed,
            groups=groups,
            n_resamples=n_resamples,
        ),
        auc=test.auc,
        overlap=float(overlap.mean()),
        overlap_of_distances=float(distance_overlap(x, y).mean()),
        paper_distance=paper_distance(
            real, generated, seed=seed, groups=groups, n_resamples=n_resamples
        ),
        metrics=metric_pairs(real, generated, seed=seed, n_bars=n_bars),
        features=_gaps(x, y, overlap, test.importance),
    )


def metric_pairs(
    real: Sequence[Score], generated: Sequence[Score], *, seed: int, n_bars: int = EXCERPT_BARS
) -> dict[str, MetricPair]:
    """The means of the single-score metrics over both sets, by name."""
    sets = [[as_table(score, n_bars=n_bars) for score in scores] for scores in (real, generated)]
    pitched = [[t for t in tables if len(t.pitched())] for tables in sets]
    pairs = {}
    for metrics, (ours, theirs) in ((_OF_PITCHES, pitched), (_OF_ALL, sets)):
        for name, metric in metrics.items():
            pairs[name] = MetricPair(
                real=mean_interval(np.array([metric(t) for t in ours]), seed=seed),
                generated=mean_interval(np.array([metric(t) for t in theirs]), seed=seed),
            )
    return pairs


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
