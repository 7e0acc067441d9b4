"""The catalogue: every metric documented, defined or None, and blind to what does not matter."""

import math
from importlib import import_module

import pytest
from hypothesis import given

from segue.metrics import METRICS, measure_all
from segue.score import Score, transpose
from tests.strategies import scores
from tests.unit.metrics.music import SILENCE, melody, piece, track

SONG = piece(
    melody(*[60, 64, 67, 65, 62, 59, 60, 60] * 4),
    track(melody(*[36, 43] * 16), program=33),
    track([(k * 240, 10, 42) for k in range(60)], is_drum=True),
)


@given(scores())
def test_no_metric_is_ever_nan(score: Score) -> None:
    for name, value in measure_all(score).items():
        assert value is None or math.isfinite(value), name


def test_a_band_of_eight_bars_has_all_but_what_needs_more_bars() -> None:
    undefined = [name for name, value in measure_all(SONG).items() if value is None]
    assert undefined == ["bar_similarity_8", "structureness_long"]


def test_silence_says_why_it_has_nothing() -> None:
    found = measure_all(SILENCE)
    reasons = {m.need.reason for m in METRICS if found[m.name] is None}
    assert "no pitched notes" in reasons
    assert "no drums" in reasons


def test_the_order_of_tracks_changes_nothing() -> None:
    turned = SONG.with_tracks(SONG.tracks[::-1])
    assert measure_all(turned) == pytest.approx(measure_all(SONG))


def test_transposition_changes_nothing() -> None:
    assert measure_all(transpose(SONG, 5)) == pytest.approx(measure_all(SONG))


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_metric_is_specified_in_its_module(metric: object) -> None:
    module = import_module(f"segue.metrics.{getattr(metric, 'module')}")  # noqa: B009
    assert module.__doc__ is not None
    assert "Direction" in module.__doc__ or "near" in module.__doc__


def test_names_are_unique() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
