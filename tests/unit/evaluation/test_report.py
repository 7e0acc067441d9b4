"""The report: complete, JSON, a function of the seed, and it sees what music is damaged by."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from segue.evaluation import SetReport, compare_sets, density_overlap, feature_frechet, tell_apart
from segue.evaluation.comparison.measured import measure_set
from segue.evaluation.comparison.set_report import metric_pairs
from segue.metrics import FEATURE_NAMES, feature_matrix
from segue.score import Notes, Score, Track
from tests.unit.evaluation.bands import BAR, bands

N = 40
REAL = bands(0, N)
OTHERS = bands(1000, N)


def changed(score: Score, change: Callable[[Track, np.random.Generator], Track]) -> Score:
    generator = np.random.default_rng(score.n_notes)
    return score.with_tracks([change(track, generator) for track in score.tracks])


def shuffled_in_time(track: Track, generator: np.random.Generator) -> Track:
    notes = track.notes
    onset = generator.integers(0, 8 * BAR, size=len(notes))
    return track.with_notes(
        Notes.of(onset=onset, duration=notes.duration, pitch=notes.pitch, velocity=notes.velocity)
    )


def transposed_apart(track: Track, generator: np.random.Generator) -> Track:
    steps = 0 if track.is_drum else int(generator.integers(-6, 7))
    return track.with_notes(track.notes.transposed(steps))


def dropped(track: Track, generator: np.random.Generator) -> Track:
    return track.with_notes(Notes.empty()) if track.is_drum else track


def flattened(track: Track, generator: np.random.Generator) -> Track:
    notes = track.notes
    return track.with_notes(
        Notes.of(
            onset=notes.onset,
            duration=notes.duration,
            pitch=notes.pitch,
            velocity=np.full(len(notes), 90),
        )
    )


DAMAGES = {
    "shuffled in time": shuffled_in_time,
    "tracks transposed apart": transposed_apart,
    "a track dropped": dropped,
    "velocity flattened": flattened,
}


@pytest.fixture(scope="module")
def report() -> SetReport:
    return compare_sets(REAL, OTHERS, seed=0, n_resamples=10)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_the_distance_of_features_sees_every_damage(
    damage: Callable[[Track, np.random.Generator], Track],
) -> None:
    x = feature_matrix(REAL)
    unharmed = feature_frechet(x, feature_matrix(OTHERS))

    harmed = feature_frechet(x, feature_matrix([changed(score, damage) for score in OTHERS]))

    assert harmed > 2 * unharmed


def test_two_sets_of_one_style_are_hardly_told_apart(report: SetReport) -> None:
    assert report.auc.value < 0.75  # of forty each it has a deviation of 0.07 around 0.5
    assert report.overlap.value > 0.8
    assert report.overlap_of_distances > 0.8


def test_shuffled_music_is_told_apart() -> None:
    x = feature_matrix(REAL)
    y = feature_matrix([changed(score, shuffled_in_time) for score in OTHERS])

    assert tell_apart(x, y, seed=0, n_trees=30).auc.value > 0.95
    assert density_overlap(x, y).mean() < 0.8


def test_every_feature_is_reported(report: SetReport) -> None:
    assert {gap.name for gap in report.features} == set(FEATURE_NAMES)


def test_goes_through_json(report: SetReport) -> None:
    mapping = json.loads(json.dumps(report.to_mapping(), allow_nan=False))

    assert mapping["n_real"] == N
    assert mapping["feature_frechet"]["value"] == report.feature_frechet.value
    assert set(mapping["metrics"]["scale_consistency"]) >= {"real", "generated"}


def test_a_row_has_a_cell_for_every_headline_figure(report: SetReport) -> None:
    assert list(report.row()) == [
        "feature-Frechet",
        "AUC",
        "OA",
        "OA (MGEval)",
        "SC (real)",
        "PCE (real)",
        "paper's distance",
    ]


def test_excerpts_without_pitches_do_not_count_for_the_scale() -> None:
    drums = [score.with_tracks(score.tracks[:1]) for score in OTHERS[:10]]

    sets = measure_set(REAL), measure_set(REAL + drums)
    pair = metric_pairs(*sets, seed=0)["scale_consistency"]

    assert pair.generated == pair.real
    assert (pair.n_real, pair.n_generated) == (N, N)


def test_what_is_undefined_everywhere_is_none_and_no_number(report: SetReport) -> None:
    assert report.metrics["bar_similarity_8"].real is None
    assert report.by_features.frechet_limit is None  # forty excerpts are too few for it


def test_sets_of_unequal_size_and_of_silence_are_compared() -> None:
    silent = [score.with_tracks([]) for score in OTHERS[:12]]

    found = compare_sets(REAL, [*silent, *OTHERS[:3]], n_resamples=5)

    json.dumps(found.to_mapping(), allow_nan=False)
    assert found.metrics["pitch_class_entropy"].n_generated == 3
    assert found.auc.value > 0.8
