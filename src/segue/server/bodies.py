"""The body of a request: at most as much as the studio takes, and within a limited time.

There is one place for large bodies: however many clients send large files at once, the memory of
one is used, and the other clients wait before they send theirs.
"""

import asyncio
from typing import Final

from starlette.types import Message, Receive

from segue.server.importing import MAX_PROJECT_BYTES
from segue.server.problems import Problem

__all__ = ["LARGE", "MAX_BODY_BYTES", "Body"]

MAX_BODY_BYTES: Final = 8 * 2**20
LARGE: Final = {
    "/api/projects/import": "put the file into the folder of projects",
    "/api/learning/upload": "name the folder instead, or choose fewer files",
}
"""The paths that take more, projects with all their versions and folders of music, and the way out
where even that is too little."""
_LARGE_BYTES: Final = 2**19
"""Larger bodies are received one after another."""
BODY_S: Final = 60.0
"""The longest time for a whole body."""
SILENCE_S: Final = 15.0
"""The longest pause in a body."""
TURN_S: Final = 60.0
"""The longest time that a large body waits for those before it."""


class Body:
    """Receives the body of one request; `close` it when the request was answered."""

    def __init__(
        self, receive: Receive, *, path: str, announced: str, place: asyncio.Semaphore
    ) -> None:
        """Nothing is read yet.

        Args:
            receive: where it comes from.
            path: what is asked for.
            announced: the header Content-Length; empty if there is none.
            place: the place of the one large body.

        Raises:
            Problem: 413, more is announced than the studio takes.
        """
        self._receive, self._place = receive, place
        self._way_out = LARGE.get(path, "no piece needs this much")
        self._limit = MAX_PROJECT_BYTES if path in LARGE else MAX_BODY_BYTES
        self._announced = int(announced) if announced.isdecimal() else 0
        self._read = 0
        self._left_s = BODY_S
        self._is_complete = False
        self._has_place = False
        self._require_small_enough(self._announced)

    async def receive(self) -> Message:
        """The next part.

        Raises:
            Problem: 413, it is more than the studio takes; 408, it does not come; 503, too many
                large ones are before it.
        """
        if self._is_complete:
            return await self._receive()
        if max(self._read, self._announced) > _LARGE_BYTES:
            await self._take_place()
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(min(SILENCE_S, self._left_s)):
                message = await self._receive()
        except TimeoutError as error:
            raise Problem(408, "too_slow", "the request did not arrive in time") from error
        self._left_s -= loop.time() - began
        self._is_complete = not message.get("more_body", False)
        self._read += len(message.get("body", b""))
        self._require_small_enough(self._read)
        return message

    def close(self) -> None:
        """Free the place for the next."""
        if self._has_place:
            self._has_place = False
            self._place.release()

    async def _take_place(self) -> None:
        if self._has_place:
            return
        try:
            async with asyncio.timeout(TURN_S):
                await self._place.acquire()
        except TimeoutError as error:
            raise Problem(
                503,
                "busy",
                "other large files are being taken in; send this one again in a minute",
                retry_after_s=round(TURN_S),
            ) from error
        self._has_place = True

    def _require_small_enough(self, size: int) -> None:
        if size > self._limit:
            raise Problem(
                413, "too_large", f"more than {self._limit // 2**20} MiB; {self._way_out}"
            )
