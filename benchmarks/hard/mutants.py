"""Damaged files, read or continued: no crash, no traceback, no hang, no memory over 1 GiB.

Mutants are made from the MIDI files of a folder by a seed, so that a number stands for the same
mutant wherever the files are the same.
"""

import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.hard.mutations import files_in, mutant
from benchmarks.hard.report import Report
from benchmarks.hard.watched import Outcome, watched

if TYPE_CHECKING:
    from segue.generation.composer import Composer

__all__ = ["SMALL", "continued", "read", "work_on"]

SMALL: Final = "small"
"""The tests' model without training, which is fast."""


_SAVE_EVERY: Final = 200


def work_on(
    what: str, folder: Path, report: Report, end: int, *, seed: int, model: str, whole_every: int
) -> bool:
    """Read or continue mutants ("read", "continue"), and print what became of them.

    Args:
        what: one of these words.
        folder: of MIDI files.
        report: says which mutant is the first, and is added to.
        end: the number after the last.
        seed: of the mutants.
        model: that continues.
        whole_every: as in `mutant`.

    Returns:
        Whether nothing failed.
    """
    files_in(folder)
    arguments = {"folder": str(folder), "seed": seed, "whole_every": whole_every}
    if what == "continue":
        arguments["model"] = model
    work = {"read": "read", "continue": "continued"}[what]
    numbers = range(report.next, end)
    with suppress(KeyboardInterrupt):  # those that were done are reported
        for outcome in watched(f"benchmarks.hard.mutants:{work}", arguments, numbers):
            _count(outcome, report)
            if report.next % _SAVE_EVERY == 0:
                report.save()
                print(f"{report.next} done, {len(report.failures)} failed", file=sys.stderr)
    report.save()
    return report.summarise()


def _count(outcome: Outcome, report: Report) -> None:
    failures = []
    if outcome.failed:
        failures.append(f"{outcome.end}, {outcome.peak_mib:.0f} MiB: {outcome.words}")
    counts = {outcome.end: 1, "over 1 GiB": int(outcome.is_large), "mutants": 1}
    most = {"s of processor": outcome.cpu_s, "MiB": outcome.peak_mib}
    report.add(outcome.number, counts, most, failures)


def read(number: int, folder: str, seed: int, whole_every: int) -> tuple[str, str]:
    """Read a mutant; what can be read can be written, and read again with the same notes."""
    from segue.errors import InputError
    from segue.midi import read_document

    words, data = mutant(_files(folder), seed=seed, number=number, whole_every=whole_every)
    try:
        document = read_document(data)
    except InputError:
        return "refused", words
    try:
        again = read_document(document.updated(document.score))
    except InputError as error:
        return "lost", f"{words}: read, but not written: {error}"
    if again.score.n_notes != document.score.n_notes:
        return "lost", f"{words}: {document.score.n_notes} notes, then {again.score.n_notes}"
    return "read", words


def continued(number: int, folder: str, seed: int, whole_every: int, model: str) -> tuple[str, str]:
    """Continue a mutant by a bar; what is written can be read, and the mutant's notes are in it."""
    from segue.errors import InputError
    from segue.midi import read_document

    words, data = mutant(_files(folder), seed=seed, number=number, whole_every=whole_every)
    try:
        document = read_document(data)
        (take,) = _composer(model).continue_(document, bars=1, takes=1, seed=1)
        written = take.to_bytes()
    except InputError:
        return "refused", words
    found = read_document(written).score
    if found.n_notes < document.score.n_notes:
        return "lost", f"{words}: {document.score.n_notes} notes, then {found.n_notes}"
    return "continued", words


@cache
def _files(folder: str) -> list[Path]:
    return files_in(Path(folder))


@cache
def _composer(model: str) -> "Composer":
    if model == SMALL:
        from tests.composers import small_composer

        return small_composer()
    from segue.generation.composer import load

    return load(model, threads=1)
