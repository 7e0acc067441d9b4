"""What happens to a suggestion, as events that many clients follow: kept, numbered, resumable.

Threads append events and coroutines follow them. A follower that is slow or comes back loses
nothing, since it reads from the log and not from a queue of its own.

`fastapi.sse` is not used: it begins the answer before the suggestion is looked up, so that a
missing one could not be answered with 404, and the API would describe other events.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

__all__ = ["KEEP_ALIVE", "Event", "EventLog", "stream"]

KEEP_ALIVE: Final = b": still here\n\n"
SILENCE_S: Final = 10.0
"""After this time without an event, a comment keeps the connection open."""


@dataclass(frozen=True)
class Event:
    """One event; its data is JSON."""

    id: int
    name: str
    data: str

    def encode(self) -> bytes:
        """As a text/event-stream holds it."""
        return f"id: {self.id}\nevent: {self.name}\ndata: {self.data}\n\n".encode()


class EventLog:
    """The events of one suggestion, from the first on."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._closed = False
        self._lock = threading.Lock()
        self._followers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def append(self, name: str, data: BaseModel, *, last: bool = False) -> None:
        """Add an event; nothing is added after the last."""
        with self._lock:
            if self._closed:
                return
            self._events.append(Event(len(self._events) + 1, name, data.model_dump_json()))
            self._closed = last
            followers = list(self._followers)
        self._wake(followers)

    def close(self) -> None:
        """Allow no more events, and let followers end."""
        with self._lock:
            self._closed = True
            followers = list(self._followers)
        self._wake(followers)

    async def follow(self, after: int) -> AsyncIterator[Event | None]:
        """The events after the one with the id `after`, as they come; None in long silences."""
        loop = asyncio.get_running_loop()
        news = asyncio.Event()
        follower = (loop, news)
        with self._lock:
            self._followers.add(follower)
        try:
            while True:
                news.clear()
                with self._lock:
                    found, closed = self._events[after:], self._closed
                for event in found:
                    yield event
                after += len(found)
                if closed:
                    return
                if not found:
                    try:
                        await asyncio.wait_for(news.wait(), SILENCE_S)
                    except TimeoutError:
                        yield None
        finally:
            with self._lock:
                self._followers.discard(follower)

    @staticmethod
    def _wake(followers: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]]) -> None:
        for loop, news in followers:
            if not loop.is_closed():
                loop.call_soon_threadsafe(news.set)


async def stream(log: EventLog, after: int) -> AsyncIterator[bytes]:
    """A log as the body of a text/event-stream."""
    async for event in log.follow(after):
        yield KEEP_ALIVE if event is None else event.encode()
