"""The harness of damaged files: the same mutants for everybody, and work that is watched."""

from pathlib import Path

import pytest

from benchmarks.hard.mutants import work_on
from benchmarks.hard.mutations import files_in, mutant
from benchmarks.hard.report import Report
from benchmarks.hard.watched import watched

FOLDER = Path(__file__).parents[2] / "src" / "segue" / "examples"


def test_a_mutant_is_the_same_for_everybody() -> None:
    files = files_in(FOLDER)
    made = [mutant(files, seed=1, number=number) for number in range(20)]
    assert made == [mutant(files, seed=1, number=number) for number in range(20)]
    assert len({data for _, data in made}) > 10


def test_most_mutants_are_of_excerpts_and_some_of_whole_files() -> None:
    files = files_in(FOLDER)
    names = [mutant(files, seed=1, number=number, whole_every=5)[0] for number in range(20)]
    assert [name.startswith("some of ") for name in names] == [i % 5 > 0 for i in range(20)]
    small = [mutant(files, seed=1, number=number)[1] for number in range(1, 40)]
    assert max(map(len, small)) < 4 * max(path.stat().st_size for path in files)


def test_mutants_that_were_done_are_kept_and_not_done_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = {"seed": 1, "model": "", "whole_every": 40}
    for end in (2, 3):
        report = Report.open("read seed 1", tmp_path)
        assert report.next == end - (2 if end == 2 else 1)
        assert work_on("read", FOLDER, report, end, **arguments)  # type: ignore[arg-type]
    kept = Report.open("read seed 1", tmp_path)
    assert kept == report
    assert (kept.next, kept.counts["mutants"], kept.failures) == (3, 3, [])
    assert kept.most["MiB"][0] > 10
    assert "mutants 3; " in capsys.readouterr().out


def test_work_is_told_by_its_end_and_the_rest_is_done() -> None:
    outcomes = list(watched("tests.odd_work:act", {}, range(6)))
    assert [outcome.number for outcome in outcomes] == list(range(6))
    ends = [outcome.end for outcome in outcomes]
    assert ends == ["done", "crash", "traceback", "hang", "done", "done"]
    assert [outcome.is_large for outcome in outcomes] == [False] * 4 + [True, False]
    assert [outcome.failed for outcome in outcomes] == [False, True, True, True, True, False]
    assert "KeyError: 2" in outcomes[2].words
