"""Mittal's framewise consistency and variance: does a set vary from phrase to phrase as music does?

With m and v the mean and the variance, over the pieces of a set, of the framewise overlapping area
(`metrics.framewise`),

    consistency = max(0, 1 - |m - m_real| / m_real)
    variance    = max(0, 1 - |v - v_real| / v_real)

for pitch and for duration, each 0 to 1, higher is nearer. Real music against other real music does
not reach 1: see its figure beside. Pieces without two neighbouring frames of notes are left out; a
set with fewer than two pieces left has no figures, None.

*Trap:* a model can have the right consistency for the wrong reason, by holding one note. Mittal
pools all frames; here the area is averaged inside a piece first.

Source: G. Mittal et al., "Symbolic music generation with diffusion models" (ISMIR 2021).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segue.metrics import FramewiseOverlap

__all__ = ["Framewise", "framewise"]


@dataclass(frozen=True, kw_only=True)
class Framewise:
    """The four figures."""

    pitch_consistency: float
    pitch_variance: float
    duration_consistency: float
    duration_variance: float


def framewise(
    real: Sequence[FramewiseOverlap | None], generated: Sequence[FramewiseOverlap | None]
) -> Framewise | None:
    """Consistency and variance of a generated set; None where a set has fewer than two pieces."""
    sets = [np.array([each for each in found if each is not None]) for found in (real, generated)]
    if min(len(rows) for rows in sets) < 2:
        return None
    means = [rows.mean(axis=0).tolist() for rows in sets]
    variances = [rows.var(axis=0).tolist() for rows in sets]
    return Framewise(
        pitch_consistency=_agreement(means[0][0], means[1][0]),
        pitch_variance=_agreement(variances[0][0], variances[1][0]),
        duration_consistency=_agreement(means[0][1], means[1][1]),
        duration_variance=_agreement(variances[0][1], variances[1][1]),
    )


def _agreement(real: float, generated: float) -> float:
    """1 minus the relative difference, at least 0; two zeros agree."""
    if real == 0:
        return float(generated == 0)
    return max(0.0, 1 - abs(generated - real) / real)
