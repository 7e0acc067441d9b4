"""What the columns of cells are, without torch."""

from typing import Final

from segue.encoding.cells import CELL_FIELDS
from segue.encoding.vocabulary import (
    MAX_POSITIONS,
    N_DURATIONS,
    N_INSTRUMENTS,
    N_NUMERATORS,
    N_PITCH_CLASSES_OF_PARTS,
    N_VELOCITIES,
    POSITIONS_PER_QUARTER,
)

POSITION, PITCH, DURATION, VELOCITY = range(len(CELL_FIELDS))
"""The columns of notes."""

END: Final = MAX_POSITIONS
"""The position that says: nothing more in this cell."""
SIZES: Final = (MAX_POSITIONS + 1, N_PITCH_CLASSES_OF_PARTS, N_DURATIONS, N_VELOCITIES)
"""How many values each attribute of a note has."""

_PHASE: Final = len(CELL_FIELDS)
N_PHASES: Final = POSITIONS_PER_QUARTER
"""Positions within the quarter."""
NOTE_COLUMNS: Final = (
    (POSITION, MAX_POSITIONS),
    (PITCH, N_PITCH_CLASSES_OF_PARTS),
    (DURATION, N_DURATIONS),
    (VELOCITY, N_VELOCITIES),
    (_PHASE, N_PHASES),
)
"""What networks read of a note: its attributes, and its position within the quarter."""
CELL_COLUMNS: Final = ((0, N_INSTRUMENTS), (1, MAX_POSITIONS + 1), (2, N_NUMERATORS))
"""What they read of a cell: instrument, length and numerator."""
