"""Hard knocks, each by one command, with a number and a seed; the last line sums it up.

python -m benchmarks.hard read FOLDER --count 100000      # damaged MIDI files, read and written
python -m benchmarks.hard continue FOLDER --count 2000    # and continued by a bar
python -m benchmarks.hard server --count 500              # kills of a studio
python -m benchmarks.hard corpus FOLDER --count 50        # kills of `segue corpus build`
python -m benchmarks.hard train FOLDER --count 50         # kills of `segue train`
python -m benchmarks.hard uploads                         # also huge, clients, halves: load

With `--state DIR` a part can be stopped (Ctrl-C, or even killed), and the same line goes on to the
count. It ends with 1 if something failed.
"""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Final

from benchmarks.hard.kills import kill_corpus_builds, kill_servers, kill_trainings
from benchmarks.hard.mutants import SMALL, work_on
from benchmarks.hard.mutations import WHOLE_EVERY
from benchmarks.hard.report import Report
from benchmarks.hard.studio import LOADS, load

_COUNTS: Final = {"read": 1000, "continue": 100, "server": 20, "corpus": 5, "train": 5, **LOADS}
_OF_FILES: Final = ("read", "continue", "corpus", "train")


def main() -> int:
    """Do what is asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=[*_COUNTS])
    parser.add_argument("folder", type=Path, nargs="?", help="of MIDI files, or a corpus")
    parser.add_argument("--count", type=int, help="of mutants, kills, clients")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutant")
    parser.add_argument("--state", type=Path, help="a folder of counts, to go on with")
    parser.add_argument(
        "--whole-every", type=int, default=WHOLE_EVERY, help="mutants for one of a whole file"
    )
    parser.add_argument("--model", default=SMALL, help="that continues; `small` has no training")
    parser.add_argument("--steps", type=int, default=60, help="of a training")
    asked = parser.parse_args()
    count = _COUNTS[asked.what] if asked.count is None else asked.count
    if asked.what in _OF_FILES and asked.folder is None:
        parser.error(f"{asked.what} needs a folder")
    return 0 if do(asked, count) else 1


def do(asked: argparse.Namespace, count: int) -> bool:
    """One part, from where it was; returns whether nothing failed."""
    if asked.what in LOADS:
        return load(asked.what, count, seed=asked.seed)
    report = Report.open(f"{asked.what} seed {asked.seed}", asked.state, first=asked.first)
    end = asked.first + count
    if asked.what in ("read", "continue"):
        return work_on(
            *(asked.what, asked.folder, report, end),
            seed=asked.seed,
            model=asked.model,
            whole_every=asked.whole_every,
        )
    if asked.what == "server":
        return kill_servers(report, end, seed=asked.seed)
    if asked.what == "corpus":
        return kill_corpus_builds(asked.folder, report, end, seed=asked.seed)
    return kill_trainings(asked.folder, report, end, seed=asked.seed, steps=asked.steps)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
