"""Metre events of files to a metre map; both readers tidy them here."""

from typing import Final

import numpy as np

from segue.score import MetreMap
from segue.score.columns import Int64Array
from segue.score.metre import MAX_DENOMINATOR

__all__ = ["metre_map_of"]

_EARLY: Final = 32
"""A first event within 1/32 quarter of the start belongs at the start."""


def metre_map_of(
    *, ticks: Int64Array, numerator: Int64Array, denominator: Int64Array, ticks_per_quarter: int
) -> tuple[MetreMap, int]:
    """A metre map from a file's events, and how many of them had to be left out.

    Impossible metres are left out (0/4, 4/0, denominators over 64 or not a power of two). Some
    programs write their first event a few ticks late: it is moved to tick 0, or the piece would
    begin with a bar of a few ticks.
    """
    sane = (numerator > 0) & (denominator > 0) & (denominator <= MAX_DENOMINATOR)
    sane &= denominator & (denominator - 1) == 0
    ticks, numerator, denominator = ticks[sane], numerator[sane], denominator[sane]
    if ticks.size and 0 < ticks.min() * _EARLY <= ticks_per_quarter:
        ticks = np.where(ticks == ticks.min(), 0, ticks)
    metre_map = MetreMap.of(ticks=ticks, numerator=numerator, denominator=denominator)
    return metre_map, int(np.count_nonzero(~sane))
