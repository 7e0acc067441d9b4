"""MusPy as an oracle: golden values of the examples, made by scripts/write_muspy_golden.py."""

import json
from pathlib import Path
from typing import Any

import pytest

from segue.examples import NAMES, example_path
from segue.metrics import (
    as_table,
    drum_pattern_consistency,
    groove_consistency,
    n_pitch_classes_used,
    n_pitches_used,
    pitch_class_entropy,
    pitch_entropy,
    pitch_range,
    polyphony,
    polyphony_rate,
    scale_consistency,
)
from segue.midi import read_document
from segue.score import Score

GOLDEN = json.loads((Path(__file__).parents[2] / "golden/muspy.json").read_text(encoding="utf-8"))


@pytest.fixture(params=NAMES)
def piece(request: pytest.FixtureRequest) -> tuple[Score, dict[str, Any]]:
    score = read_document(example_path(request.param)).score
    return score, GOLDEN[request.param]


def test_every_example_has_golden_values() -> None:
    assert set(GOLDEN) == set(NAMES)


def test_pitches_and_polyphony_are_muspys(piece: tuple[Score, dict[str, Any]]) -> None:
    score, golden = piece
    ours = {
        "pitch_class_entropy": pitch_class_entropy(score),
        "scale_consistency": scale_consistency(score),
        "pitch_range": pitch_range(score),
        "n_pitches_used": n_pitches_used(score),
        "n_pitch_classes_used": n_pitch_classes_used(score),
        "pitch_entropy": pitch_entropy(score),
        "polyphony": polyphony(score),
        "polyphony_rate_of_2": polyphony_rate(score, at_least=2),
        "polyphony_rate_default": polyphony_rate(score, at_least=3),
    }
    assert ours == pytest.approx({name: golden[name] for name in ours})


def test_groove_is_muspys_with_as_many_bars(piece: tuple[Score, dict[str, Any]]) -> None:
    score, golden = piece
    table = as_table(score, n_bars=golden["measures_of_groove"])
    assert groove_consistency(table) == pytest.approx(golden["groove_consistency"])


def test_drums_are_muspys(piece: tuple[Score, dict[str, Any]]) -> None:
    score, golden = piece
    expected = golden["drum_pattern_consistency"]
    assert drum_pattern_consistency(score) == pytest.approx(0.0 if expected is None else expected)
