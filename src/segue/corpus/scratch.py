"""Arrays too large for memory, kept as files in a folder while a corpus is finished.

Arrays grow by appending and are mapped for reading, so that the system decides how much of them is
in memory. The folder is thrown away with the work; nothing here outlives it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Scratch"]


class Scratch:
    """A folder for arrays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def gathered(
        self, name: str, dtype: type[np.generic], parts: Iterable[npt.NDArray[Any]]
    ) -> npt.NDArray[Any]:
        """An array of the parts end to end, read-only; only one part is in memory at a time."""
        path = self.folder / name
        with path.open("wb") as file:
            for part in parts:
                file.write(np.ascontiguousarray(part, dtype).data)
        return mapped(path, dtype)

    def empty(self, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> npt.NDArray[Any]:
        """An array to be filled."""
        if not all(shape):
            return np.empty(shape, dtype)
        return np.memmap(self.folder / name, dtype, "w+", shape=shape)


def mapped(path: Path, dtype: type[np.generic]) -> npt.NDArray[Any]:
    """The numbers of a file, read-only."""
    if not path.stat().st_size:
        return np.empty(0, dtype)
    # A plain view: slicing np.memmap costs ten times as much.
    return np.memmap(path, dtype, "r").view(np.ndarray)
