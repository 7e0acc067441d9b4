"""Two experiments beside each other: only what differs, and only what both have."""

from pathlib import Path

import pytest

from segue.errors import InputError
from segue.paper.beside import beside_rows, differences
from segue.paper.results import read_results
from tests.unit.paper.experiments import settings
from tests.unit.paper.logs import write_logs


def test_only_what_differs_is_told() -> None:
    ours, theirs = settings(), settings(data__start="active", training__epochs=3)

    assert differences(ours, ours) == []
    assert differences(ours, theirs) == [
        ("data.start", "file", "active"),
        ("training.epochs", "2", "3"),
    ]


def test_the_betas_of_both_are_compared(tmp_path: Path) -> None:
    results = [
        read_results(tmp_path / name, write_logs(tmp_path / name, best))
        for name, best in (("a", {1.0: 8.0, 20.0: 6.0}), ("b", {20.0: 4.0, 40.0: 1.0}))
    ]
    rows = beside_rows(*results)

    assert rows[0] == ("beta = 20: conditional FID, final", "3.0", "2.0")
    assert all(label.startswith("beta = 20") for label, _, _ in rows)
    assert not any("KL" in label for label, _, _ in rows), "what neither logged is left out"


def test_of_several_seeds_those_of_both_are_compared(tmp_path: Path) -> None:
    results = [
        read_results(tmp_path / name, write_logs(tmp_path / name, {20.0: 6.0}, seeds=seeds))
        for name, seeds in (("a", (1, 2, 3)), ("b", (1, 2)))
    ]
    first = beside_rows(*results)[0]

    assert first[1] == first[2]
    assert "(" in first[1], "the least and the greatest"


def test_nothing_in_common_is_told(tmp_path: Path) -> None:
    results = [
        read_results(tmp_path / name, write_logs(tmp_path / name, best))
        for name, best in (("a", {1.0: 8.0}), ("b", {20.0: 4.0}))
    ]

    with pytest.raises(InputError, match="nothing to compare"):
        beside_rows(*results)
