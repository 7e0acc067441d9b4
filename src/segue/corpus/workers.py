"""Worker processes that make shards: a bounded number of tasks at a time, and no file can stop
them.

A parser in C++ may crash on an unforeseen file. Each worker notes which file it is about to parse.
When a worker dies, the suspects are tried alone, one that kills a process again is rejected with
that reason, and the work goes on.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final

from segue.corpus.shards import ShardTask, file_in_progress
from segue.errors import CorpusError

_TASKS_WAITING_PER_WORKER: Final = 2
"""Enough that no worker waits for the reader, few enough that what was read fits in memory."""


class Workers:
    """Makes shards in other processes, or in this one if there is to be only one.

    Used as a context: leaving it with an error stops the processes where they are, which is safe,
    since a shard is whole or absent.
    """

    def __init__(
        self,
        n_workers: int,
        on_files: Callable[[int], None],
        make: Callable[[ShardTask], None],
    ) -> None:
        self._n_workers = n_workers
        self._on_files = on_files
        self._make = make
        self._pool: _Pool | None = None
        self._running: dict[Future[None], ShardTask] = {}

    def __enter__(self) -> Workers:
        """Start nothing yet: processes start with the first task."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the processes."""
        if self._pool is not None:
            self._pool.stop(at_once=error is not None)

    def skip(self, n_files: int) -> None:
        """Count files that an earlier attempt has dealt with."""
        self._on_files(n_files)

    def make(self, task: ShardTask) -> None:
        """Make a shard in a worker; returns at once unless many are waiting already."""
        if self._n_workers == 1:
            self._make(task)
            self._on_files(len(task.members))
            return
        self._submit(task)
        while len(self._running) > self._n_workers * _TASKS_WAITING_PER_WORKER:
            self._collect()

    def finish(self) -> None:
        """Wait until every shard is made."""
        while self._running:
            self._collect()

    def _submit(self, task: ShardTask) -> None:
        if self._pool is None:
            self._pool = _Pool(self._n_workers)
        self._running[self._pool.submit(self._make, task)] = task

    def _collect(self) -> None:
        finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in finished:
            try:
                future.result()
            except BrokenProcessPool:
                self._recover()
                return
            self._on_files(len(self._running.pop(future).members))

    def _recover(self) -> None:
        """A worker died, and the pool with it: find the file, and do the tasks again."""
        assert self._pool is not None
        self._pool.stop(at_once=True)
        self._pool = None
        tasks = list(self._running.values())
        self._running.clear()
        repaired = [self._without_killer(task) for task in tasks]
        if all(old is new for old, new in zip(tasks, repaired, strict=True)):
            raise CorpusError(
                f"a worker process was killed while it read {tasks[0].archive}, and not by a file:"
                " probably memory ran out; what is done is kept, run the same command again with"
                " fewer workers"
            )
        for task in repaired:
            self._submit(task)

    def _without_killer(self, task: ShardTask) -> ShardTask:
        """The task itself, or, if the file it was at kills a process alone too, without its
        data.
        """
        suspect = file_in_progress(task)
        if suspect is None:
            return task
        member, provenance = task.members[suspect]
        alone = replace(
            task, path=task.path.with_suffix(".alone.npz"), members=[task.members[suspect]]
        )
        pool = _Pool(1)
        try:
            pool.submit(self._make, alone).result()
            return task
        except BrokenProcessPool:
            refused = replace(member, data=b"", problem="it crashes the parser")
        finally:
            pool.stop(at_once=True)
        members = list(task.members)
        members[suspect] = (refused, provenance)
        return replace(task, members=members)


def default_workers() -> int:
    """One worker for each core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Pool:
    """Processes that can be stopped during a task, and that end with this process, even if killed.

    Each holds the reading end of a pipe of which only this process has the writing end.
    """

    def __init__(self, n_processes: int) -> None:
        # Spawned, not forked: the caller may have threads (a progress bar, pyarrow, torch).
        context = get_context("spawn")
        self._end_of_life, self._life = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(
            n_processes,
            mp_context=context,
            initializer=_prepare_process,
            initargs=(self._end_of_life,),
        )

    def submit(self, make: Callable[[ShardTask], None], task: ShardTask) -> Future[None]:
        return self._executor.submit(make, task)

    def stop(self, *, at_once: bool) -> None:
        if at_once:
            self._life.close()
        self._executor.shutdown(cancel_futures=True)
        self._life.close()
        self._end_of_life.close()


def _prepare_process(end_of_life: Connection) -> None:
    """Leave Ctrl-C to the parent, and end when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow() -> None:
        with suppress(OSError):  # what Windows raises, where others return
            end_of_life.poll(None)  # nothing is ever sent, but the other end is closed
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
