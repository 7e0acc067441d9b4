"""The figures that every table of sets shows, with what is better.

One list, read by the tables, the page, the README and the sensitivity of the measures.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.evaluation.comparison.set_report import SetReport
from segue.evaluation.distances.bootstrap import Estimate
from segue.evaluation.distances.coverage import Coverage

__all__ = ["HEADLINES", "SUMMARY", "Headline", "headline_figures"]


@dataclass(frozen=True)
class Headline:
    """A figure of a set."""

    name: str
    title: str
    better: str
    """"lower", "higher", or "real" for what real music has."""
    digits: int
    of: Callable[[SetReport], Estimate | float | None]
    has_interval: bool = True
    """Over excerpts, and not of a fitted line or none at all."""
    in_summary: bool = False
    """Whether the terminal and the README show it, too, and not the page alone."""


def _covered(
    of: Callable[[SetReport], Coverage | None], name: str
) -> Callable[[SetReport], Estimate | None]:
    def figure(report: SetReport) -> Estimate | None:
        found = of(report)
        if found is None:
            return None
        value: Estimate = getattr(found, name)
        return value

    return figure


def _features(report: SetReport) -> Coverage | None:
    return report.by_features.coverage


def _embeddings(report: SetReport) -> Coverage | None:
    return report.by_embeddings.coverage


def _mean_overlap(report: SetReport) -> float | None:
    return float(np.mean([p.overlap for p in report.mgeval.values()])) if report.mgeval else None


def _mean_kl(report: SetReport) -> float | None:
    return float(np.mean([p.kl for p in report.mgeval.values()])) if report.mgeval else None


def _framewise(name: str) -> Callable[[SetReport], Estimate | None]:
    def figure(report: SetReport) -> Estimate | None:
        if report.framewise is None:
            return None
        value: Estimate = getattr(report.framewise, name)
        return value

    return figure


HEADLINES: Final[tuple[Headline, ...]] = (
    Headline("auc", "AUC of the two-sample test", "lower", 3, lambda r: r.auc, in_summary=True),
    Headline(
        "feature_frechet", "feature-Frechet", "lower", 1, lambda r: r.feature_frechet,
        in_summary=True,
    ),
    Headline(
        "feature_frechet_limit",
        "feature-Frechet, infinite sets",
        "lower",
        1,
        lambda r: r.by_features.frechet_limit,
        has_interval=False,
    ),
    Headline(
        "feature_mmd", "feature-MMD", "lower", 4, lambda r: r.by_features.mmd, in_summary=True
    ),
    Headline(
        "embedding_frechet", "encoder-Frechet", "lower", 1, lambda r: r.by_embeddings.frechet,
        in_summary=True,
    ),
    Headline(
        "embedding_frechet_limit",
        "encoder-Frechet, infinite sets",
        "lower",
        1,
        lambda r: r.by_embeddings.frechet_limit,
        has_interval=False,
    ),
    Headline("embedding_mmd", "encoder-MMD", "lower", 4, lambda r: r.by_embeddings.mmd),
    Headline(
        "overlap", "overlapping area of features", "higher", 3, lambda r: r.overlap,
        in_summary=True,
    ),
    Headline("mgeval_overlap", "MGEval OA", "higher", 3, _mean_overlap, has_interval=False),
    Headline("mgeval_kl", "MGEval KLD", "lower", 4, _mean_kl, has_interval=False),
    Headline("precision", "precision", "higher", 2, _covered(_features, "precision")),
    Headline("recall", "recall", "higher", 2, _covered(_features, "recall")),
    Headline("density", "density", "real", 2, _covered(_features, "density")),
    Headline(
        "coverage", "coverage", "higher", 2, _covered(_features, "coverage"), in_summary=True
    ),
    Headline(
        "embedding_coverage", "coverage, encoder", "higher", 2, _covered(_embeddings, "coverage")
    ),
    Headline(
        "pitch_consistency", "framewise pitch consistency", "higher", 3,
        _framewise("pitch_consistency"),
    ),
    Headline(
        "pitch_variance", "framewise pitch variance", "higher", 3, _framewise("pitch_variance")
    ),
    Headline(
        "duration_consistency", "framewise duration consistency", "higher", 3,
        _framewise("duration_consistency"),
    ),
    Headline(
        "duration_variance", "framewise duration variance", "higher", 3,
        _framewise("duration_variance"),
    ),
    Headline(
        "paper_distance", "the paper's distance", "lower", 0, lambda r: r.paper_distance,
        in_summary=True,
    ),
)  # fmt: skip

SUMMARY: Final = tuple(headline.name for headline in HEADLINES if headline.in_summary)
"""Of what is shown where there is no room for all."""


def headline_figures(report: SetReport) -> dict[str, Estimate | None]:
    """Every headline figure by name; one without an interval has its own value for both ends."""
    found: dict[str, Estimate | None] = {}
    for headline in HEADLINES:
        value = headline.of(report)
        found[headline.name] = (
            Estimate(value=value, low=value, high=value) if isinstance(value, float) else value
        )
    return found
