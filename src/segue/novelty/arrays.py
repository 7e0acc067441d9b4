"""Arrays out of an .npz file that is not trusted: as large as they may be, and of a known kind.

`numpy.load` makes room for whatever a file claims to hold. Here an array's claim, its bytes and its
kind are compared before any room is made; pickled objects, which are code, are no kind.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from segue.reading import open_regular

__all__ = ["read_arrays"]

_HEADER_BYTES = 2**16


def read_arrays(path: Path, kinds: Mapping[str, tuple[Any, int, int]]) -> dict[str, Any]:
    """The arrays of a file by name.

    `kinds`: of each array its dtype, its number of dimensions and the most bytes that it may have.
    Others in the file are not read.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is damaged, or an array is missing, too large or of another kind.
    """
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as archive:
            return {name: _array(archive, name, *kind) for name, kind in kinds.items()}
    except (OSError, ValueError):
        raise
    except KeyError as error:
        raise ValueError(str(error.args[0])) from None
    except Exception as error:  # zipfile, zlib and numpy have no common base
        raise ValueError(str(error) or type(error).__name__) from error


def _array(
    archive: zipfile.ZipFile, name: str, dtype: Any, n_dimensions: int, max_bytes: int
) -> npt.NDArray[Any]:
    with archive.open(f"{name}.npy") as member:
        data = member.read(max_bytes + _HEADER_BYTES + 1)
    if len(data) > max_bytes + _HEADER_BYTES:
        raise ValueError(f"{name} has more than {max_bytes:,} bytes")
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"{name} is of another version")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else None
    read = read or np.lib.format.read_array_header_2_0
    shape, is_fortran, stored = read(stream)
    if stored != np.dtype(dtype) or len(shape) != n_dimensions or is_fortran:
        raise ValueError(f"{name} is of another kind: {stored}, {len(shape)} dimensions")
    content = data[stream.tell() :]
    count = 1
    for length in shape:
        count *= length
    if count * stored.itemsize != len(content):
        raise ValueError(f"{name} says {count} numbers and has {len(content)} bytes")
    return np.frombuffer(content, stored).reshape(shape)
