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

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from segue.evaluation.distances.bootstrap import N_RESAMPLES, Estimate, distance_interval
from segue.evaluation.types import FloatArray
from segue.metrics import FramewiseOverlap

__all__ = ["Framewise", "framewise"]


@dataclass(frozen=True, kw_only=True)
class Framewise:
    """The four figures."""

    pitch_consistency: Estimate
    pitch_variance: Estimate
    duration_consistency: Estimate
    duration_variance: Estimate


def framewise(
    real: Sequence[FramewiseOverlap | None],
    generated: Sequence[FramewiseOverlap | None],
    *,
    seed: int = 0,
    groups: Sequence[int] | None = None,
    n_resamples: int = N_RESAMPLES,
) -> Framewise | None:
    """Consistency and variance of a generated set; None where a set has fewer than two pieces.

    `groups`: what belongs together in it.
    """
    ours = np.array([each for each in real if each is not None])
    defined = [i for i, each in enumerate(generated) if each is not None]
    theirs = np.array([generated[i] for i in defined])
    if min(len(ours), len(theirs)) < 2:
        return None

    def agreement(of: Callable[[FloatArray], np.floating], column: int) -> Estimate:
        return distance_interval(
            lambda a, b: _agreement(float(of(ours[a, column])), float(of(theirs[b, column]))),
            n_real=len(ours),
            n_generated=len(theirs),
            seed=seed,
            groups=None if groups is None else [groups[i] for i in defined],
            n_resamples=n_resamples,
        )

    return Framewise(
        pitch_consistency=agreement(np.mean, 0),
        pitch_variance=agreement(np.var, 0),
        duration_consistency=agreement(np.mean, 1),
        duration_variance=agreement(np.var, 1),
    )


def _agreement(real: float, generated: float) -> float:
    """1 minus the relative difference, at least 0; two zeros agree."""
    if real == 0:
        return float(generated == 0)
    return max(0.0, 1 - abs(generated - real) / real)
