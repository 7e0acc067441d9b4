"""Which work waits for which: long work has threads of its own, so that nothing else waits for it.

Requests that only look something up use the common pool of threads. Those that may read a large
piece wait for their turn here, in the event loop, where waiting costs no thread.
"""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

__all__ = ["Turns"]

Arguments = TypeVarTuple("Arguments")
Found = TypeVar("Found")


class Turns:
    """Threads for each kind of work; a call waits until one is free."""

    def __init__(self) -> None:
        self._looking = CapacityLimiter(2)
        self._writing = CapacityLimiter(2)
        self._taking_in = CapacityLimiter(1)

    async def look(self, act: Callable[[*Arguments], Found], *arguments: *Arguments) -> Found:
        """Read a piece."""
        return await run_sync(act, *arguments, limiter=self._looking)

    async def write(self, act: Callable[[*Arguments], Found], *arguments: *Arguments) -> Found:
        """Edit a piece, ask for suggestions, or accept one."""
        return await run_sync(act, *arguments, limiter=self._writing)

    async def take_in(self, act: Callable[[*Arguments], Found], *arguments: *Arguments) -> Found:
        """Take in a file of unknown size, one at a time."""
        return await run_sync(act, *arguments, limiter=self._taking_in)
