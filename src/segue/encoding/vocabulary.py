"""The symbols of the encoding: what an event of the model can say.

An *event* is one note, or the beginning of a bar. A note says, in this order: its *part* (a track
of the window, by its number in the window's `Roster`), its *position* in the bar, its *pitch*, its
*duration* and its *velocity*. The part has one class more than there are parts, `END`: "nothing
more in this bar".

Positions are 1/24 of a quarter, counted from the bar's beginning. Drum pitches are kept apart from
melodic ones (128 is added), since a snare is not a D. Instruments are ordered drums, basses, then
the other programs by number: each bar is written in that order, so that harmony can listen to the
bass.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from segue.units import N_PITCHES, N_PROGRAMS
from segue.units import N_VELOCITIES as N_MIDI_VELOCITIES

IntArray = npt.NDArray[np.int64]

POSITIONS_PER_QUARTER: Final = 24
"""24 hold 88 % of the onsets of real files within 1/96 quarter, 12 hold 83 %."""
MAX_POSITIONS: Final = 192
"""Eight quarters; a longer bar is written as several (`grid.event_grid`)."""

DRUMS: Final = N_PROGRAMS
"""The instrument of drums, whatever the kit; the others are their program."""
N_INSTRUMENTS: Final = N_PROGRAMS + 1
NO_PART: Final = N_INSTRUMENTS
"""The instrument of a part that the roster does not have."""

MAX_PARTS: Final = 32
"""The most parts in a window; of 32,854 real songs 99.5 % have no more tracks."""
END: Final = MAX_PARTS
N_PART_CLASSES: Final = MAX_PARTS + 1

DRUM_PITCH_OFFSET: Final = N_PITCHES
N_PITCH_CLASSES_OF_PARTS: Final = 2 * N_PITCHES
"""Melodic pitches, then those of the drums: classes of the model, no pitch classes."""


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

N_NUMERATORS: Final = 33
"""Beats of the metre, 1 to 32 (more are written as 32); 0 is not used."""
N_TEMPI: Final = 17
"""Sixteen classes of tempo, each a ninth faster than the one before; 0 is unknown."""
N_KEYS: Final = 25
"""Twelve major, then twelve minor keys; 0 is unknown."""

_FIRST_TEMPO_BPM: Final = 42.0
_TEMPO_RATIO: Final = 9 / 8

_BASSES = range(32, 40)
INSTRUMENT_ORDER: Final[IntArray] = np.array(
    [DRUMS, *_BASSES, *(p for p in range(N_PROGRAMS) if p not in _BASSES)], dtype=np.int64
)
INSTRUMENT_RANK: Final[IntArray] = np.argsort(INSTRUMENT_ORDER)
"""Rank of each instrument in the order in which a bar is written."""


def instrument_of(*, program: int, is_drum: bool) -> int:
    """The instrument of a track: its program, or `DRUMS` whatever the kit."""
    return DRUMS if is_drum else program


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


def tempo_class(bpm: npt.NDArray[np.float64]) -> IntArray:
    """Class 1 to 16 of a tempo in quarters a minute."""
    steps = np.log(bpm / _FIRST_TEMPO_BPM) / np.log(_TEMPO_RATIO)
    return np.asarray(np.clip(np.round(steps), 0, N_TEMPI - 2) + 1, dtype=np.int64)
