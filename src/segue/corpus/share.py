"""Which files of a corpus one of several machines parses.

Folders and zips are shared out in slices of `FILES_PER_SLICE` files, turn by turn. A tar can only
be read from its beginning, so one machine takes it whole. The files that a machine takes follow
from the sources and its number alone, so machines need not know of each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from segue.errors import InputError

__all__ = ["FILES_PER_SLICE", "WHOLE", "Share", "slice_of"]

FILES_PER_SLICE: Final = 256


@dataclass(frozen=True)
class Share:
    """The share of machine `index`, counted from 1, of `count` machines."""

    index: int
    count: int

    def __post_init__(self) -> None:
        """Refuse numbers that do not exist.

        Raises:
            InputError: what may be given.
        """
        if not 1 <= self.index <= self.count:
            raise InputError(
                f"shard {self.index}/{self.count}: I/N is the share I of N, and I is 1..N"
            )

    @classmethod
    def parse(cls, text: str) -> Share:
        """A share from text such as "2/8".

        Raises:
            InputError: it is no such text.
        """
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if not found:
            raise InputError(f"shard {text!r:.40}: give the share and their number, such as 2/8")
        return cls(int(found[1]), int(found[2]))

    def takes_source(self, source: int) -> bool:
        """Whether a source that is read whole, by its number from 0, belongs to this share."""
        return source % self.count == self.index - 1

    def takes(self, source: int, position: int) -> bool:
        """Whether a file of a source that is shared out belongs to this share."""
        return self.takes_source(source + slice_of(position))


def slice_of(position: int) -> int:
    """The slice that the file at a position of a source is in; both count from 0."""
    return position // FILES_PER_SLICE


WHOLE: Final = Share(1, 1)
