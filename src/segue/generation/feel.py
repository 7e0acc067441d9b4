"""How a part plays around the beat: ahead of it, behind it, swung, or freely as people do.

The model writes on a grid of 24 positions a quarter. What a part played between the positions goes
on in its new bars: a new note takes the offset of one of the part's own notes at the same place of
a beat. A part that was quantised stays so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from segue.encoding.grid import Grid
from segue.encoding.table import Field, onsets_of
from segue.encoding.vocabulary import POSITIONS_PER_QUARTER, IntArray
from segue.score import Notes

_LISTENED_TO: Final = 256
"""So many of a part's latest notes."""
_STRIDES: Final = (7919, 104_729, 1_299_709, 15_485_863)
"""Primes that spread a note's take, bar, position and pitch over the offsets to choose from."""


@dataclass(frozen=True, eq=False)
class Feels:
    """The feel of each part."""

    offsets: tuple[tuple[IntArray, ...] | None, ...]
    """Of each part: the offsets in ticks at each position of a quarter; None: it is on the grid."""
    first_bar: int
    """The grid's, of the new bars."""

    @classmethod
    def of(cls, parts: Sequence[Notes], grid: Grid, *, near: int) -> Self:
        """What each part played before the tick where new bars begin, or, if nothing, after it."""
        first = int(np.searchsorted(grid.starts, near))
        return cls(tuple(_offsets(notes, grid, near) for notes in parts), first)

    def moved(self, table: IntArray, grid: Grid, *, take: int) -> IntArray:
        """The ticks at which the notes of a `PartTable`, (N, 6), begin, (N,).

        Each stays in its bar. Its offset depends on the note itself and on the take alone.
        """
        onset = onsets_of(table, grid)
        bar, position = table[:, Field.BAR], table[:, Field.POSITION]
        takes = np.full(len(table), take)
        spread = np.stack([takes, bar - self.first_bar, position, table[:, Field.PITCH]])
        which = np.dot(np.array(_STRIDES), spread)
        place = position % POSITIONS_PER_QUARTER
        for part, offsets in enumerate(self.offsets):
            if offsets is None:
                continue
            for note in np.flatnonzero(table[:, Field.PART] == part):
                own = offsets[place[note]]
                onset[note] += own[which[note] % len(own)]
        moved: IntArray = np.clip(onset, grid.starts[bar], grid.starts[bar + 1] - 1)
        return moved


def _offsets(notes: Notes, grid: Grid, near: int) -> tuple[IntArray, ...] | None:
    before = int(np.searchsorted(notes.onset, near))
    heard = slice(max(0, before - _LISTENED_TO), before) if before else slice(_LISTENED_TO)
    onset = notes.onset[heard].astype(np.int64)
    bar, position = grid.to_positions(onset).T
    off = onset - grid.to_ticks(bar, position)
    if not off.any():
        return None
    place = position % POSITIONS_PER_QUARTER
    usual = np.array([int(np.median(off))], np.int64)
    at = (off[place == each] for each in range(POSITIONS_PER_QUARTER))
    return tuple(own if len(own) else usual for own in at)
