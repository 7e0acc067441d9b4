"""Work that is watched: in a process of its own, which may crash, hang or eat memory without harm.

Many pieces of work share a process. Before each of them the process sets the kernel's timers on
itself and forgets its largest memory so far; a timer that runs out kills it, whatever it is at, and
the work goes on in another. Work hangs if it takes too many seconds of the processor, so that a
busy machine makes nothing hang; twenty minutes of the clock end it as well.
"""

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from benchmarks.hard.processes import forget_peak, peak_mib

__all__ = ["LIMIT_MIB", "LIMIT_S", "Outcome", "watched"]

LIMIT_S: Final = 10.0
LIMIT_MIB: Final = 1024.0
_GUARD_MIB: Final = 4096
"""More than this the process is not given, so that the machine keeps some."""
_LIMIT_WALL_S: Final = 1200.0
_AT_ONCE: Final = 500
"""Pieces of work that a process is told of at a time."""


@dataclass(frozen=True)
class Outcome:
    """What became of one piece of work."""

    number: int
    end: str
    """A word of the work's own (read, refused), or crash, traceback, hang."""
    words: str
    cpu_s: float
    peak_mib: float

    @property
    def is_large(self) -> bool:
        """Whether it took more memory than it may."""
        return self.peak_mib > LIMIT_MIB

    @property
    def failed(self) -> bool:
        """Whether it is one that must not be."""
        return self.end in ("crash", "traceback", "hang", "lost") or self.is_large


def watched(work: str, arguments: dict[str, Any], numbers: Sequence[int]) -> Iterator[Outcome]:
    """Do `module:function(number, **arguments) -> (end, words)` for every number.

    Args:
        work: the function; it may keep what it needs from call to call.
        arguments: what it is given each time; JSON.
        numbers: which.
    """
    done = 0
    while done < len(numbers):
        for outcome in _in_a_process(work, arguments, numbers[done:]):
            yield outcome
            done += 1


def _in_a_process(
    work: str, arguments: dict[str, Any], numbers: Sequence[int]
) -> Iterator[Outcome]:
    """Outcomes up to the end of a process, which may come before the last number."""
    command = [sys.executable, "-m", "benchmarks.hard.watched", work, json.dumps(arguments)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for begin in range(0, len(numbers), _AT_ONCE):
                several = numbers[begin : begin + _AT_ONCE]
                process.stdin.write(json.dumps(list(several)) + "\n")
                process.stdin.flush()
                for number in several:
                    line = process.stdout.readline()
                    if not line:
                        yield _dead(number, process.wait())
                        return
                    outcome = Outcome(*json.loads(line))
                    yield outcome
                    if outcome.is_large:
                        return  # what it still holds would count for all that follow
        finally:
            process.kill()


def _dead(number: int, status: int) -> Outcome:
    is_hanging = status in (-signal.SIGPROF, -signal.SIGALRM)
    return Outcome(number, "hang" if is_hanging else "crash", f"status {status}", LIMIT_S, 0.0)


def _serve(act: Callable[[int], tuple[str, str]], answers: IO[str]) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (_GUARD_MIB * 2**20,) * 2)
    for line in sys.stdin:
        for number in json.loads(line):
            print(json.dumps(_outcome(act, number)), file=answers, flush=True)


def _outcome(act: Callable[[int], tuple[str, str]], number: int) -> tuple[Any, ...]:
    forget_peak()
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S + 0.5)
    signal.setitimer(signal.ITIMER_REAL, _LIMIT_WALL_S)
    began = time.process_time()
    try:
        end, words = act(number)
    except BaseException:  # noqa: BLE001 - a traceback is what is looked for
        end, words = "traceback", traceback.format_exc(limit=-3)
    spent_s = time.process_time() - began
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return number, "hang" if spent_s > LIMIT_S else end, words, spent_s, peak_mib(os.getpid())


def _main() -> None:
    module, _, name = sys.argv[1].partition(":")
    arguments = json.loads(sys.argv[2])
    work: Callable[..., tuple[str, str]] = getattr(importlib.import_module(module), name)
    answers, sys.stdout = sys.stdout, sys.stderr
    _serve(lambda number: work(number, **arguments), answers)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    _main()
