"""The harness of damaged files: the same mutants for everybody, and work that is watched."""

from pathlib import Path

from benchmarks.hard.mutations import files_in, mutant
from benchmarks.hard.watched import Report, watched

FOLDER = Path(__file__).parents[2] / "src" / "segue" / "examples"


def test_a_mutant_is_the_same_for_everybody() -> None:
    files = files_in(FOLDER)
    made = [mutant(files, seed=1, number=number) for number in range(20)]
    assert made == [mutant(files, seed=1, number=number) for number in range(20)]
    assert len({data for _, data in made}) > 10


def test_watched_work_is_told_by_its_end() -> None:
    report = Report()
    arguments = {"folder": str(FOLDER), "seed": 1}
    for outcome in watched("benchmarks.hard.mutants:read", arguments, range(2)):
        report.add(outcome)
    assert sum(report.ends.values()) == 2
    assert not report.failures
