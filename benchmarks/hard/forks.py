"""Processes that begin with everything imported, so that a kill costs little and falls into work.

They are forked, one for each order, from a process that only imports. What they do is what the same
command does when it is started anew: nothing is kept from one to the next.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any, Final

__all__ = ["ForkedCommand", "ForkedStudio"]

_OF_COMMANDS: Final = {
    "corpus": ("segue.cli.corpus", "segue.corpus.build"),
    "train": ("segue.cli.train", "segue.training.loop"),
}
_STUDIO: Final = ("segue.server.serve", "tests.plain_composer")


@cache
def _context(*imported: str) -> ForkServerContext:
    """Where processes come from; all of a program are forked from the same one."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.hard.kills", *imported])
    return context


class _Forked:
    """A process that calls a function."""

    _imported: tuple[str, ...]

    def __init__(self, act: Callable[..., None], *arguments: Any) -> None:
        context = _context(*self._imported)
        self.process: ForkServerProcess = context.Process(target=act, args=arguments)
        self.process.start()
        assert self.process.pid is not None
        self.pid: int = self.process.pid

    def end(self, number: int = signal.SIGKILL) -> int:
        """End it by a signal, and wait until it has gone; returns its exit status."""
        if self.process.exitcode is None:
            os.kill(self.pid, number)
        return self.wait()

    def wait(self, timeout_s: float | None = None) -> int:
        """Wait until it has gone; returns its exit status.

        Raises:
            TimeoutError: it has not gone.
        """
        self.process.join(timeout_s)
        if self.process.exitcode is None:
            raise TimeoutError(f"process {self.pid} is still there after {timeout_s} s")
        return self.process.exitcode


class ForkedCommand(_Forked):
    """`segue`, with what it says on standard error."""

    def __init__(self, arguments: list[str], errors: Path) -> None:
        """`errors`: where that is written."""
        self._imported = _OF_COMMANDS[arguments[0]]
        self._errors = errors
        super().__init__(_segue, arguments, str(errors))

    def said(self) -> str:
        """What it has said on standard error."""
        return self._errors.read_text(encoding="utf-8", errors="replace")


class ForkedStudio(_Forked):
    """A studio over a folder, with the tests' stand-in for a model."""

    _imported = _STUDIO

    def __init__(self, folder: Path) -> None:
        """Return once it answers."""
        here, there = _context(*self._imported).Pipe(duplex=False)
        super().__init__(_studio, str(folder), there)
        there.close()
        try:
            self.address: str = here.recv().rstrip("/")
        except BaseException:
            self.end()
            raise
        finally:
            here.close()


def _segue(arguments: list[str], errors: str) -> None:
    silent = os.open(os.devnull, os.O_WRONLY)
    told = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(silent, 1)
    os.dup2(told, 2)
    from segue.cli import main

    sys.argv[0] = "segue"
    main(arguments)


def _studio(folder: str, ready: Connection) -> None:
    from segue.server.serve import serve
    from segue.server.studio import Settings
    from tests.plain_composer import PlainComposer

    composer = PlainComposer.quick()
    settings = Settings(projects=Path(folder), load=lambda: composer)
    serve(settings, host="127.0.0.1", port=0, on_ready=lambda address, _: ready.send(address))
