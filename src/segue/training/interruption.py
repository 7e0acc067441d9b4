"""Stopping between two steps instead of inside one.

Ctrl-C or a `kill` in the middle of an optimiser's step would leave weights and moments that belong
to no step at all. So the first signal is only noted, and who computes asks between steps.
"""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any, Final, Self

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Stopped(KeyboardInterrupt):
    """The work was stopped as asked, between two steps, and all of it is saved."""


class StopRequest:
    """A context in which Ctrl-C and SIGTERM are noted in `requested`; a second one interrupts.

    Outside the main thread signals cannot be caught, and nothing is ever requested.
    """

    def __init__(self) -> None:
        self.requested = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
