"""Connections that do not wait for ever: a request that is begun must be there within seconds.

uvicorn ends connections that are idle between requests. One whose first request does not come, or
comes letter by letter, it would keep until the client goes. What comes after the headers is watched
by `bodies`.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_S", "ImpatientProtocol"]

HEAD_S: Final = 20.0
"""So long the headers of a request may take, from the connection or from the last answer."""
_LAG_S: Final = 1.0
"""So long what was sent in time may lie unread, on a machine that is too busy to look."""


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with a time limit on what comes before a request is handled."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Wait on, unless the headers are complete."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

    def _watch(self) -> None:
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_complete:
            self._stop()
        elif self._timer is None and not self.transport.is_closing():
            self._timer = self.loop.call_later(HEAD_S, self._look_again)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_again(self) -> None:
        self._timer = self.loop.call_later(_LAG_S, self._give_up)

    def _give_up(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.abort()  # who is so slow is not waited for a second time
