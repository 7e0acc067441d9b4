"""The critic beside a model: what it hears, how it judges, and files that are damaged."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segue.errors import CheckpointError
from segue.generation.critic import (
    FILE_NAME,
    FORMAT_VERSION,
    Critic,
    critic_of,
    heard,
    write_critic,
)
from segue.generation.window import Region
from segue.metrics import CONTINUATION_FEATURES
from segue.score import append_bars, slice_bars
from tests.composers import band, line, score_of

N_FEATURES = len(CONTINUATION_FEATURES)


def critic(**weights: float) -> Critic:
    """One that hears these features alone."""
    weight = [weights.get(name, 0.0) for name in CONTINUATION_FEATURES]
    return Critic(np.zeros(N_FEATURES), np.ones(N_FEATURES), np.array(weight))


def every(**numbers: float) -> dict[str, dict[str, float]]:
    """These numbers for every feature."""
    return {name: numbers for name in CONTINUATION_FEATURES}


def content(**changed: Any) -> dict[str, Any]:
    features = every(mean=0.0, deviation=1.0, weight=1.0)
    return {"format_version": FORMAT_VERSION, "features": features} | changed


def written(folder: Path, found: Any) -> Path:
    (folder / FILE_NAME).write_text(json.dumps(found))
    return folder


def test_a_folder_without_a_critic_has_none(tmp_path: Path) -> None:
    assert critic_of(tmp_path) is None


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    rows = np.random.default_rng(1).random((3, N_FEATURES)) + 0.1
    made = Critic(*rows)
    write_critic(tmp_path, made, {"what": "a test's"})
    read = critic_of(tmp_path)

    assert read is not None
    assert np.array_equal([read.mean, read.deviation, read.weight], rows)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ([], "version None"),
        (content(format_version=99), "version 99"),
        (content(features={}), "not those of this Segue"),
        (content(features=7), "not those of this Segue"),
        (content(features=every(mean=0.0)), "not those of this Segue"),
        (
            content(features=every(mean=0.0, deviation=0.0, weight=1.0)),
            "a deviation in it is not above 0",
        ),
        (
            content(features=every(mean=0.0, deviation=1.0, weight=float("nan"))),
            "a weight is not finite",
        ),
    ],
)
def test_a_damaged_critic_is_refused_by_name(tmp_path: Path, found: Any, message: str) -> None:
    with pytest.raises(CheckpointError, match=f"{FILE_NAME} cannot be used: .*{message}"):
        critic_of(written(tmp_path, found))


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{")
    with pytest.raises(CheckpointError, match="not JSON"):
        critic_of(tmp_path)


def test_it_judges_new_bars_after_their_prompt_four_at_a_time() -> None:
    prompt = band(4)
    low, high = ([line([], is_drum=True), line([]), line([60 + k] * 16)] for k in (0, 12))
    both = append_bars(prompt, append_bars(score_of(*low), score_of(*high), at_bar=4), at_bar=4)
    judge = critic(higher=1.0)
    parts = [
        judge.weigh(heard(append_bars(prompt, score_of(*new), at_bar=4), n_prompt=4, n_new=4))
        for new in (low, high)
    ]

    assert judge.judge(both, Region(4, 12)) == pytest.approx(np.mean(parts))
    assert parts[1] - parts[0] == pytest.approx(1.0)


def test_bars_that_are_no_multiple_of_four_are_all_heard() -> None:
    piece = append_bars(band(4), band(6), at_bar=4)
    latest = append_bars(slice_bars(piece, 0, 4), slice_bars(piece, 6, 10), at_bar=4)
    judge = critic(literal_new=1.0, chroma_distance=2.0, fuller=3.0)
    first = judge.judge(piece, Region(4, 8))
    last = judge.judge(latest, Region(4, 8))

    assert first is not None
    assert last is not None
    assert judge.judge(piece, Region(4, 10)) == pytest.approx((first + last) / 2)


def test_without_a_prompt_there_is_nothing_to_judge_by() -> None:
    assert critic(higher=1.0).judge(band(4), Region(0, 4)) is None


def test_a_feature_far_from_all_that_was_seen_counts_for_no_more() -> None:
    judge, features = critic(higher=1.0), np.zeros(N_FEATURES)
    column = CONTINUATION_FEATURES.index("higher")
    features[column] = 3.0
    most = judge.weigh(features)
    features[column] = 300.0

    assert judge.weigh(features) == most
