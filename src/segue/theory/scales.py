"""Scales: the seven pitch classes of a key. Keys are numbered as in `segue.theory.key`."""

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["in_scale", "scale_of"]

_MAJOR: Final = (0, 2, 4, 5, 7, 9, 11)
_NATURAL_MINOR: Final = (0, 2, 3, 5, 7, 8, 10)


def scale_of(key: int) -> tuple[int, ...]:
    """The pitch classes of a key, from its tonic upwards: major, or natural minor from 12 on."""
    steps = _MAJOR if key < 12 else _NATURAL_MINOR
    return tuple((key + step) % 12 for step in steps)


def in_scale(pitch: npt.ArrayLike, key: int) -> npt.NDArray[np.bool_]:
    """Whether each pitch belongs to the scale of `key`; same shape as `pitch`."""
    member = np.zeros(12, dtype=np.bool_)
    member[list(scale_of(key))] = True
    return np.asarray(member[np.asarray(pitch) % 12])
