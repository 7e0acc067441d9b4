"""Repeated pitches: a part repeats its pitches about as often as it did in the prompt.

Each note that repeats the pitch before it makes the next repetition likelier, and a take that has
begun to hammer one note goes on: takes repeat a third of their pitches more than music does. So
where a part repeats more than it did in the prompt, a repetition loses the more in log-odds the
further the part is ahead. A part that hammers in the prompt may go on (experiments/LOG.md).

A note is a repetition if its pitch sounded in the onset before, of its part: of a chord each note
counts. Drums are free.
"""

from typing import Final

import numpy as np

from segue.encoding.sequence import NOTE_EVENT, Column
from segue.encoding.vocabulary import DRUMS, MAX_PARTS, N_PITCH_CLASSES_OF_PARTS, IntArray
from segue.generation.network import Float32Array

STRENGTH: Final = 8.0
"""Nats for all that a part can be ahead: repetitions alone where there were none."""
USUAL: Final = 0.3
"""The share of repetitions in real music, which counts as much as so many notes of the prompt:"""
OF_USUAL: Final = 2
OF_PROMPT: Final = 8
"""The share of the prompt counts as much as so many new notes."""


class Repeats:
    """What the parts of each take of a group repeat."""

    def __init__(self, shown: IntArray, instruments: IntArray, *, begin: int) -> None:
        """`shown`: the events that the model is shown, (R or 1, T, N_COLUMNS).

        `instruments`: of the parts of each take, (R, MAX_PARTS); `begin`: the time of the first
        written bar.
        """
        rows = len(instruments)
        self._every = np.arange(rows)
        self._is_free = instruments == DRUMS
        shape = (len(shown), MAX_PARTS)
        self._at = np.full(shape, -1)
        """When the latest onset of each part was."""
        self._latest = np.zeros((*shape, N_PITCH_CLASSES_OF_PARTS), bool)
        self._before = np.zeros_like(self._latest)
        """The pitches of the latest onset, and of the one before."""
        self._notes, self._repeated = np.zeros(shape), np.zeros(shape)
        for row, events in enumerate(shown):
            is_known = (events[:, Column.KIND] == NOTE_EVENT) & (events[:, Column.TIME] < begin)
            self._hear(row, events[is_known])
        self._share = (self._repeated + OF_USUAL * USUAL) / (self._notes + OF_USUAL)
        self._notes[:], self._repeated[:] = 0, 0
        if len(shown) < rows:
            self._take(np.zeros(rows, np.int64))

    def of(self, part: IntArray, time: IntArray) -> Float32Array:
        """What pitches lose, (R, values), for a note of a part, (R,), at a time, (R,).

        `END` may be among the parts, and what is said of it is unused.
        """
        part = np.minimum(part, MAX_PARTS - 1)
        at = self._every, part
        share, notes = self._share[at], self._notes[at]
        ahead = np.maximum(self._repeated[at] - notes * share, 0) / (notes + OF_PROMPT)
        ahead *= ~self._is_free[at]
        pitches = np.where((self._at[at] == time)[:, None], self._before[at], self._latest[at])
        found: Float32Array = pitches * (STRENGTH * ahead)[:, None].astype(np.float32)
        return found

    def written(self, rows: IntArray, notes: IntArray) -> None:
        """Some rows, (N,), each at most once, have a note more: events, (N, N_COLUMNS)."""
        at = rows, notes[:, Column.PART]
        is_next = self._at[at] != notes[:, Column.TIME]
        self._before[at] = np.where(is_next[:, None], self._latest[at], self._before[at])
        self._latest[at] &= ~is_next[:, None]
        self._at[at] = notes[:, Column.TIME]
        pitch = notes[:, Column.PITCH]
        self._latest[*at, pitch] = True
        self._notes[at] += self._before[at].any(axis=-1)
        self._repeated[at] += self._before[*at, pitch]

    def _hear(self, row: int, notes: IntArray) -> None:
        """All that a row's parts play before the written bars, (N, N_COLUMNS): `written`, at once.

        Note by note it takes 15 ms, a third of the time to the first new event.
        """
        order = np.lexsort((notes[:, Column.TIME], notes[:, Column.PART]))
        part, time, pitch = notes[order][:, [Column.PART, Column.TIME, Column.PITCH]].T
        is_next = np.diff(part, prepend=-1).astype(bool) | np.diff(time, prepend=-1).astype(bool)
        onset = np.cumsum(is_next) - 1
        chords = np.zeros((is_next.sum(), N_PITCH_CLASSES_OF_PARTS), bool)
        chords[onset, pitch] = True
        player = part[is_next]
        goes_on = np.diff(player, prepend=-1) == 0
        before = np.roll(chords, 1, axis=0) & goes_on[:, None]
        np.add.at(self._notes[row], part, goes_on[onset])
        np.add.at(self._repeated[row], part, before[onset, pitch])
        last = np.flatnonzero(np.diff(player, append=-1))
        self._at[row, player[last]] = time[is_next][last]
        self._latest[row, player[last]], self._before[row, player[last]] = (
            chords[last],
            before[last],
        )

    def keep(self, rows: IntArray) -> None:
        """Go on with these rows alone."""
        self._every, self._is_free = np.arange(len(rows)), self._is_free[rows]
        self._take(rows)

    def _take(self, rows: IntArray) -> None:
        self._at, self._share = self._at[rows], self._share[rows]
        self._latest, self._before = self._latest[rows], self._before[rows]
        self._notes, self._repeated = self._notes[rows], self._repeated[rows]
