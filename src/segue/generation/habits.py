"""The habits of a part: values that it has not used so far are less likely than the model says.

A part that has played a hundred notes rarely plays a pitch, a length, a loudness or a drum for the
first time, and the longer it has played, the more rarely. The model knows that too little: it gives
new values two to ten times the probability that they have in real music, and a take drifts out of
its key, its register and its kit. So their log-odds are lowered by a number of nats for each
doubling of the notes that the part has played. It is no rule: what the model is sure of stays.

The numbers are those that make real music of the validation split likeliest, but for half of it for
the pitches of pitched parts, which would else be fewer than in real music (experiments/LOG.md).
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
from segue.generation.network import Float32Array

PITCH, DURATION, VELOCITY = (ATTRIBUTES.index(name) for name in ("pitch", "duration", "velocity"))
_VALUES: Final = {
    PITCH: N_PITCH_CLASSES_OF_PARTS,
    DURATION: N_DURATIONS,
    VELOCITY: N_VELOCITIES,
}
"""How many values each attribute has that has habits."""
NATS: Final = {PITCH: (0.1, 0.55), DURATION: (0.15, 0.15), VELOCITY: (0.4, 0.25)}
"""For each doubling of the part's notes: of pitched parts, and of drums."""


class Habits:
    """What the parts of each take of a group have played so far."""

    def __init__(self, shown: IntArray, instruments: IntArray) -> None:
        """`shown`: the events that the model is shown, (R or 1, T, N_COLUMNS).

        `instruments`: of the parts of each take, (R, MAX_PARTS).
        """
        rows = len(instruments)
        self._is_drum = instruments == DRUMS
        self._notes = np.zeros((rows, MAX_PARTS), np.int64)
        self._used = {
            attribute: np.zeros((rows, MAX_PARTS, values), bool)
            for attribute, values in _VALUES.items()
        }
        for row, events in enumerate(np.broadcast_to(shown, (rows, *shown.shape[1:]))):
            self._add(row, events[events[:, Column.KIND] == NOTE_EVENT])

    def lean(self, attribute: int, logits: Float32Array, part: IntArray) -> Float32Array:
        """The logits of an attribute, (R, values), with new values less likely.

        `part`: that was drawn, (R,); `END` may be among them, and what is said of it is unused.
        """
        if attribute not in _VALUES:
            return logits
        every, part = np.arange(len(part)), np.minimum(part, MAX_PARTS - 1)
        nats = np.take(NATS[attribute], self._is_drum[every, part].astype(np.int64))
        nats = nats * np.log2(1 + self._notes[every, part])
        new = ~self._used[attribute][every, part]
        leaning: Float32Array = logits - (nats[:, None] * new).astype(np.float32)
        return leaning

    def note_written(self, row: int, note: IntArray) -> None:
        """A row's next event is a note, (N_COLUMNS,)."""
        self._add(row, note[None])

    def keep(self, rows: IntArray) -> None:
        """Go on with these rows alone."""
        self._is_drum, self._notes = self._is_drum[rows], self._notes[rows]
        self._used = {attribute: used[rows] for attribute, used in self._used.items()}

    def _add(self, row: int, notes: IntArray) -> None:
        part = notes[:, Column.PART]
        np.add.at(self._notes[row], part, 1)
        for attribute, used in self._used.items():
            used[row, part, notes[:, ATTRIBUTE_COLUMNS[attribute]]] = True
