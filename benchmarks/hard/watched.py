"""Work that is watched: in a process of its own, which may crash, hang or eat memory without harm.

Work hangs if it takes too many seconds of the processor, so that a busy machine makes nothing hang;
twenty minutes of the clock end it as well.
"""

import importlib
import json
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from benchmarks.hard.processes import cpu_s, peak_mib

__all__ = ["LIMIT_MIB", "LIMIT_S", "Outcome", "Report", "watched"]

LIMIT_S: Final = 10.0
LIMIT_MIB: Final = 1024.0
_LIMIT_WALL_S: Final = 1200.0
_LARGE: Final = "over 1 GiB"


@dataclass(frozen=True)
class Outcome:
    """What became of one piece of work."""

    number: int
    end: str
    """A word of the work's own (read, refused), or crash, traceback, hang."""
    words: str
    cpu_s: float
    peak_mib: float


@dataclass
class Report:
    """What became of all."""

    ends: Counter[str] = field(default_factory=Counter)
    failures: list[Outcome] = field(default_factory=list)
    slowest: Outcome | None = None
    largest: Outcome | None = None

    def add(self, outcome: Outcome) -> None:
        """Count it; keep it if it is one that must not be."""
        self.ends[outcome.end] += 1
        if outcome.peak_mib > LIMIT_MIB:
            self.ends[_LARGE] += 1
        if outcome.end in ("crash", "traceback", "hang", "lost") or outcome.peak_mib > LIMIT_MIB:
            self.failures.append(outcome)
        if self.slowest is None or outcome.cpu_s > self.slowest.cpu_s:
            self.slowest = outcome
        if self.largest is None or outcome.peak_mib > self.largest.peak_mib:
            self.largest = outcome

    def summarise(self, what: str) -> bool:
        """Print one line, and one for each failure; returns whether nothing failed."""
        parts = [f"{sum(n for end, n in self.ends.items() if end != _LARGE)}"]
        parts += [f"{end} {count}" for end, count in self.ends.most_common()]
        parts.append(f"failures {len(self.failures)}")
        if self.slowest is not None and self.largest is not None:
            parts.append(f"slowest {self.slowest.cpu_s:.1f} s of processor ({self.slowest.number})")
            parts.append(f"largest {self.largest.peak_mib:.0f} MiB ({self.largest.number})")
        print(f"{what}: {'; '.join(parts)}")
        for failure in self.failures[:20]:
            print(f"  FAILED {failure.number}: {failure.end}: {failure.words}")
        return not self.failures


def watched(work: str, arguments: dict[str, Any], numbers: Iterable[int]) -> Iterator[Outcome]:
    """Do `module:function(number, **arguments) -> (end, words)` for every number.

    Args:
        work: the function; it may keep what it needs from call to call.
        arguments: what it is given each time; JSON.
        numbers: which.
    """
    worker: _Worker | None = None
    for number in numbers:
        if worker is None:
            worker = _Worker(work, arguments)
        outcome = worker.do(number)
        yield outcome
        if worker.process.poll() is not None or outcome.peak_mib > LIMIT_MIB:
            worker.end()  # its peak would be that of all that follow
            worker = None
    if worker is not None:
        worker.end()


class _Worker:
    def __init__(self, work: str, arguments: dict[str, Any]) -> None:
        command = [sys.executable, "-m", "benchmarks.hard.watched", work, json.dumps(arguments)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._ask("ready")

    def do(self, number: int) -> Outcome:
        answer, is_hanging = self._ask(str(number))
        if answer is None:
            end = "hang" if is_hanging else "crash"
            self.process.wait()
            return Outcome(number, end, f"status {self.process.returncode}", LIMIT_S, 0.0)
        end, words, spent_s = answer
        if spent_s > LIMIT_S:
            end = "hang"
        return Outcome(number, end, words, spent_s, peak_mib(self.process.pid))

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _ask(self, words: str) -> tuple[Any, bool]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        late: list[bool] = []
        done = Event()
        watch = Thread(target=self._watch, args=(done, late), daemon=True)
        watch.start()
        try:
            self.process.stdin.write(words + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            done.set()
            watch.join()
        return (json.loads(line) if line else None), bool(late)

    def _watch(self, done: Event, late: list[bool]) -> None:
        before, began = cpu_s(self.process.pid), time.monotonic()
        while not done.wait(0.5):
            spent_s = cpu_s(self.process.pid) - before
            if spent_s > LIMIT_S or time.monotonic() - began > _LIMIT_WALL_S:
                late.append(True)
                self.process.kill()
                return


def _serve() -> None:
    module, _, name = sys.argv[1].partition(":")
    arguments = json.loads(sys.argv[2])
    act: Callable[..., tuple[str, str]] = getattr(importlib.import_module(module), name)
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        found: tuple[str, str] = ("ready", "")
        began = time.process_time()
        if line.strip() != "ready":
            try:
                found = act(int(line), **arguments)
            except BaseException:  # noqa: BLE001 - a traceback is what is looked for
                found = ("traceback", traceback.format_exc(limit=-3))
        print(json.dumps([*found, time.process_time() - began]), file=answers, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    _serve()
