"""Lines: how the pitches of a part follow each other, beside what the model says.

Three things that a part does too often or too rarely in new bars, if the model is left alone:

- *Steps*: it moves by a semitone or a whole tone too rarely. After a single note such pitches
  gain, the more the larger the share of steps in what the part has played.
- *Register*: it leaves its own too far. Pitches below its lowest or above its highest so far lose
  by their distance.
- *Repetitions*: each note that repeats the pitch before it makes the next repetition likelier, and
  a take that has begun to hammer one note goes on. Where a part repeats more than it did in the
  prompt, a repetition loses the more in log-odds the further the part is ahead. A part that hammers
  in the prompt may go on.

A note is a step or a repetition by its distance from any pitch of the onset before, of its part: of
a chord each note counts. Drums are free. The numbers of steps and register are near those that make
real music of the validation split likeliest (`python -m scripts.measure_pitches`,
experiments/LOG.md).
"""

from typing import Final

import numpy as np

from segue.encoding.sequence import NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import DRUMS, MAX_PARTS, N_PITCH_CLASSES_OF_PARTS, IntArray
from segue.generation.network import Float32Array
from segue.generation.sampling import FloatArray
from segue.units import N_PITCHES, OCTAVE

__all__ = ["Lines", "beside", "outside"]

STEPS: Final = (1.47, 0.97)
"""Nats that a semitone and a whole tone gain, of a part that has moved by steps alone."""
USUAL_STEPS: Final = 0.3
OF_USUAL_STEPS: Final = 4
"""The share of steps in real music, which counts as much as so many notes."""
OCTAVE_OUTSIDE: Final = 1.5
"""Nats that a pitch loses an octave outside of the register."""
STRENGTH: Final = 8.0
"""Nats for all that a part can be ahead: repetitions alone where there were none."""
USUAL: Final = 0.3
"""The share of repetitions in real music, which counts as much as so many notes of the prompt:"""
OF_USUAL: Final = 2
OF_PROMPT: Final = 8
"""The share of the prompt counts as much as so many new notes."""
_PITCHES: Final = np.arange(N_PITCHES)


def beside(pitches: BoolArray, semitones: int) -> BoolArray:
    """The pitches of parts so many semitones from some of them, (R, values)."""
    found = np.zeros_like(pitches)
    found[:, semitones:N_PITCHES] = pitches[:, : N_PITCHES - semitones]
    found[:, : N_PITCHES - semitones] |= pitches[:, semitones:N_PITCHES]
    return found


def outside(lowest: IntArray, highest: IntArray) -> FloatArray:
    """How many octaves each pitch lies outside of a register, at most two, (R, N_PITCHES)."""
    away = np.maximum(_PITCHES - highest[:, None], lowest[:, None] - _PITCHES)
    found: FloatArray = np.clip(away, 0, 2 * OCTAVE) / OCTAVE
    return found


class Lines:
    """What the parts of each take of a group have played."""

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
        self._lowest, self._highest = np.full(shape, N_PITCHES), np.full(shape, -1)
        self._notes, self._repeated, self._stepped = (np.zeros(shape) for _ in range(3))
        """Notes that another onset came before, and how many of them repeat a pitch of it or are a
        step from one."""
        for row, events in enumerate(shown):
            notes = events[events[:, Column.KIND] == NOTE_EVENT]
            at = row, notes[:, Column.PART]
            np.minimum.at(self._lowest, at, notes[:, Column.PITCH])
            np.maximum.at(self._highest, at, notes[:, Column.PITCH])
            self._hear(row, notes[notes[:, Column.TIME] < begin])
        self._share = (self._repeated + OF_USUAL * USUAL) / (self._notes + OF_USUAL)
        self._known = self._notes.copy()
        self._repeated[:] = 0
        if len(shown) < rows:
            self._take(np.zeros(rows, np.int64))

    def of(self, part: IntArray, time: IntArray) -> Float32Array:
        """What pitches lose, (R, values), for a note of a part, (R,), at a time, (R,).

        What gains loses less than nothing. `END` may be among the parts, and what is said of it is
        unused.
        """
        part = np.minimum(part, MAX_PARTS - 1)
        at = self._every, part
        joins = self._at[at] == time
        pitches = np.where(joins[:, None], self._before[at], self._latest[at])
        notes, new = self._notes[at], self._notes[at] - self._known[at]
        ahead = np.maximum(self._repeated[at] - new * self._share[at], 0) / (new + OF_PROMPT)
        losses = pitches * (STRENGTH * ahead)[:, None]
        stepped = (self._stepped[at] + OF_USUAL_STEPS * USUAL_STEPS) / (notes + OF_USUAL_STEPS)
        stepped *= ~joins & (pitches.sum(axis=1) == 1)
        for semitones, nats in enumerate(STEPS, 1):
            losses -= beside(pitches, semitones) * (nats * stepped)[:, None]
        lowest, highest = self._lowest[at], self._highest[at]
        losses[:, :N_PITCHES] += OCTAVE_OUTSIDE * outside(lowest, highest) * (highest >= 0)[:, None]
        losses[self._is_free[at]] = 0
        return losses.astype(np.float32)

    def written(self, rows: IntArray, notes: IntArray) -> None:
        """Some rows, (N,), each at most once, have a note more: events, (N, N_COLUMNS)."""
        at = rows, notes[:, Column.PART]
        is_next = self._at[at] != notes[:, Column.TIME]
        self._before[at] = np.where(is_next[:, None], self._latest[at], self._before[at])
        self._latest[at] &= ~is_next[:, None]
        self._at[at] = notes[:, Column.TIME]
        pitch, before = notes[:, Column.PITCH], self._before[at]
        self._latest[*at, pitch] = True
        self._notes[at] += before.any(axis=-1)
        self._repeated[at] += self._before[*at, pitch]
        self._stepped[at] += _is_step(before, pitch)
        self._lowest[at] = np.minimum(self._lowest[at], pitch)
        self._highest[at] = np.maximum(self._highest[at], pitch)

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
        np.add.at(self._stepped[row], part, _is_step(before[onset], pitch))
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
        self._lowest, self._highest = self._lowest[rows], self._highest[rows]
        self._notes, self._known = self._notes[rows], self._known[rows]
        self._repeated, self._stepped = self._repeated[rows], self._stepped[rows]


def _is_step(before: BoolArray, pitch: IntArray) -> BoolArray:
    """Whether pitches, (N,), are a step from any of the onset before, (N, values)."""
    every, found = np.arange(len(pitch)), np.zeros(len(pitch), bool)
    for away in (-2, -1, 1, 2):
        near = pitch + away
        inside = (near >= 0) & (near < N_PITCHES)
        found |= inside & before[every, np.where(inside, near, 0)]
    return found
