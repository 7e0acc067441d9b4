"""Sets of music compared: excerpts, distances, a classifier, baselines, one report.

The measures of a single score are `segue.metrics`'. Nothing here knows a model: generated music
comes as Scores or as MIDI files, whoever wrote them.
"""

from segue.evaluation.bootstrap import Estimate
from segue.evaluation.excerpts import (
    Excerpt,
    active_windows,
    comparable,
    draw_excerpts,
)
from segue.evaluation.frechet import feature_frechet, frechet_distance
from segue.evaluation.overlap import density_overlap, distance_overlap
from segue.evaluation.paper_distance import paper_distance
from segue.evaluation.report import FeatureGap, MetricPair, SetReport, compare_sets
from segue.evaluation.two_sample import TwoSampleTest, tell_apart

__all__ = [
    "Estimate",
    "Excerpt",
    "FeatureGap",
    "MetricPair",
    "SetReport",
    "TwoSampleTest",
    "active_windows",
    "comparable",
    "compare_sets",
    "density_overlap",
    "distance_overlap",
    "draw_excerpts",
    "feature_frechet",
    "frechet_distance",
    "paper_distance",
    "tell_apart",
]
