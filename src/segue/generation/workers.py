"""Work that is done side by side, by threads that do not wait for each other.

What computes a network lets go of Python's lock while it does, so that threads are enough.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import Event
from typing import Final, TypeVar

__all__ = ["Tell", "side_by_side"]

_LISTEN_S: Final = 0.2
"""So often Ctrl-C is looked for where waiting does not notice it, as on Windows."""

Found = TypeVar("Found")

Tell = Callable[[Callable[[], None]], None]
"""Has a call made by the thread that asked for all the work, and does not wait for it."""


def side_by_side(works: Sequence[Callable[[Tell], Found]], *, stop: Event) -> list[Found]:
    """What each work returns, in order; one alone is done by the thread that asks.

    Every call that works tell of is made before this returns, those of one work in their order.

    Args:
        works: each is given the `Tell` to use.
        stop: set when one of the works, or a call, has failed: the others should end soon.

    Raises:
        BaseException: the first that a call or a work raised.
    """
    if len(works) == 1:
        return [works[0](lambda call: call())]
    calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def done(work: Callable[[Tell], Found]) -> Found:
        try:
            return work(calls.put)
        except BaseException:
            stop.set()
            raise
        finally:
            calls.put(None)

    with ThreadPoolExecutor(len(works), thread_name_prefix="writing") as pool:
        try:
            futures = [pool.submit(done, work) for work in works]
            working = len(works)
            while working:
                try:
                    call = calls.get(timeout=_LISTEN_S)
                except Empty:
                    continue
                if call is None:
                    working -= 1
                else:
                    call()
        except BaseException:
            stop.set()
            raise
    return [future.result() for future in futures]
