"""`decoder_grammar` in NumPy, one event a row: which events may follow which.

`previous`: the event that each row read last, (R, N_COLUMNS).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.sequence import NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    MAX_PARTS,
    MAX_POSITIONS,
    N_PITCH_CLASSES_OF_PARTS,
    IntArray,
)
from segue.models.decoder_shape import HIGHEST_DRUM, HIGHEST_PITCH

_PARTS: Final = np.arange(MAX_PARTS)
_POSITIONS: Final = np.arange(MAX_POSITIONS)
_PITCHES: Final = np.arange(N_PITCH_CLASSES_OF_PARTS)
_IS_DRUM_PITCH: Final = _PITCHES >= DRUM_PITCH_OFFSET
_BEFORE_ALL: Final = -1


@dataclass(slots=True)
class LastNote:
    """The note that each row read last, (R,) each; its part is -1 where a bar has begun instead."""

    part: IntArray
    position: IntArray
    pitch: IntArray
    is_highest: BoolArray
    """No pitch of its kind is above it."""
    length: IntArray
    """Positions of the bar."""

    @classmethod
    def of(cls, previous: IntArray) -> "LastNote":
        """That of rows of events."""
        is_note = previous[:, Column.KIND] == NOTE_EVENT
        is_drum = previous[:, Column.INSTRUMENT] == DRUMS
        pitch = previous[:, Column.PITCH]
        return cls(
            part=np.where(is_note, previous[:, Column.PART], _BEFORE_ALL),
            position=previous[:, Column.POSITION],
            pitch=pitch,
            is_highest=pitch == np.where(is_drum, HIGHEST_DRUM, HIGHEST_PITCH),
            length=previous[:, Column.LENGTH],
        )


def allowed_parts(last: LastNote, is_there: BoolArray) -> BoolArray:
    """(R, MAX_PARTS): a part that is not before the last one and `is_there`, (R, MAX_PARTS)."""
    full = (last.part >= 0) & last.is_highest & (last.position == last.length - 1)
    allowed: BoolArray = (last.part + full)[:, None] <= _PARTS
    allowed &= is_there
    return allowed


def forbidden_positions(last: LastNote, part: IntArray) -> BoolArray:
    """(R, MAX_POSITIONS), given the part of the note, (R,)."""
    first = np.where(last.part == part, last.position + last.is_highest, 0)
    forbidden: BoolArray = first[:, None] > _POSITIONS
    forbidden |= last.length[:, None] <= _POSITIONS
    return forbidden


def forbidden_pitches(
    last: LastNote, part: IntArray, instrument: IntArray, position: IntArray
) -> BoolArray:
    """(R, 256), given the part, its instrument and the position of the note, (R,)."""
    together = (last.part == part) & (last.position == position)
    above = np.where(together, last.pitch, _BEFORE_ALL)
    forbidden: BoolArray = above[:, None] >= _PITCHES
    forbidden |= (instrument == DRUMS)[:, None] != _IS_DRUM_PITCH
    return forbidden
