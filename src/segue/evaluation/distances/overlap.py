"""How far the distributions of single features overlap.

**Overlapping area** (OA, 0 to 1, higher is better): the integral of min(p, q) over two densities. 1
is the same distribution, 0 is no common value. Two readings, both averaged over the features:

- `density_overlap`: p and q are the densities of the feature itself in both sets. It sees a shift
  of any kind.
- `distance_overlap`: MGEval's. p is the density of the distances |x - y| inside the real set, all
  pairs once; q that of the distances between the sets, all pairs. It is what papers report, and it
  is blunter: a set that is narrower than the real one hardly changes it.

**Densities** are Gaussian kernel estimates with Scott's bandwidth, n^(-1/5) standard deviations, as
MGEval's (scipy's default), on a grid of `CELLS` cells over all values and three bandwidths beyond.
A bandwidth is at least `MIN_BANDWIDTH`: a feature that is the same in all excerpts has a density
all the same.

*Traps:* OA is counted on features one by one, so it cannot see that two of them no longer go
together. MGEval takes whole histograms as one feature with Euclidean distances; here each bin is a
feature, so figures of papers do not compare. Two real sets of finite size do not reach 1: see their
figure beside.

Source: L.-C. Yang and A. Lerch, "On the evaluation of generative models in music" (2020),
github.com/RichardYang40148/mgeval.
"""

from typing import Final

import numpy as np

from segue.evaluation.types import FloatArray

__all__ = ["density_overlap", "distance_overlap", "grid_ends", "masses"]

CELLS: Final = 512
MIN_BANDWIDTH: Final = 0.005
_REACH: Final = 3.0


def density_overlap(real: FloatArray, generated: FloatArray) -> FloatArray:
    """OA of each feature's densities, (F,), of sets (N, F) and (M, F)."""
    pairs = zip(real.T, generated.T, strict=True)
    return np.array([_overlap(a, b) for a, b in pairs])


def distance_overlap(real: FloatArray, generated: FloatArray) -> FloatArray:
    """MGEval's OA of each feature, (F,): distances inside the real set against those between."""
    above = np.triu_indices(len(real), k=1)
    pairs = zip(real.T, generated.T, strict=True)
    return np.array(
        [_overlap(np.abs(a[:, None] - a)[above], np.abs(a[:, None] - b).ravel()) for a, b in pairs]
    )


def masses(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The kernel estimates of two samples on one grid: masses of its cells, (CELLS,) each."""
    low, high = grid_ends(a, b)
    return _masses(a, low, high, _bandwidth(a)), _masses(b, low, high, _bandwidth(b))


def grid_ends(a: FloatArray, b: FloatArray) -> tuple[float, float]:
    """Where the grid of `masses` begins and ends."""
    margin = _REACH * max(_bandwidth(a), _bandwidth(b))
    return float(min(a.min(), b.min()) - margin), float(max(a.max(), b.max()) + margin)


def _overlap(a: FloatArray, b: FloatArray) -> float:
    if not len(a) or not len(b):
        return 0.0
    p, q = masses(a, b)
    return float(np.minimum(p, q).sum())


def _bandwidth(values: FloatArray) -> float:
    return max(MIN_BANDWIDTH, float(values.std() * len(values) ** -0.2))


def _masses(values: FloatArray, low: float, high: float, bandwidth: float) -> FloatArray:
    """The mass of the kernel estimate in each cell of the grid, (CELLS,), summing to 1."""
    counts, edges = np.histogram(values, bins=CELLS, range=(low, high))
    cell = edges[1] - edges[0]
    reach = int(np.ceil(_REACH * bandwidth / cell))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * cell / bandwidth) ** 2)
    smooth = np.convolve(counts, kernel, mode="full")[reach : reach + CELLS]
    masses: FloatArray = smooth / smooth.sum()
    return masses
