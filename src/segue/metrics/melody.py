"""How lines move: the distribution of melodic intervals.

A **leap** is the step in semitones from one melody note of a track to its next. A track's melody is
its skyline: of the notes that begin on the same step, the highest. Rests do not end a melody. Drums
have none. Tracks are taken one by one, so two tracks that play one after the other do not make a
leap.

`interval_histogram` gives shares of the leaps by size, up or down: 0, 1, 2, 3-4, 5-7, 8-11, 12, and
more than 12 semitones. *Direction:* nearer to real music, where most steps are of at most two
semitones. No leap: zeros. *Trap:* the skyline of a chordal track jumps between voices; compare it
only with music of the same kind.

Source: "skyline" after A. Uitdenbogerd and J. Zobel, "Melodic matching techniques for large music
databases" (1999).
"""

from typing import Final

import numpy as np

from segue.metrics.table import BoolArray, FloatArray, IntArray, Music, NoteTable, as_table

__all__ = ["INTERVAL_CLASSES", "interval_histogram", "melodic_intervals", "skyline"]

INTERVAL_CLASSES: Final = ("0", "1", "2", "3_4", "5_7", "8_11", "12", "over_12")
_LAST_OF_CLASS: Final = np.array([0, 1, 2, 4, 7, 11, 12])


def melodic_intervals(music: Music) -> IntArray:
    """All leaps in semitones, positive upwards, track after track."""
    table = as_table(music).pitched()
    top, follows = skyline(table)
    return np.compress(follows, np.diff(table.pitch[top]))


def skyline(table: NoteTable) -> tuple[IntArray, BoolArray]:
    """The melody notes of a table, track after track, and which pairs of them are of one track.

    Returns:
        Indices into the table, (M,), and whether each note but the last is followed by one of its
        track, (M - 1,); (0,) for an empty table.
    """
    order = np.lexsort((-table.pitch, table.step, table.bar, table.track))
    track, bar, step = table.track[order], table.bar[order], table.step[order]
    place = np.stack([track, bar, step])
    is_top = np.ones(len(order), bool)
    is_top[1:] = (place[:, 1:] != place[:, :-1]).any(axis=0)
    top = order[is_top]
    return top, table.track[top][1:] == table.track[top][:-1]


def interval_histogram(music: Music) -> FloatArray:
    """Shares of the leaps in each of `INTERVAL_CLASSES`, (8,); see the module."""
    leaps = np.abs(melodic_intervals(music))
    classes = np.searchsorted(_LAST_OF_CLASS, leaps)
    return np.bincount(classes, minlength=len(INTERVAL_CLASSES)) / max(1, len(leaps))
