"""Which parts of a window are tunes: what lines are sung from, and not what accompanies them."""

from typing import Final

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.encoding.table import Field
from segue.encoding.vocabulary import DRUMS, MAX_PARTS, MAX_POSITIONS
from segue.generation.window import Window

__all__ = ["BASSES", "tunes_of"]

BASSES: Final = (*range(32, 40), 43, 58)
"""Programs that play the bass: the basses, a contrabass and a tuba."""
_ONE_AT_A_TIME: Final = 0.9
"""Of a tune's onsets, how many have one note."""
_BY_STEP: Final = 0.4
"""Of its moves, how many are of a semitone or two: broken chords have fewer."""
_FEWEST_MOVES: Final = 4


def tunes_of(window: Window) -> BoolArray:
    """The parts that are tunes by what is shown of them, (MAX_PARTS,); of no notes none is."""
    found = np.zeros(MAX_PARTS, bool)
    others = np.isin(window.roster.padded, (DRUMS, *BASSES))
    for part in np.unique(window.visible[:, Field.PART]).tolist():
        notes = window.visible[window.visible[:, Field.PART] == part]
        places = notes[:, Field.BAR] * MAX_POSITIONS + notes[:, Field.POSITION]
        alone = np.unique(places, return_counts=True)[1] == 1
        moves = np.abs(np.diff(notes[:, Field.PITCH]))
        moves = moves[moves > 0]
        found[part] = (
            not others[part]
            and alone.mean() >= _ONE_AT_A_TIME
            and len(moves) >= _FEWEST_MOVES
            and np.mean(moves <= 2) >= _BY_STEP
        )
    return found
