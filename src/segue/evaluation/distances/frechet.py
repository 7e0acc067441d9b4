"""The Frechet distance between two sets of music, by their feature vectors.

Both sets are taken for Gaussians N(m, S) in the space of features; then the distance is

    d^2 = |m1 - m2|^2 + tr S1 + tr S2 - 2 tr (S1^1/2 S2 S1^1/2)^1/2

(Dowson and Landau 1982), the formula of the FID. It is 0 for equal Gaussians, has no upper bound,
and lower is nearer. What is reported is d^2, as everywhere in the field.

**Standardised features.** Each feature is divided by its standard deviation in the *real* set, so
that d^2 is in squared deviations of real music and no unit counts more than another. A deviation
below `MIN_DEVIATION` is taken for that much: a feature that real music hardly ever shows would
otherwise decide everything. What lies more than `MAX_DEVIATIONS` away counts as that far (a quarter
of a percent of the values of real music do): an excerpt without any note is strange in one way, and
not as strange as a hundred others together.

**Few excerpts.** Covariances are shrunk towards a multiple of the identity as Ledoit and Wolf
(2004) derive from the data; the sample covariance of a few hundred excerpts in some sixty
dimensions exaggerates its own extremes.

**The square root.** S1^1/2 S2 S1^1/2 is symmetric and has no negative eigenvalue but for rounding,
so its trace norm comes from two symmetric eigendecompositions: no complex numbers, no product of
nearly singular matrices.

*Traps:* a Frechet distance falls with the number of excerpts even if nothing else changes: compare
only figures of equal numbers, beside the distance between two real sets of that size. It sees means
and covariances and nothing more: two sets can agree in both and differ, which is what the
classifier is there for.

Sources: D. Dowson and B. Landau (1982); M. Heusel et al. (2017) for the FID; O. Ledoit and M. Wolf
(2004).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.covariance import ledoit_wolf

from segue.errors import InputError
from segue.evaluation.types import FloatArray

__all__ = [
    "MAX_DEVIATIONS",
    "MIN_DEVIATION",
    "Gaussian",
    "feature_frechet",
    "frechet_distance",
    "standardise",
]

MIN_DEVIATION: Final = 0.01
MAX_DEVIATIONS: Final = 5.0


@dataclass(frozen=True, eq=False, kw_only=True)
class Gaussian:
    """The first two moments of a set."""

    mean: FloatArray
    """(F,)."""
    covariance: FloatArray
    """(F, F)."""

    @classmethod
    def fit(cls, rows: FloatArray, *, shrink: bool) -> "Gaussian":
        """The moments of `rows`, (N, F), the covariance shrunk by Ledoit and Wolf's rule or not.

        Raises:
            InputError: fewer than two rows.
        """
        if len(rows) < 2:
            raise InputError(
                f"a distance between sets needs at least 2 members in each, got {len(rows)}"
            )
        covariance = ledoit_wolf(rows)[0] if shrink else np.cov(rows, rowvar=False)
        return cls(mean=rows.mean(axis=0), covariance=np.atleast_2d(covariance))


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """d^2 between two Gaussians; see the module."""
    root = _square_root(a.covariance)
    eigenvalues = np.linalg.eigvalsh(root @ b.covariance @ root)
    overlap = np.sqrt(np.maximum(eigenvalues, 0.0)).sum()
    between = ((a.mean - b.mean) ** 2).sum()
    distance = between + np.trace(a.covariance) + np.trace(b.covariance) - 2 * overlap
    return float(max(0.0, distance))


def standardise(rows: FloatArray, *, reference: FloatArray) -> FloatArray:
    """`rows`, (N, F), in deviations from the mean of `reference`, (M, F); see the module."""
    deviation = np.maximum(reference.std(axis=0), MIN_DEVIATION)
    standard: FloatArray = (rows - reference.mean(axis=0)) / deviation
    return np.clip(standard, -MAX_DEVIATIONS, MAX_DEVIATIONS)


def feature_frechet(real: FloatArray, generated: FloatArray) -> float:
    """d^2 between sets of feature vectors, (N, F) and (M, F); see the module.

    Raises:
        InputError: fewer than two excerpts in a set.
    """
    return frechet_distance(
        Gaussian.fit(standardise(real, reference=real), shrink=True),
        Gaussian.fit(standardise(generated, reference=real), shrink=True),
    )


def _square_root(matrix: FloatArray) -> FloatArray:
    """The symmetric square root of a symmetric matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh(matrix)
    root: FloatArray = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root
