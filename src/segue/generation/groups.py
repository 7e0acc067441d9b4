"""Which takes are written side by side.

A take must not depend on how many others are asked for, and takes that are written side by side see
equally many events of what is before them. So takes are written in groups of `ROWS`, always the
same ones together: 1 to 4, 5 to 8, ... Those that nobody asked for are begun all the same, and left
out in the last chunk of a long task, on which no other depends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ROWS: Final = 4


@dataclass(frozen=True)
class Group:
    """`ROWS` takes that are always written together, and which of them are asked for."""

    numbers: tuple[int, ...]
    asked: tuple[int, ...]
    """Rows, counted from 0."""


def groups(takes: Sequence[int]) -> list[Group]:
    """The groups that hold these takes, by their numbers from 1."""
    found = []
    for index in sorted({(take - 1) // ROWS for take in takes}):
        numbers = tuple(range(index * ROWS + 1, index * ROWS + ROWS + 1))
        asked = tuple(row for row, number in enumerate(numbers) if number in takes)
        found.append(Group(numbers, asked))
    return found
