"""The Frechet distance that sets of infinite size would have.

A Frechet distance of N excerpts lies too high by about c / N. So it is computed on random parts of
both sets, of `SIZES` sizes from half to all, `DRAWS` times each, with plain covariances (shrinkage
would bend the line); a straight line in 1 / N is fitted, and where it meets 1 / N = 0 is the
estimate. For two sets of one distribution it is 0 on average, and may come out below.

Excerpts that belong together, as takes of one prompt do, are drawn together, and N counts the
groups: the distance falls with what is independent. Its interval is 1.96 standard errors of the
line's end, widened by the square root of `DRAWS`, since draws of one size share most of their
excerpts. It says how well the line is known, not how other excerpts would come out; for that see
the interval of the distance itself.

*Trap:* a line through sizes a factor of two apart is long to extrapolate; with fewer excerpts than
dimensions the law no longer holds. `MIN_MEMBERS` groups are asked for, so that half of them are
more than the 64 dimensions, else None.

Source: M. J. Chong and D. Forsyth, "Effectively unbiased FID and Inception Score" (CVPR 2020); A.
Gui et al., "Adapting Frechet audio distance" (2024), as FMD-Inf.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from segue.evaluation.distances.bootstrap import Estimate, members_of
from segue.evaluation.distances.frechet import Gaussian, frechet_distance
from segue.evaluation.types import FloatArray, IntArray

__all__ = ["MIN_MEMBERS", "extrapolated_frechet"]

SIZES: Final = 6
DRAWS: Final = 4
MIN_MEMBERS: Final = 150
_NORMAL: Final = 1.96


def extrapolated_frechet(
    real: FloatArray, generated: FloatArray, *, seed: int, groups: Sequence[int] | None = None
) -> Estimate | None:
    """The limit for sets of vectors as they are, (N, F) and (M, F); None for fewer than 150.

    `groups`: what belongs together among the generated, (M,).
    """
    of_real = members_of(np.arange(len(real)))
    of_generated = members_of(np.arange(len(generated)) if groups is None else np.asarray(groups))
    most = min(len(of_real), len(of_generated))
    if most < MIN_MEMBERS:
        return None
    generator = np.random.default_rng(seed)
    sizes = np.repeat(np.linspace(most / 2, most, SIZES).astype(int), DRAWS)
    distances = [
        frechet_distance(
            *(
                Gaussian.fit(rows[_some(members, size, generator)], shrink=False)
                for rows, members in ((real, of_real), (generated, of_generated))
            )
        )
        for size in sizes
    ]
    line = np.stack([np.ones(len(sizes)), 1 / sizes], axis=1)
    fit, residual, *_ = np.linalg.lstsq(line, np.array(distances), rcond=None)
    variance = float(residual[0]) / (len(sizes) - 2) * np.linalg.inv(line.T @ line)[0, 0]
    half = _NORMAL * float(np.sqrt(variance * DRAWS))
    value = float(fit[0])
    return Estimate(value=value, low=value - half, high=value + half)


def _some(members: list[IntArray], count: int, generator: np.random.Generator) -> IntArray:
    """The rows of some groups, none twice."""
    chosen = generator.choice(len(members), count, replace=False)
    return np.concatenate([members[k] for k in chosen])
