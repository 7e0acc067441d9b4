"""A header's time division to the ticks and the tempo of a Score; ticks are never renumbered.

SMPTE division counts ticks a second, whatever the tempo: such a file is read at a fixed tempo near
120 quarters a minute, with as many ticks a quarter as make its ticks come out exactly.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from segue.score.score import MAX_TICKS_PER_QUARTER
from segue.units import DEFAULT_US_PER_QUARTER

__all__ = ["Resolution", "resolution_of"]

_US_PER_SECOND: Final = 1_000_000
_DROP_FRAME: Final = 29
_FRAMES_PER_SECOND: Final = {_DROP_FRAME: Fraction(30_000, 1001)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """How a file's ticks are to be read."""

    ticks_per_quarter: int
    """Ticks a quarter note, 1..32767."""
    fixed_us_per_quarter: int | None = None
    """The one tempo of a file with SMPTE division; None where the file's tempo events hold."""


def resolution_of(division: int) -> Resolution:
    """Read the 16 bits of a header's time division; neither of its parts may be 0."""
    if not division & 0x8000:
        return Resolution(ticks_per_quarter=division)
    frames = 256 - (division >> 8)
    ticks_per_second = _FRAMES_PER_SECOND.get(frames, Fraction(frames)) * (division & 0xFF)
    ticks_per_quarter = round(ticks_per_second * DEFAULT_US_PER_QUARTER / _US_PER_SECOND)
    ticks_per_quarter = min(max(ticks_per_quarter, 1), MAX_TICKS_PER_QUARTER)
    return Resolution(
        ticks_per_quarter=ticks_per_quarter,
        fixed_us_per_quarter=round(ticks_per_quarter * _US_PER_SECOND / ticks_per_second),
    )
