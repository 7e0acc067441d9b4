"""How alike neighbouring stretches of a piece are in pitch and duration (Mittal's framewise OA).

The bars are cut into frames of `FRAME_BARS` that begin every `HOP_BARS`. The pitches of a frame's
pitched notes are taken for a Gaussian, and so are their durations (quarters). The **overlapping
area** of two Gaussians is the integral of min(p, q), in closed form; **framewise OA** is its mean
over neighbouring frames that both have pitched notes, for pitch and for duration (0 to 1). *How
sets are compared* by it, consistency and variance, is in `evaluation.framewise`. No such pair:
None.

*Traps:* The paper's printed formula has sigma squared where the error function wants sigma; what is
computed here is the true overlap, as Python's `NormalDist.overlap` and SCHmUBERT's code have it.
OA is averaged inside a piece first, so that long pieces count no more than short ones. A note
belongs to the frame of its onset. A deviation is at least `MIN_DEVIATION`: one repeated pitch would
be no Gaussian. Mittal's clips have 64 bars of one melody; excerpts of eight bars have two pairs.

Source: G. Mittal et al., "Symbolic music generation with diffusion models" (ISMIR 2021), section
4.3; M. Plasser et al., "SCHmUBERT" (2023).
"""

from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np

from segue.metrics.table import FloatArray, Music, as_table

__all__ = ["FramewiseOverlap", "framewise_overlap"]

FRAME_BARS: Final = 4
HOP_BARS: Final = 2
MIN_DEVIATION: Final = 0.01


class FramewiseOverlap(NamedTuple):
    """OA of neighbouring frames, averaged over a piece; 0 to 1."""

    pitch: float
    duration: float


def framewise_overlap(music: Music) -> FramewiseOverlap | None:
    """Framewise OA of a piece; None where no two neighbouring frames have notes."""
    table = as_table(music).pitched()
    pitch = table.pitch.astype(float)
    quarters = table.duration / table.ticks_per_quarter
    pairs = []
    for begin in range(0, table.n_bars - FRAME_BARS - HOP_BARS + 1, HOP_BARS):
        frames = [
            (table.bar >= first) & (table.bar < first + FRAME_BARS)
            for first in (begin, begin + HOP_BARS)
        ]
        if all(frame.any() for frame in frames):
            first, second = frames
            pairs.append(
                (
                    _overlap(pitch[first], pitch[second]),
                    _overlap(quarters[first], quarters[second]),
                )
            )
    if not pairs:
        return None
    of_pitch, of_duration = np.mean(pairs, axis=0)
    return FramewiseOverlap(float(of_pitch), float(of_duration))


def _overlap(a: FloatArray, b: FloatArray) -> float:
    first, second = (
        NormalDist(float(x.mean()), max(MIN_DEVIATION, float(x.std()))) for x in (a, b)
    )
    return first.overlap(second)
