"""Files that were sent for new bars to follow: the latest few, in memory.

They are no pieces of the library. A file's id is made of its bytes, so that the same file has the
same id in every studio that was sent it.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from segue.server.packing import pack, unpack
from segue.server.problems import Problem

__all__ = ["FollowedFile", "FollowedFiles"]

_MOST_FILES: Final = 16
_MOST_BYTES: Final = 16 * 2**20
"""Of all of them, compressed; the latest is kept whatever its size."""
_ID_LETTERS: Final = 32


@dataclass(frozen=True)
class FollowedFile:
    """A MIDI file and its name."""

    name: str
    packed: bytes

    @property
    def midi(self) -> bytes:
        """The file's bytes."""
        return unpack(self.packed)


class FollowedFiles:
    """What was sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, FollowedFile] = OrderedDict()

    def add(self, midi: bytes, name: str) -> str:
        """Keep a file, and forget the oldest where there is no more room; returns its id."""
        key, new = hashlib.sha256(midi).hexdigest()[:_ID_LETTERS], FollowedFile(name, pack(midi))
        with self._lock:
            self._files.pop(key, None)
            self._files[key] = new
            while len(self._files) > 1 and self._is_full():
                self._files.popitem(last=False)
        return key

    def get(self, file: str) -> FollowedFile:
        """A file that is still here.

        Raises:
            Problem: 404.
        """
        with self._lock:
            found = self._files.get(file)
        if found is None:
            raise Problem(
                404,
                "not_found",
                "the studio no longer has the file that is to be followed; choose it again",
                field="follow",
            )
        return found

    def _is_full(self) -> bool:
        size = sum(len(file.packed) for file in self._files.values())
        return len(self._files) > _MOST_FILES or size > _MOST_BYTES
