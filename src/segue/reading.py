"""Reading files that are not trusted: only regular ones, with a bound on bytes and on JSON's depth.

Opening a pipe that is called song.mid would wait for ever, and a device could be read for ever;
both are refused. Everything that can be wrong ends in an `OSError` or a `ValueError` whose text
people can read; the caller adds the file's name and the way out.
"""

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO, Final

__all__ = ["is_regular", "open_regular", "parse_json", "read_json", "read_regular"]

MAX_TEXT_BYTES: Final = 16 * 2**20
"""The most bytes of a file of settings or of a card; Segue's own have some kilobytes."""


def is_regular(path: str | os.PathLike[str]) -> bool:
    """Whether there is a file that can be read to its end, not a folder, pipe, socket or device."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


def open_regular(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file for reading; never waits.

    Raises:
        OSError: it cannot be opened, or is not a regular file.
    """
    name = os.fspath(path)
    _require_regular(name, os.stat(name).st_mode)
    # Do not wait even if a pipe has replaced the file since.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(name, flags)
    try:
        _require_regular(name, os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _require_regular(name: str, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, not a regular file", name)


def read_regular(path: str | os.PathLike[str], *, max_bytes: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        OSError: it cannot be read, or is not a regular file.
        ValueError: it is larger than `max_bytes`.
    """
    with open_regular(path) as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise ValueError(f"larger than {max_bytes:,} bytes")
    return data


def read_json(path: Path, *, max_bytes: int = MAX_TEXT_BYTES) -> Any:
    """The content of a JSON file.

    Raises:
        OSError: as `read_regular`.
        ValueError: it is too large, not UTF-8 or not JSON, nests too deeply or has a number of
            thousands of digits.
    """
    return parse_json(read_regular(path, max_bytes=max_bytes))


def parse_json(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: as `read_json`.
    """
    try:
        return json.loads(text if isinstance(text, str) else text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 text at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise ValueError("a number in it has thousands of digits") from None
