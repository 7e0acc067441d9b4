"""Cells: what one part plays in one bar, and nothing beside it.

A cell knows its notes, its part's instrument and its bar's metre; it does not know the piece.
A part that is silent in a bar has no cell there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.roster import Roster
from segue.encoding.sequence import Bars
from segue.encoding.table import Field
from segue.encoding.vocabulary import IntArray

__all__ = [
    "CELL_FIELDS",
    "MAX_CELL_NOTES",
    "N_CELL_FIELDS",
    "Cells",
    "cells_of_table",
    "table_of_cells",
]

CELL_FIELDS: Final = (Field.POSITION, Field.PITCH, Field.DURATION, Field.VELOCITY)
"""The columns of a cell's notes, in this order."""
N_CELL_FIELDS: Final = len(CELL_FIELDS)
MAX_CELL_NOTES: Final = 64
"""Of 1,000 cells of real songs 999 have no more, and 99 % of all notes are in such cells."""


@dataclass(frozen=True, eq=False)
class Cells:
    """C cells side by side.

    Attributes:
        notes: their notes in the order of a `PartTable`, then zeros, (C, T, 4).
        counts: how many notes each has, at least 1 but in cells that only pad, (C,).
        instruments: 0..127 a program, 128 the drums, (C,).
        lengths: positions in the bar, (C,).
        numerators: beats in the bar, (C,).
    """

    notes: IntArray
    counts: IntArray
    instruments: IntArray
    lengths: IntArray
    numerators: IntArray

    @classmethod
    def of_rows(
        cls,
        rows: npt.NDArray[np.integer],
        counts: IntArray,
        *,
        instruments: IntArray,
        lengths: IntArray,
        numerators: IntArray,
    ) -> "Cells":
        """Cells whose notes follow each other in `rows`, (N, 4)."""
        notes = np.zeros((len(counts), int(counts.max(initial=1)), N_CELL_FIELDS), np.int64)
        notes[np.arange(notes.shape[1]) < counts[:, None]] = rows
        return cls(notes, counts, instruments, lengths, numerators)

    def __len__(self) -> int:
        """C."""
        return len(self.counts)

    @property
    def rows(self) -> IntArray:
        """The notes of all cells one after another, (N, 4)."""
        return self.notes[np.arange(self.notes.shape[1]) < self.counts[:, None]]

    @classmethod
    def together(cls, parts: "Sequence[Cells]") -> "Cells":
        """The cells of several, one after another."""
        return cls.of_rows(
            np.concatenate([cells.rows for cells in parts]),
            np.concatenate([cells.counts for cells in parts]),
            instruments=np.concatenate([cells.instruments for cells in parts]),
            lengths=np.concatenate([cells.lengths for cells in parts]),
            numerators=np.concatenate([cells.numerators for cells in parts]),
        )

    def take(self, index: npt.NDArray[np.integer]) -> "Cells":
        """Some of the cells, in this order, with no more room than they need."""
        counts = self.counts[index]
        return Cells(
            self.notes[index, : int(counts.max(initial=1))],
            counts,
            self.instruments[index],
            self.lengths[index],
            self.numerators[index],
        )

    def padded(self, n_cells: int, n_notes: int) -> "Cells":
        """The same with room for more cells, which have no notes, and for more notes."""
        more = n_cells - len(self)
        room = ((0, more), (0, n_notes - self.notes.shape[1]), (0, 0))
        instruments, lengths, numerators = (
            np.pad(column, (0, more), constant_values=1)
            for column in (self.instruments, self.lengths, self.numerators)
        )
        counts = np.pad(self.counts, (0, more))
        return Cells(np.pad(self.notes, room), counts, instruments, lengths, numerators)


def cells_of_table(table: IntArray, roster: Roster, bars: Bars) -> tuple[Cells, IntArray]:
    """The cells of a `PartTable`, and the bar and part of each, (C, 2)."""
    place = table[:, [Field.BAR, Field.PART]]
    begins = np.flatnonzero((np.diff(place, axis=0, prepend=-1) != 0).any(axis=1))
    places = place[begins]
    cells = Cells.of_rows(
        table[:, CELL_FIELDS],
        np.diff(begins, append=len(table)),
        instruments=roster.instruments[places[:, 1]],
        lengths=bars.lengths[places[:, 0]],
        numerators=bars.numerators[places[:, 0]],
    )
    return cells, places


def table_of_cells(cells: Cells, places: IntArray) -> IntArray:
    """The `PartTable` of cells, (N, 6), given the bar and part of each, (C, 2), in order."""
    table = np.empty((int(cells.counts.sum()), len(Field)), np.int64)
    table[:, [Field.BAR, Field.PART]] = np.repeat(places, cells.counts, axis=0)
    table[:, CELL_FIELDS] = cells.rows
    return table
