"""Connections with a time limit: a request that has begun must arrive within seconds.

uvicorn ends connections that are idle between requests. But it keeps a connection whose first
request does not come, or comes letter by letter, until the client goes. `bodies` watches what comes
after the headers.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["HEAD_S", "ImpatientProtocol"]

HEAD_S: Final = 20.0
"""The longest time for the headers of a request, from the connection or the last answer on."""
_LAG_S: Final = 1.0
"""The longest time that what was sent in time may lie unread, on a machine that is too busy."""


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with a time limit on what comes before a request is handled."""

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Go on waiting, unless the headers are complete."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
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
            self.transport.abort()  # so slow a client gets no second chance
