"""The paper's FID: the Frechet distance between the raw note columns of two sets of songs.

All notes of a set are pooled, in the six columns of the note table, without standardisation or
shrinkage, as the paper's published code does with pytorch-fid's `calculate_frechet_distance`
(M. Seitzer, 2020). Here the same d^2 comes from `segue.evaluation.distances.frechet`: for
covariances of full rank they agree to rounding; where one is singular, pytorch-fid adds 1e-6 to
both diagonals and takes the real part of a matrix square root, and this needs neither.

Moments are summed song by song in float64, so a set needs not fit into memory twice. Notes with
values that are no finite numbers, which the failed normalisation makes, cannot enter a mean: they
are left out of the distance and counted by `segue.encoding.paper.share_outside_midi`.
"""

from collections.abc import Iterable

import numpy as np

from segue.encoding.paper import COLUMNS
from segue.errors import InputError
from segue.evaluation.distances.frechet import Gaussian, frechet_distance
from segue.evaluation.types import FloatArray

__all__ = ["column_distance", "column_moments"]


def column_moments(tables: Iterable[FloatArray]) -> Gaussian:
    """Mean, (6,), and covariance, (6, 6), of all notes of note tables, (n, 6) each.

    Raises:
        InputError: fewer than two notes of finite numbers.
    """
    width = len(COLUMNS)
    count, total, products = 0, np.zeros(width), np.zeros((width, width))
    centre: FloatArray | None = None
    for table in tables:
        rows = np.asarray(table, dtype=np.float64)
        rows = rows[np.isfinite(rows).all(axis=1)]
        if not len(rows):
            continue
        if centre is None:  # any note serves: the sums stay small, and lose few digits
            centre = rows.mean(axis=0)
        moved = rows - centre
        count += len(rows)
        total += moved.sum(axis=0)
        products += moved.T @ moved
    if centre is None or count < 2:
        raise InputError(f"the paper's distance needs at least 2 notes, got {count}")
    mean = total / count
    covariance = (products - count * np.outer(mean, mean)) / (count - 1)
    return Gaussian(mean=centre + mean, covariance=covariance)


def column_distance(real: Gaussian, tables: Iterable[FloatArray]) -> float:
    """The paper's FID of note tables against the moments of real ones; NaN if they have no notes of
    finite numbers.
    """
    try:
        return frechet_distance(real, column_moments(tables))
    except InputError:
        return float("nan")
