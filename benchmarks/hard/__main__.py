"""Hard knocks, each by one command, with a number and a seed; the last line sums it up.

python -m benchmarks.hard read FOLDER --count 100000      # damaged MIDI files, read and written
python -m benchmarks.hard continue FOLDER --count 2000    # and continued by a bar
python -m benchmarks.hard server --count 500              # kills of a studio
python -m benchmarks.hard corpus FOLDER --count 50        # kills of `segue corpus build`
python -m benchmarks.hard train FOLDER --count 50         # kills of `segue train`
python -m benchmarks.hard uploads                         # also huge, clients, halves: load

It ends with 1 if something failed.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from benchmarks.hard.kills import kill_corpus_builds, kill_servers, kill_trainings
from benchmarks.hard.mutants import SMALL, work_on
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
    parser.add_argument("--model", default=SMALL, help="that continues; `small` has no training")
    parser.add_argument("--steps", type=int, default=60, help="of a training")
    asked = parser.parse_args()
    count = _COUNTS[asked.what] if asked.count is None else asked.count
    if asked.what in _OF_FILES and asked.folder is None:
        parser.error(f"{asked.what} needs a folder")
    if asked.what in ("read", "continue"):
        numbers = range(asked.first, asked.first + count)
        done = work_on(asked.what, asked.folder, numbers, seed=asked.seed, model=asked.model)
    elif asked.what == "server":
        done = kill_servers(count, seed=asked.seed)
    elif asked.what == "corpus":
        done = kill_corpus_builds(asked.folder, count, seed=asked.seed)
    elif asked.what == "train":
        done = kill_trainings(asked.folder, count, seed=asked.seed, steps=asked.steps)
    else:
        done = load(asked.what, count, seed=asked.seed)
    return 0 if done else 1


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
