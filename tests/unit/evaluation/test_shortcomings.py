"""What falls short is told where intervals are apart, in the worse direction, and only there."""

from typing import Any

import pytest

from segue.evaluation.comparison.headlines import HEADLINES
from segue.evaluation.comparison.pairing import BESIDE_PROMPT, BESIDE_REAL
from segue.evaluation.report.shortcomings import shortcomings
from segue.metrics import METRICS

SAME = {"value": 0.5, "low": 0.4, "high": 0.6}
LOW = {"value": 0.2, "low": 0.1, "high": 0.3}
HIGH = {"value": 0.8, "low": 0.7, "high": 0.9}
CERTAIN = {"value": 0.8, "low": 0.8, "high": 0.8}
"""As where all excerpts agree."""


def set_of(name: str, kind: str) -> dict[str, Any]:
    """Everywhere the same."""
    beside = [*BESIDE_REAL, "note_f1"]
    return {
        "name": name,
        "kind": kind,
        "novelty": {"deserves_attention": SAME},
        "headlines": {headline.name: SAME for headline in HEADLINES},
        "comparison": {"metrics": {m.name: {"real": SAME, "generated": SAME} for m in METRICS}},
        "paired": {key: {"written": SAME, "real": None} for key in beside}
        | {key: {"written": SAME, "real": SAME} for key in BESIDE_PROMPT},
    }


@pytest.fixture
def report() -> dict[str, Any]:
    sets = [("real music", "ceiling"), ("a loop", "baseline"), ("mine", "model")]
    return {"sets": [set_of(*each) for each in sets]}


def mine(report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = report["sets"][-1]
    return found


def test_what_is_alike_does_not_fall_short(report: dict[str, Any]) -> None:
    assert shortcomings(report, "mine") == []


@pytest.mark.parametrize(("value", "is_worse"), [(HIGH, True), (LOW, False), (CERTAIN, True)])
def test_a_figure_that_should_be_low(
    report: dict[str, Any], value: dict[str, float], *, is_worse: bool
) -> None:
    mine(report)["headlines"]["auc"] = value

    found = shortcomings(report, "mine")

    assert bool(found) == is_worse
    if is_worse:
        told = f"0.800 ({value['low']:.3f} to {value['high']:.3f})"
        assert found == [
            f"AUC of the two-sample test: {told}; real music has 0.500 (0.400 to 0.600)",
            f"AUC of the two-sample test: {told}; the baseline “a loop” has 0.500 (0.400 to 0.600)",
        ]


def test_of_a_figure_without_an_interval_nothing_is_said(report: dict[str, Any]) -> None:
    mine(report)["headlines"]["mgeval_kl"] = CERTAIN

    assert shortcomings(report, "mine") == []


def test_copying_more_than_real_music_falls_short(report: dict[str, Any]) -> None:
    mine(report)["novelty"] = {"deserves_attention": HIGH}

    (told,) = shortcomings(report, "mine")

    assert told.startswith("excerpts that share a rare passage with the training music: 0.800")


@pytest.mark.parametrize("value", [LOW, HIGH])
def test_a_measure_is_to_be_as_in_both_real_sets(
    report: dict[str, Any], value: dict[str, float]
) -> None:
    metric = METRICS[0]
    mine(report)["comparison"]["metrics"][metric.name]["generated"] = value
    (told,) = shortcomings(report, "mine")
    assert told.startswith(f"{metric.title}: {value['value']:.3f}")

    report["sets"][0]["comparison"]["metrics"][metric.name]["generated"] = value
    assert shortcomings(report, "mine") == []


def test_beside_prompts_and_beside_what_a_baseline_gets(report: dict[str, Any]) -> None:
    mine(report)["paired"]["tonal_distance"]["written"] = HIGH
    report["sets"][1]["paired"]["note_f1"]["written"] = HIGH

    tonal, f1 = shortcomings(report, "mine")

    assert tonal.startswith("tonal distance from the prompt: 0.800")
    assert f1.startswith("note F1: 0.500")
    assert "“a loop” has 0.800" in f1


def test_a_set_for_no_prompts_and_a_report_without_real_music(report: dict[str, Any]) -> None:
    mine(report)["paired"] = None
    report["sets"] = report["sets"][1:]

    assert shortcomings(report, "mine") == []
