"""What a musician can ask of a bar and a part, as classes from 0 ("nothing asked") to 8.

What is measured is a *cell*, the notes of one part in one bar. The edges are near the octiles of
real music, so that the classes are about equally frequent.
"""

from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.table import Field
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DURATIONS,
    MAX_PARTS,
    MAX_POSITIONS,
    IntArray,
    velocity_of,
)

__all__ = [
    "N_CONTROLS",
    "N_CONTROL_CLASSES",
    "Control",
    "cell_controls",
    "cell_values",
    "control_class",
]


N_CONTROL_CLASSES: Final = 9
"""0, and eight more."""


class Control(IntEnum):
    """The controls of a cell, in the order of the columns of `cell_controls`."""

    DENSITY = 0
    POLYPHONY = 1
    REGISTER = 2
    LOUDNESS = 3
    LENGTH = 4


N_CONTROLS: Final = len(Control)

DENSITY_EDGES: Final = np.array([1, 2, 4, 6, 8, 11, 16])
"""Notes in the bar: class 1 is at most 1, class 2 at most 2, class 3 at most 4, ..."""
POLYPHONY_EDGES: Final = np.array([1.0, 1.25, 1.6, 2.0, 2.5, 3.0, 3.5])
"""Notes at an onset, on average."""
REGISTER_EDGES: Final = np.array([38.0, 45.0, 52.0, 57.0, 62.0, 67.0, 74.0])
"""Mean pitch."""
LOUDNESS_EDGES: Final = np.array([50.0, 64.0, 76.0, 85.0, 94.0, 104.0, 115.0])
"""Mean velocity."""
LENGTH_EDGES: Final = np.array([3.0, 5.0, 7.0, 11.0, 15.0, 22.0, 40.0])
"""Mean duration, in positions."""

_EDGES: Final = (DENSITY_EDGES, POLYPHONY_EDGES, REGISTER_EDGES, LOUDNESS_EDGES, LENGTH_EDGES)


def control_class(control: Control, value: npt.NDArray[np.number]) -> IntArray:
    """The class, 1 to 8, of measured values of a control."""
    return np.searchsorted(_EDGES[control], value, side="left").astype(np.int64) + 1


def cell_values(table: IntArray) -> tuple[IntArray, npt.NDArray[np.float64]]:
    """The cell that each note of a `PartTable` belongs to, (N,), and what is measured of each cell.

    Cells are counted by bars and parts, rising; the measures are (cells, N_CONTROLS): notes, notes
    at an onset, mean pitch, mean velocity, mean duration in positions.
    """
    key = table[:, Field.BAR] * MAX_PARTS + table[:, Field.PART]
    _, cell, notes = np.unique(key, return_inverse=True, return_counts=True)
    place = cell * MAX_POSITIONS + table[:, Field.POSITION]
    onsets = np.bincount(cell[np.unique(place, return_index=True)[1]], minlength=len(notes))
    pitch = np.bincount(cell, table[:, Field.PITCH] % DRUM_PITCH_OFFSET)
    velocity = np.bincount(cell, velocity_of(table[:, Field.VELOCITY]))
    length = np.bincount(cell, DURATIONS[table[:, Field.DURATION]])
    measured = (notes, notes / onsets, pitch / notes, velocity / notes, length / notes)
    return cell, np.stack(measured, axis=1)


def cell_controls(table: IntArray) -> IntArray:
    """The classes of the cell that each note belongs to, (N, N_CONTROLS); of a `PartTable`."""
    if not len(table):
        return np.zeros((0, N_CONTROLS), np.int64)
    cell, values = cell_values(table)
    return np.stack([control_class(c, values[:, c]) for c in Control], axis=1)[cell]
