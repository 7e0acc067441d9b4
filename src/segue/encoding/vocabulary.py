"""The symbols of Segue's own encoding: what an event of the model can say.

An *event* is one note, or the beginning of a bar. A note says, in this order: its *part* (a
program, or the drums), its *position* in the bar, its *pitch*, its *duration* and its *velocity*.
The part column has one class more than there are parts, `BAR`: "nothing more in this bar".

Conventions: positions are 1/24 of a quarter, counted from the bar's beginning. Drum pitches are
kept apart from melodic ones (128 is added), since a snare is not a D. Parts are ordered drums,
bass, then the other programs by number: each bar is written in that order, so that harmony can
listen to the bass.
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
"""Eight quarters; a longer bar is written as several (`events.event_grid`)."""

DRUMS: Final = N_PROGRAMS
N_PARTS: Final = N_PROGRAMS + 1
BAR: Final = N_PARTS
N_PART_CLASSES: Final = N_PARTS + 1

DRUM_PITCH_OFFSET: Final = N_PITCHES
N_PITCH_CLASSES_OF_PARTS: Final = 2 * N_PITCHES
"""Melodic pitches, then those of the drums: classes of the model, no pitch classes."""

# fmt: off
DURATIONS: Final[IntArray] = np.array([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 22, 24, 28, 32, 36, 40, 44, 48, 54, 60,
    66, 72, 84, 96, 108, 120, 144, 168, 192, 240, 288, 384,
], dtype=np.int64)
# fmt: on
"""Lengths in positions, finer where ears are; the last is four bars of 4/4."""
N_DURATIONS: Final = len(DURATIONS)

VELOCITY_STEP: Final = 8
N_VELOCITIES: Final = N_MIDI_VELOCITIES // VELOCITY_STEP

N_NUMERATORS: Final = 33
"""Beats of the metre, 1 to 32 (more are told as 32); 0 is not used."""
N_TEMPI: Final = 17
"""Sixteen classes of tempo, each a ninth faster than the one before; 0 is unknown."""
N_KEYS: Final = 25
"""Twelve major, then twelve minor keys; 0 is unknown."""

_FIRST_TEMPO_BPM: Final = 42.0
_TEMPO_RATIO: Final = 9 / 8

_BASSES = range(32, 40)
PART_ORDER: Final[IntArray] = np.array(
    [DRUMS, *_BASSES, *(p for p in range(N_PROGRAMS) if p not in _BASSES)], dtype=np.int64
)
PART_RANK: Final[IntArray] = np.argsort(PART_ORDER)
"""Rank of each part in the order in which a bar is written."""
PART_CLASS_RANK: Final[IntArray] = np.append(PART_RANK, N_PARTS)
"""The same of every part class: the end of the bar comes after all parts."""


def part_of(*, program: int, is_drum: bool) -> int:
    """The part of a track: its program, or `DRUMS` whatever the kit."""
    return DRUMS if is_drum else program


def duration_class(positions: npt.NDArray[np.float64]) -> IntArray:
    """The class of the nearest duration, shorter where two are equally near."""
    middles = (DURATIONS[1:] + DURATIONS[:-1]) / 2
    return np.asarray(np.searchsorted(middles, positions, side="left"), dtype=np.int64)


def velocity_class(velocity: npt.NDArray[np.integer]) -> IntArray:
    """The class of a MIDI velocity: sixteen steps of eight."""
    return velocity.astype(np.int64) // VELOCITY_STEP


def velocity_of(classes: npt.NDArray[np.integer]) -> IntArray:
    """The MIDI velocity in the middle of each class."""
    return classes.astype(np.int64) * VELOCITY_STEP + VELOCITY_STEP // 2


def tempo_class(bpm: npt.NDArray[np.float64]) -> IntArray:
    """Class 1 to 16 of a tempo in quarters a minute."""
    steps = np.log(bpm / _FIRST_TEMPO_BPM) / np.log(_TEMPO_RATIO)
    return np.asarray(np.clip(np.round(steps), 0, N_TEMPI - 2) + 1, dtype=np.int64)
