"""Fewer notes where fewer were asked for: of a bar that is too full, those that carry it remain.

A model that is asked for sparser bars often writes them and sometimes does not. So the wish is kept
by a rule: no bar of a part has more notes than two thirds of those that it usually has in the
prompt. What goes first is off the beat, then what is inside a chord.
"""

from typing import Final

import numpy as np

from segue.encoding.table import Field
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, MAX_PARTS, POSITIONS_PER_QUARTER, IntArray

SHARE: Final = 2 / 3
"""Of a part's usual notes, so many may be in a sparser bar."""
_DIVISIONS: Final = (1, 2, 4)
"""Of a quarter: the notes on the first of them weigh most."""


def usual_notes(table: IntArray) -> IntArray:
    """How many notes each part usually has in a bar in which it plays, (MAX_PARTS,).

    The median over the bars of a `PartTable`; parts that are not in it have that of the others
    together, and 0 stands for an empty table.
    """
    usual = np.zeros(MAX_PARTS, np.int64)
    if not len(table):
        return usual
    cells, counts = np.unique(_cells(table), return_counts=True)
    usual[:] = round(float(np.median(counts)))
    for part in np.unique(cells % MAX_PARTS):
        usual[part] = round(float(np.median(counts[cells % MAX_PARTS == part])))
    return usual


def thinned(table: IntArray, most: IntArray) -> IntArray:
    """A `PartTable` with at most `most` notes of each part in a bar, (MAX_PARTS,), in its order."""
    if not len(table):
        return table
    order = np.lexsort((-_weight(table), _cells(table)))
    cells = _cells(table)[order]
    begins = np.searchsorted(cells, cells, side="left")
    place_in_cell = np.empty(len(table), np.int64)
    place_in_cell[order] = np.arange(len(table)) - begins
    return table[place_in_cell < most[table[:, Field.PART]]]


def _cells(table: IntArray) -> IntArray:
    """A number for the bar and part of each note, (N,)."""
    cells: IntArray = table[:, Field.BAR] * MAX_PARTS + table[:, Field.PART]
    return cells


def _weight(table: IntArray) -> IntArray:
    """How much each note carries of its bar, (N,)."""
    position = table[:, Field.POSITION]
    weight = (position == 0).astype(np.int64)
    for division in _DIVISIONS:
        weight += position % (POSITIONS_PER_QUARTER // division) == 0
    is_drum = table[:, Field.PITCH] >= DRUM_PITCH_OFFSET
    pitch = np.where(is_drum, table[:, Field.PITCH], -table[:, Field.PITCH])
    chords = np.stack([_cells(table), position], axis=1)
    _, chord = np.unique(chords, axis=0, return_inverse=True)
    order = np.lexsort((pitch, chord.ravel()))
    sorted_chord = chord.ravel()[order]
    voice: IntArray = np.empty(len(table), np.int64)
    voice[order] = np.arange(len(table)) - np.searchsorted(sorted_chord, sorted_chord)
    carried: IntArray = weight - voice
    return carried
