"""Checked, read-only integer columns: all numbers of a score come through here.

This is not a table library, only what `Notes`, `TempoMap`, `MetreMap` and `BarGrid` share.
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.errors import InputError

__all__ = ["MAX_TICK", "Int64Array", "UInt8Array", "equal_columns", "integer_column", "read_only"]

Int64Array: TypeAlias = npt.NDArray[np.int64]
UInt8Array: TypeAlias = npt.NDArray[np.uint8]

MAX_TICK: Final = 2**40
"""The longest score: products of a tick and a tempo or a resolution stay far inside int64."""


def integer_column(
    values: npt.ArrayLike, *, name: str, low: int, high: int, element: str
) -> npt.NDArray[np.integer]:
    """Check that `values` is one column of whole numbers in `low..high`.

    Raises:
        InputError: not one-dimensional, not integers, or a value out of range; the message names
            the first offending `element` ("note", "event") and its value.
    """
    column = np.asarray(values)
    if column.ndim != 1:
        raise InputError(f"{name} must be one column, got an array of shape {column.shape}")
    if column.size == 0:
        return np.zeros(0, dtype=np.int64)
    if column.dtype.kind not in "iu":
        raise InputError(f"{name} must hold whole numbers, got {column.dtype}; round them first")
    if column.min() < low or column.max() > high:
        where = int(np.flatnonzero((column < low) | (column > high))[0])
        raise InputError(
            f"{name} must be {low}..{high}, got {int(column[where])} ({element} {where})"
        )
    return column


def read_only(column: npt.NDArray[np.generic]) -> None:
    """Make `column` immutable in place; only for arrays that nobody else writes to."""
    column.flags.writeable = False


def equal_columns(
    left: Mapping[str, npt.NDArray[np.generic]], right: Mapping[str, npt.NDArray[np.generic]]
) -> bool:
    """Whether two sets of named columns hold the same values."""
    return left.keys() == right.keys() and all(
        np.array_equal(left[name], right[name]) for name in left
    )
