"""The symbols of the encoding: what an event of the model can say.

An *event* is one note, or the beginning of a bar. A note says, in this order: its *part* (a track
of the window, by its number in the window's `Roster`), its *position* in the bar, its *pitch*, its
*duration* and its *velocity*. The part has one class more than there are parts, `END`: "nothing
more in this bar".

Positions are 1/24 of a quarter, counted from the bar's beginning. Drum pitches are kept apart from
melodic ones (128 is added), since a snare is not a D.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.vocabulary import DRUMS, IntArray
from segue.units import N_VELOCITIES as N_MIDI_VELOCITIES

MAX_PARTS: Final = 32
"""The most parts in a window; of 32,854 real songs 99.5 % have no more tracks."""
END: Final = MAX_PARTS
N_PART_CLASSES: Final = MAX_PARTS + 1
NO_PART: Final = DRUMS + 1
"""The instrument of a part that the roster does not have."""


def _durations() -> IntArray:
    """1 to 32 by 1, to 64 by 2, to 128 by 4, ...: within 3 % of any length."""
    lengths, step = list(range(1, 33)), 2
    while lengths[-1] < _LONGEST:
        lengths += range(lengths[-1] + step, 2 * lengths[-1] + 1, step)
        step *= 2
    return np.array(lengths, np.int64)


_LONGEST: Final = 512
DURATIONS: Final[IntArray] = _durations()
"""Lengths in positions; the longest is more than five bars of 4/4."""
N_DURATIONS: Final = len(DURATIONS)

VELOCITY_STEP: Final = 2
N_VELOCITIES: Final = N_MIDI_VELOCITIES // VELOCITY_STEP


def duration_class(positions: npt.NDArray[np.float64]) -> IntArray:
    """The class of the nearest duration, shorter where two are equally near."""
    middles = (DURATIONS[1:] + DURATIONS[:-1]) / 2
    return np.asarray(np.searchsorted(middles, positions, side="left"), dtype=np.int64)


def velocity_class(velocity: npt.NDArray[np.integer]) -> IntArray:
    """The class of a MIDI velocity: 64 steps of two."""
    return velocity.astype(np.int64) // VELOCITY_STEP


def velocity_of(classes: npt.NDArray[np.integer]) -> IntArray:
    """The MIDI velocity of each class: the even one, since files most often have those; 1 of 0."""
    return np.maximum(1, classes.astype(np.int64) * VELOCITY_STEP)
