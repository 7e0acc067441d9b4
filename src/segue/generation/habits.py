"""Habits: values that have not been used so far are less likely than the model says.

A part that has played a hundred notes rarely plays a pitch, a length, a loudness or a drum for the
first time, and a piece rarely a pitch class; the longer they have played, the more rarely. The
model knows that too little: it gives new values up to twice the probability that they have in real
music, and a take drifts out of its key and its kit. So their log-odds are lowered by a number of
nats for each doubling of the notes that the part has played, or all pitched parts of the piece
have. It is no rule: what the model is sure of stays.

Drums have about the numbers that make real music of the validation split likeliest (`python -m
scripts.measure_habits`, `python -m scripts.measure_pitches`). Pitched parts have half of theirs:
takes are nearer to real music so (experiments/LOG.md).
"""

from typing import Final

import numpy as np

from segue.encoding.sequence import ATTRIBUTE_COLUMNS, ATTRIBUTES, NOTE_EVENT, Column
from segue.encoding.vocabulary import (
    DRUMS,
    MAX_PARTS,
    N_DURATIONS,
    N_PITCH_CLASSES_OF_PARTS,
    N_VELOCITIES,
    IntArray,
)
from segue.generation.clashes import CLASSES
from segue.generation.network import Float32Array
from segue.units import N_PITCHES, OCTAVE

PITCH, DURATION, VELOCITY = (ATTRIBUTES.index(name) for name in ("pitch", "duration", "velocity"))
_VALUES: Final = {
    PITCH: N_PITCH_CLASSES_OF_PARTS,
    DURATION: N_DURATIONS,
    VELOCITY: N_VELOCITIES,
}
"""How many values each attribute has that has habits."""
NATS: Final = {PITCH: (0.05, 0.2), DURATION: (0.05, 0.2), VELOCITY: (0.05, 0.25)}
"""For each doubling of the part's notes: of pitched parts, and of drums."""
OF_THE_PIECE: Final = 0.1
"""For each doubling of the notes of all pitched parts, of pitch classes that none has played."""


class Habits:
    """What each take of a group has played so far."""

    def __init__(self, shown: IntArray, instruments: IntArray) -> None:
        """`shown`: the events that the model is shown, (R or 1, T, N_COLUMNS).

        `instruments`: of the parts of each take, (R, MAX_PARTS).
        """
        rows = len(instruments)
        self._every = np.arange(rows)
        kind = (instruments == DRUMS).astype(np.int64)
        self._nats = np.array([NATS[attribute] for attribute in _VALUES]).T[kind]
        """Of each part's attributes, (R, MAX_PARTS, 3)."""
        self._notes = np.zeros((rows, MAX_PARTS), np.int64)
        self._new = np.ones((rows, MAX_PARTS, sum(_SIZES)), np.float32)
        """1 for each value, attribute after attribute, that a part has not used; else 0."""
        self._is_drum = instruments == DRUMS
        self._pitched = np.zeros(rows, np.int64)
        """Notes of all pitched parts."""
        self._new_classes = np.ones((rows, OCTAVE), np.float32)
        """1 for each pitch class that none of them has played; else 0."""
        for row, events in enumerate(shown if len(shown) == rows else shown.repeat(rows, axis=0)):
            notes = events[events[:, Column.KIND] == NOTE_EVENT]
            self.written(np.full(len(notes), row), notes)

    def of(self, part: IntArray) -> dict[int, Float32Array]:
        """What new values lose, by attribute, (R, values), of the part that was drawn, (R,).

        `END` may be among the parts, and what is said of it is unused.
        """
        part = np.minimum(part, MAX_PARTS - 1)
        doublings = np.log2(1 + self._notes[self._every, part])
        nats = (self._nats[self._every, part] * doublings[:, None]).astype(np.float32)
        losses = self._new[self._every, part]
        losses *= nats.repeat(_SIZES, axis=1)
        nats_of_piece = (
            OF_THE_PIECE * np.log2(1 + self._pitched) * ~self._is_drum[self._every, part]
        )
        new = self._new_classes[:, CLASSES] * nats_of_piece[:, None].astype(np.float32)
        losses[:, _PLACES[PITCH]][:, :N_PITCHES] += new
        return {attribute: losses[:, place] for attribute, place in _PLACES.items()}

    def written(self, rows: IntArray, notes: IntArray) -> None:
        """Rows, (N,), each once or several times, have a note more: events, (N, N_COLUMNS)."""
        part = notes[:, Column.PART]
        np.add.at(self._notes, (rows, part), 1)
        self._new[rows[:, None], part[:, None], notes[:, _COLUMNS] + _OFFSETS] = 0
        is_pitched = ~self._is_drum[rows, part]
        np.add.at(self._pitched, rows[is_pitched], 1)
        self._new_classes[rows[is_pitched], notes[is_pitched, Column.PITCH] % OCTAVE] = 0

    def keep(self, rows: IntArray) -> None:
        """Go on with these rows alone."""
        self._every = np.arange(len(rows))
        self._nats, self._notes, self._new = self._nats[rows], self._notes[rows], self._new[rows]
        self._is_drum, self._pitched = self._is_drum[rows], self._pitched[rows]
        self._new_classes = self._new_classes[rows]


_SIZES: Final = list(_VALUES.values())
_COLUMNS: Final = [int(ATTRIBUTE_COLUMNS[attribute]) for attribute in _VALUES]
_OFFSETS: Final = np.cumsum([0, *_SIZES[:-1]])
_PLACES: Final = {
    attribute: slice(offset, offset + size)
    for (attribute, size), offset in zip(_VALUES.items(), _OFFSETS.tolist(), strict=True)
}
"""Where the values of each attribute stand among those of all."""
