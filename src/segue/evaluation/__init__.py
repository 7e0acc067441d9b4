"""Sets of music compared: excerpts, distances, a classifier, baselines, one report.

The measures of a single score are `segue.metrics`'. `compare_sets` holds two sets against each
other, `benchmark` everyone against real music on one task, `page` shows it. Generated music comes
as Scores or as MIDI files, whoever wrote them.
"""

from segue.evaluation.bootstrap import Estimate
from segue.evaluation.coverage import Coverage, coverage
from segue.evaluation.excerpts import (
    Excerpt,
    active_windows,
    comparable,
    draw_excerpts,
)
from segue.evaluation.extrapolation import extrapolated_frechet
from segue.evaluation.framewise import Framewise, framewise
from segue.evaluation.frechet import feature_frechet, frechet_distance
from segue.evaluation.measured import MeasuredSet, measure_set
from segue.evaluation.mgeval import MGEvalPair, mgeval
from segue.evaluation.mmd import mmd
from segue.evaluation.overlap import density_overlap, distance_overlap
from segue.evaluation.paper_distance import paper_distance
from segue.evaluation.report import (
    FeatureGap,
    MetricPair,
    SetReport,
    compare_measured,
    compare_sets,
)
from segue.evaluation.two_sample import TwoSampleTest, tell_apart

__all__ = [
    "Coverage",
    "Estimate",
    "Excerpt",
    "FeatureGap",
    "Framewise",
    "MGEvalPair",
    "MeasuredSet",
    "MetricPair",
    "SetReport",
    "TwoSampleTest",
    "active_windows",
    "comparable",
    "compare_measured",
    "compare_sets",
    "coverage",
    "density_overlap",
    "distance_overlap",
    "draw_excerpts",
    "extrapolated_frechet",
    "feature_frechet",
    "framewise",
    "frechet_distance",
    "measure_set",
    "mgeval",
    "mmd",
    "paper_distance",
    "tell_apart",
]
