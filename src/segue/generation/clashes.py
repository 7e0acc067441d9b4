"""Clashes: a pitch a semitone or a whole tone away from one that sounds.

Real music has them, as sevenths, ninths and passing notes, but the model writes more of them than
it has read: tracks rub against each other, above all in the bars after a chord has changed. So the
log-odds of such pitches are lowered by some nats, unless their own pitch class sounds already; and
so are those of lengths with which a note would still sound when a clash with it begins. Tritones,
on the other hand, gain: without them there is no dominant chord, and takes have half of those of
real music. It is no rule: what the model is sure of stays.

The numbers are near those that make real music of the validation split likeliest (`python -m
scripts.measure_pitches`), a little larger, since what is written is further from it
(experiments/LOG.md).
"""

from typing import Final

import numpy as np

from segue.encoding.sequence import NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import (
    DRUMS,
    DURATIONS,
    N_DURATIONS,
    N_PITCH_CLASSES_OF_PARTS,
    IntArray,
)
from segue.generation.network import Float32Array
from segue.units import N_PITCHES, OCTAVE

__all__ = ["CLASSES", "Clashes", "clashing", "tritones"]

SEMITONE: Final = 0.75
WHOLE_TONE: Final = 0.6
TRITONE: Final = 0.4
"""Nats: what the first two lose, and what a tritone gains."""
CLASSES: Final = np.arange(N_PITCHES) % OCTAVE
"""The pitch class of each pitch."""


def clashing(sounding: BoolArray) -> tuple[BoolArray, BoolArray]:
    """The pitch classes a semitone and a whole tone away from those that sound, (R, 12) each."""

    def beside(semitones: int) -> BoolArray:
        found: BoolArray = np.roll(sounding, semitones, 1) | np.roll(sounding, -semitones, 1)
        return found & ~sounding

    semitone = beside(1)
    return semitone, beside(2) & ~semitone


def tritones(sounding: BoolArray) -> BoolArray:
    """The pitch classes a tritone away from those that sound, (R, 12)."""
    found: BoolArray = np.roll(sounding, OCTAVE // 2, 1) & ~sounding
    return found


class Clashes:
    """What sounds when, in each take of a group."""

    def __init__(self, shown: IntArray, rows: int, *, end: int) -> None:
        """`shown`: the events that the model is shown, (R or 1, T, N_COLUMNS).

        `end`: of the window, in positions.
        """
        self._every = np.arange(rows)
        self._sounding = np.zeros((len(shown), end, OCTAVE), bool)
        for row, events in enumerate(shown):
            notes = events[events[:, Column.KIND] == NOTE_EVENT]
            self.written(np.full(len(notes), row), notes)
        if len(shown) < rows:
            self._sounding = self._sounding.repeat(rows, axis=0)

    def of(self, time: IntArray) -> Float32Array:
        """What pitches lose that begin at a time, (R,), in positions of the window.

        What gains loses less than nothing. After the window's end, which may be said where no note
        is drawn, nothing clashes.

        Returns (R, N_PITCH_CLASSES_OF_PARTS); drums lose nothing.
        """
        inside = time < self._sounding.shape[1]
        sounding = self._sounding[self._every, np.where(inside, time, 0)] & inside[:, None]
        semitone, whole_tone = clashing(sounding)
        lost = SEMITONE * semitone + WHOLE_TONE * whole_tone - TRITONE * tritones(sounding)
        nats = lost.astype(np.float32)
        losses = np.zeros((len(time), N_PITCH_CLASSES_OF_PARTS), np.float32)
        losses[:, :N_PITCHES] = nats[:, CLASSES]
        return losses

    def lasting(self, time: IntArray, pitch: IntArray) -> Float32Array:
        """What lengths lose of notes with these pitches that begin at a time, (R,) each.

        Returns (R, N_DURATIONS); drums lose nothing.
        """
        end = self._sounding.shape[1]
        ahead = np.minimum(time[:, None] + np.arange(int(DURATIONS[-1])), end - 1)
        losses = np.zeros((len(time), N_DURATIONS), np.float32)
        for nats, semitones in ((SEMITONE, 1), (WHOLE_TONE, 2)):
            clashes = np.zeros(ahead.shape, bool)
            for beside in (pitch + semitones, pitch - semitones):
                clashes |= self._sounding[self._every[:, None], ahead, beside[:, None] % OCTAVE]
            begins = clashes[:, 1:] & ~clashes[:, :-1]
            until = np.where(begins.any(axis=1), 1 + begins.argmax(axis=1), ahead.shape[1])
            lost = np.float32(nats) * (until[:, None] < DURATIONS)
            losses = np.maximum(losses, lost)
        losses[pitch >= N_PITCHES] = 0
        return losses

    def written(self, rows: IntArray, notes: IntArray) -> None:
        """Rows, (N,), each once or several times, have a note more: events, (N, N_COLUMNS)."""
        ends = notes[:, Column.TIME] + DURATIONS[notes[:, Column.DURATION]]
        for row, note, end in zip(rows.tolist(), notes, ends.tolist(), strict=True):
            if note[Column.INSTRUMENT] != DRUMS:
                pitch_class = note[Column.PITCH] % OCTAVE
                self._sounding[row, note[Column.TIME] : end, pitch_class] = True

    def keep(self, rows: IntArray) -> None:
        """Go on with these rows alone."""
        self._every = np.arange(len(rows))
        self._sounding = self._sounding[rows]
