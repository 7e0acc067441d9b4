"""Damaged files, read or continued: no crash, no traceback, no hang, no memory over 1 GiB.

python -m benchmarks.hard.mutants read FOLDER --count 100000
python -m benchmarks.hard.mutants continue FOLDER --count 2000

FOLDER is any folder of MIDI files. Mutants are made from them by a seed, so that a number stands
for the same mutant wherever the files are the same: --only 17 looks at one again.
"""

import argparse
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.hard.mutations import files_in, mutant
from benchmarks.hard.watched import Report, watched

if TYPE_CHECKING:
    from segue.generation.composer import Composer


def main() -> int:
    """Read or continue mutants and say what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["read", "continue"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="one mutant alone, by its number")
    asked = parser.parse_args()
    files_in(asked.folder)
    numbers = range(asked.count) if asked.only is None else [asked.only]
    work = {"read": "read", "continue": "continued"}[asked.what]
    report = Report()
    arguments = {"folder": str(asked.folder), "seed": asked.seed}
    with suppress(KeyboardInterrupt):  # tells of those that were done
        for done, outcome in enumerate(
            watched(f"benchmarks.hard.mutants:{work}", arguments, numbers), 1
        ):
            report.add(outcome)
            if done % 500 == 0:
                print(f"{done} of {len(numbers)}", file=sys.stderr)
    return 0 if report.tell(f"mutants {asked.what}") else 1


def read(number: int, folder: str, seed: int) -> tuple[str, str]:
    """Read a mutant; what can be read can be written, and read again with the same notes."""
    from segue.errors import InputError
    from segue.midi import read_document

    words, data = mutant(_files(folder), seed=seed, number=number)
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


def continued(number: int, folder: str, seed: int) -> tuple[str, str]:
    """Continue a mutant by a bar; what is written can be read, and the mutant's notes are in it."""
    from segue.errors import InputError
    from segue.midi import read_document

    words, data = mutant(_files(folder), seed=seed, number=number)
    try:
        document = read_document(data)
        (take,) = _composer().continue_(document, bars=1, takes=1, seed=1)
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
def _composer() -> "Composer":
    from segue.generation.composer import load

    return load("band", threads=1)


if __name__ == "__main__":
    sys.exit(main())
