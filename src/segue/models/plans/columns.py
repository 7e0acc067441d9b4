"""What a grid of cells is, and the columns that say what each cell is of, without torch."""

from enum import IntEnum
from typing import Final

from segue.encoding.vocabulary import MAX_POSITIONS, N_INSTRUMENTS, N_NUMERATORS, N_TEMPI

__all__ = [
    "BACK",
    "FLAGS",
    "N_BARS",
    "N_CELLS",
    "N_PARTS",
    "PHRASE",
    "SHARES",
    "TOLD_COLUMNS",
    "Told",
]

N_BARS: Final = 16
"""Of a grid."""
N_PARTS: Final = 8
"""Of a grid, at most."""
N_CELLS: Final = N_BARS * N_PARTS
"""Bar by bar, in each the parts."""
FLAGS: Final = 8
"""Channels behind a cell's latents that all say whether it sounds: 1, or -1 for silence. Of more
copies noise leaves more, so that who plays is settled before what."""
BACK: Final = (1, 2, 4, 8)
"""How many bars ago a part's cells are that a network reads beside each cell."""
PHRASE: Final = 8
"""Bars are numbered in the piece modulo this."""
SHARES: Final = 16
"""Places in the piece that are told apart."""


class Told(IntEnum):
    """Columns of what is said of a cell."""

    INSTRUMENT = 0
    """1 + the instrument; 0: there is no such cell."""
    LENGTH = 1
    """Positions in the bar."""
    NUMERATOR = 2
    TEMPO = 3
    SHARE = 4
    """Where in the piece, in sixteenths of its bars."""
    PHRASE = 5
    """The bar's number in the piece modulo `PHRASE`."""
    BAR = 6
    """The bar's number in the grid."""
    GUESSED = 7
    """For training: 1 where the network reads its own first guess."""


TOLD_COLUMNS: Final = (
    (Told.INSTRUMENT, N_INSTRUMENTS + 1),
    (Told.LENGTH, MAX_POSITIONS + 1),
    (Told.NUMERATOR, N_NUMERATORS),
    (Told.TEMPO, N_TEMPI),
    (Told.SHARE, SHARES),
    (Told.PHRASE, PHRASE),
    (Told.BAR, N_BARS),
)
"""What a network reads, and how many values each has."""
