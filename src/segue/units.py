"""The quantities of MIDI and their limits, named once.

Ticks are integers of a file's own resolution (`ticks_per_quarter`), quarters are quarter notes as
floats (a *beat* is the metre's beat and is not a unit here), seconds carry the suffix `_s`.
"""

from typing import Final, TypeAlias

Tick: TypeAlias = int
Quarter: TypeAlias = float
Second: TypeAlias = float

N_PITCHES: Final = 128
OCTAVE: Final = 12
"""Semitones, and pitch classes."""
N_PROGRAMS: Final = 128
N_VELOCITIES: Final = 128
MIN_VELOCITY: Final = 1
MAX_VELOCITY: Final = 127
N_CHANNELS: Final = 16
DRUM_CHANNEL: Final = 9
"""Channel 10 in a musician's counting: General MIDI's drum channel."""

US_PER_MINUTE: Final = 60_000_000
DEFAULT_US_PER_QUARTER: Final = 500_000
"""120 quarters a minute, what a MIDI file without a tempo means."""
DEFAULT_METRE: Final = (4, 4)
DEFAULT_TICKS_PER_QUARTER: Final = 480
