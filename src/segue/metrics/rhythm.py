"""When notes begin: groove, positions in the bar, and what the drums do there.

**Groove consistency** (GC, 0 to 1). 1 minus the mean Hamming distance between the onset vectors of
neighbouring bars, divided by their length; an onset vector has a one at every step where any track,
drums included, begins a note. MusPy's `groove_consistency`. *Direction:* nearer to real music.
Fewer than two bars: 1. *Traps:* it depends on the grid (`STEPS_PER_QUARTER` = 12, so 48 steps a 4/4
bar, as in MMT): the same music scores lower on a coarser one. MusPy always adds a bar after the
last full one, and means one metre throughout; here there is no such bar, and only neighbours of the
same length are compared.

**Onset positions.** The shares of notes that begin on a quarter, on the eighth between two, on the
sixteenths, on the triplets, and elsewhere (steps 0; 6; 3 and 9; 4 and 8; the rest, of 12). No note:
zeros.

**Drum patterns.** For each bar and each group of drums (kick, snare, hi-hat and ride, the rest) the
steps on which one of them begins. General MIDI's drum map decides the group.

Sources: S.-L. Wu and Y.-H. Yang, "The Jazz Transformer on the Front Line" (ISMIR 2020); MusPy;
General MIDI 1.
"""

from enum import IntEnum
from typing import Final

import numpy as np

from segue.metrics.table import (
    STEPS_PER_QUARTER,
    BoolArray,
    FloatArray,
    IntArray,
    Music,
    NoteTable,
    as_table,
)

__all__ = [
    "DrumGroup",
    "drum_group",
    "drum_patterns",
    "groove_consistency",
    "onset_positions",
    "onset_vectors",
]


class DrumGroup(IntEnum):
    """The groups that distinguish drum patterns."""

    KICK = 0
    SNARE = 1
    CYMBAL_TIME = 2
    """Hi-hats and rides: what keeps the time."""
    OTHER = 3


_GROUP_KEYS: Final = {
    DrumGroup.KICK: (35, 36),
    DrumGroup.SNARE: (37, 38, 39, 40),
    DrumGroup.CYMBAL_TIME: (42, 44, 46, 51, 53, 59),
}
_GROUP_OF_KEY: Final = np.array(
    [
        next((group for group, keys in _GROUP_KEYS.items() if key in keys), DrumGroup.OTHER)
        for key in range(128)
    ],
    np.int64,
)

_POSITION_CLASS: Final = np.array([0, 4, 4, 2, 3, 4, 1, 4, 3, 2, 4, 4], np.int64)
"""Of the twelve steps of a quarter: quarter, eighth, sixteenth, triplet, other."""


def drum_group(pitch: IntArray) -> IntArray:
    """The `DrumGroup` of each drum key."""
    return _GROUP_OF_KEY[pitch]


def onset_vectors(table: NoteTable) -> BoolArray:
    """Where notes begin, (n_bars, steps of the longest bar)."""
    longest = int(table.bar_steps.max(initial=0))
    vectors = np.zeros((table.n_bars, longest), bool)
    vectors[table.bar, table.step] = True
    return vectors


def groove_consistency(music: Music) -> float:
    """GC, 0 to 1; see the module."""
    table = as_table(music)
    vectors = onset_vectors(table)
    steps = table.bar_steps
    comparable = steps[1:] == steps[:-1]
    if not comparable.any():
        return 1.0
    differing = (vectors[1:] != vectors[:-1]).sum(axis=1)
    return float(1.0 - (differing / steps[:-1])[comparable].mean())


def onset_positions(music: Music) -> FloatArray:
    """Shares of notes on the quarter, eighth, sixteenth, triplet and elsewhere, (5,)."""
    table = as_table(music)
    classes = _POSITION_CLASS[table.step % STEPS_PER_QUARTER]
    return np.bincount(classes, minlength=5) / max(1, len(table))


def drum_patterns(music: Music) -> BoolArray:
    """Steps on which each group begins, (n_bars, len(DrumGroup), steps of the longest bar)."""
    table = as_table(music).drums()
    longest = int(table.bar_steps.max(initial=0))
    patterns = np.zeros((table.n_bars, len(DrumGroup), longest), bool)
    patterns[table.bar, drum_group(table.pitch), table.step] = True
    return patterns
