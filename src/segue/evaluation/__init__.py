"""Sets of music compared: excerpts, distances, a classifier, baselines, one report.

The measures of a single score are `segue.metrics`'. `compare_sets` holds two sets against each
other, `comparison.benchmark` everyone against real music on one task, `report.page` shows it.
Generated music comes as Scores or as MIDI files, whoever wrote them.

The wings, from the lowest; each imports only wings above it in this list (tests/test_wings.py):

- `music`: real music to compare with, cut into excerpts, and damaged
- `distances`: how far sets of numbers are from each other, with their intervals
- `ngrams`: what counting alone predicts and writes
- `encoder`: a small network that says in numbers what music an excerpt is
- `copies`: what written and new real music share with known songs
- `candidates`: who takes part: baselines, models, folders
- `trials`: tasks of their own: two-bar holes, long takes
- `comparison`: sets held against real music, all of them on one task
- `listening`: blind pairs for listeners, and what they answered
- `inside`: what only a model itself can say: likelihood, speed
- `report`: the page of a comparison: tables, figures, rolls, words
"""

from segue.evaluation.comparison.measured import MeasuredSet, measure_set
from segue.evaluation.comparison.set_report import (
    FeatureGap,
    MetricPair,
    SetReport,
    compare_measured,
    compare_sets,
)
from segue.evaluation.distances.bootstrap import Estimate
from segue.evaluation.distances.coverage import Coverage, coverage
from segue.evaluation.distances.extrapolation import extrapolated_frechet
from segue.evaluation.distances.framewise import Framewise, framewise
from segue.evaluation.distances.frechet import feature_frechet, frechet_distance
from segue.evaluation.distances.mgeval import MGEvalPair, mgeval
from segue.evaluation.distances.mmd import mmd
from segue.evaluation.distances.overlap import density_overlap, distance_overlap
from segue.evaluation.distances.paper_distance import paper_distance
from segue.evaluation.distances.two_sample import TwoSampleTest, tell_apart
from segue.evaluation.music.excerpts import Excerpt, active_windows, comparable, draw_excerpts

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
