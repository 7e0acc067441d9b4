"""The maximum mean discrepancy between two sets: a distance that assumes no Gaussians.

    MMD^2 = mean k(x, x') + mean k(y, y') - 2 mean k(x, y),  k(a, b) = exp(-|a - b|^2 / (2 h^2))

over pairs of different members within a set and all pairs between sets: the unbiased estimate,
which is 0 on average for two sets of one distribution and may come out just below. Lower is nearer;
it cannot exceed 2. The width h is the median distance between members of the *real* set, so that
models are measured with one ruler.

Unlike a Frechet distance it does not fall with the number of members, so it needs no extrapolation.
*Traps:* the value depends on h, so compare only figures against the same real set; a kernel of one
width hardly sees differences much finer than it.

Source: A. Gretton et al., "A kernel two-sample test" (2012), equation 3.
"""

from collections.abc import Sequence

import numpy as np
from scipy.spatial.distance import cdist

from segue.errors import InputError
from segue.evaluation.distances.bootstrap import N_RESAMPLES, Estimate, distance_interval
from segue.evaluation.types import FloatArray, IntArray

__all__ = ["mmd", "mmd_interval"]


def mmd(real: FloatArray, generated: FloatArray) -> float:
    """MMD^2 of sets of vectors, (N, F) and (M, F); see the module.

    Raises:
        InputError: fewer than two members in a set.
    """
    kernels = _Kernels(real, generated)
    return kernels.statistic(np.arange(len(real)), np.arange(len(generated)))


def mmd_interval(
    real: FloatArray,
    generated: FloatArray,
    *,
    seed: int,
    groups: Sequence[int] | None = None,
    n_resamples: int = N_RESAMPLES,
) -> Estimate:
    """MMD^2 and its interval by resampling; arguments as of `bootstrap.distance_interval`.

    Raises:
        InputError: fewer than two members in a set.
    """
    kernels = _Kernels(real, generated)
    return distance_interval(
        kernels.statistic,
        n_real=len(real),
        n_generated=len(generated),
        seed=seed,
        groups=groups,
        n_resamples=n_resamples,
        least=-np.inf,
    )


class _Kernels:
    """The kernel of all pairs, so that sets can be resampled without measuring again."""

    def __init__(self, real: FloatArray, generated: FloatArray) -> None:
        if min(len(real), len(generated)) < 2:
            raise InputError(
                "a distance between sets needs at least 2 members in each, "
                f"got {len(real)} and {len(generated)}"
            )
        within = cdist(real, real, "sqeuclidean")
        median = float(np.median(within[np.triu_indices(len(real), k=1)]))
        double_width = 2 * (median or 1.0)
        self._real = np.exp(-within / double_width)
        self._generated = np.exp(-cdist(generated, generated, "sqeuclidean") / double_width)
        self._between = np.exp(-cdist(real, generated, "sqeuclidean") / double_width)

    def statistic(self, real: IntArray, generated: IntArray) -> float:
        """MMD^2 of the members that are named by index.

        A member that was drawn twice is no pair of different ones: such pairs are left out.
        """
        between = self._between[np.ix_(real, generated)].mean()
        return float(
            _mean_of_pairs(self._real, real)
            + _mean_of_pairs(self._generated, generated)
            - 2 * between
        )


def _mean_of_pairs(kernel: FloatArray, chosen: IntArray) -> float:
    different = chosen[:, None] != chosen[None]
    pairs = int(different.sum())
    return float(kernel[np.ix_(chosen, chosen)][different].sum() / pairs) if pairs else 1.0
