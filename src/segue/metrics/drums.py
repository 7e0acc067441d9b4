"""What the drums repeat, and whether they keep to a grid.

**Drum pattern consistency** (0 to 1). The larger of two shares of drum notes: of those that begin
on a sixteenth (steps 0, 3, 6, 9 of the twelve of a quarter) and of those that begin on a triplet
(steps 0, 4, 8). MusPy's `drum_pattern_consistency` at 12 steps a quarter. *Direction:* nearer to
real music. No drum note: 0. *Trap:* music on a coarse grid scores 1 by construction.

**Distinct drum bars** (0 to 1). Different bars of drums as a share of the bars with drums; bars are
compared by which drum groups begin where (`rhythm.drum_patterns`). 1/8 is one loop for eight bars.
*Direction:* nearer to real music. No drum note: 0.

Source: H.-W. Dong et al., "MuseGAN" (AAAI 2018) and "MusPy" (ISMIR 2020).
"""

from typing import Final

import numpy as np

from segue.metrics.rhythm import drum_patterns
from segue.metrics.table import STEPS_PER_QUARTER, Music, as_table

__all__ = ["distinct_drum_bars", "drum_pattern_consistency"]

_DUPLE: Final = 3
_TRIPLE: Final = 4


def drum_pattern_consistency(music: Music) -> float:
    """The larger share of drum notes on sixteenths or triplets; see the module."""
    step = as_table(music).drums().step % STEPS_PER_QUARTER
    if not len(step):
        return 0.0
    return float(max((step % grid == 0).mean() for grid in (_DUPLE, _TRIPLE)))


def distinct_drum_bars(music: Music) -> float:
    """Share of different bars among those with drums; see the module."""
    patterns = drum_patterns(music)
    playing = patterns[patterns.any(axis=(1, 2))]
    if not len(playing):
        return 0.0
    return len(np.unique(playing.reshape(len(playing), -1), axis=0)) / len(playing)
