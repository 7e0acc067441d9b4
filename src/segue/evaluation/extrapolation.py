"""The Frechet distance that sets of infinite size would have.

A Frechet distance of N excerpts lies too high by about c / N. So it is computed on random parts of
both sets, of `SIZES` sizes from half to all, `DRAWS` times each, with plain covariances (shrinkage
would bend the line); a straight line in 1 / N is fitted, and where it meets 1 / N = 0 is the
estimate. For two sets of one distribution it is 0 on average, and may come out below.

Its interval is 1.96 standard errors of the line's end, widened by the square root of `DRAWS`, since
draws of one size share most of their excerpts. It says how well the line is known, not how other
excerpts would come out; for that see the interval of the distance itself.

*Trap:* a line through sizes a factor of two apart is long to extrapolate; with fewer excerpts than
dimensions the law no longer holds. `MIN_MEMBERS` are asked for, else None.

Source: M. J. Chong and D. Forsyth, "Effectively unbiased FID and Inception Score" (CVPR 2020); A.
Gui et al., "Adapting Frechet audio distance" (2024), as FMD-Inf.
"""

from typing import Final

import numpy as np

from segue.evaluation.bootstrap import Estimate
from segue.evaluation.frechet import Gaussian, frechet_distance
from segue.evaluation.types import FloatArray

__all__ = ["MIN_MEMBERS", "extrapolated_frechet"]

SIZES: Final = 6
DRAWS: Final = 4
MIN_MEMBERS: Final = 100
_NORMAL: Final = 1.96


def extrapolated_frechet(real: FloatArray, generated: FloatArray, *, seed: int) -> Estimate | None:
    """The limit for sets of vectors as they are, (N, F) and (M, F); None for fewer than 100."""
    most = min(len(real), len(generated))
    if most < MIN_MEMBERS:
        return None
    generator = np.random.default_rng(seed)
    sizes = np.repeat(np.linspace(most / 2, most, SIZES).astype(int), DRAWS)
    distances = [
        frechet_distance(
            *(
                Gaussian.fit(rows[generator.choice(len(rows), size, replace=False)], shrink=False)
                for rows in (real, generated)
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
