"""Reading and writing whole files: clear errors, and never a half-written file.

Not MIDI: bytes in, bytes out.
"""

import os
import secrets
from contextlib import suppress
from os import PathLike
from pathlib import Path

from segue.errors import FormatError, InputError

__all__ = ["read_file", "write_file"]


def read_file(path: str | PathLike[str], *, max_bytes: int) -> bytes:
    """The bytes of a file.

    Raises:
        InputError: the file does not exist, is a folder or may not be read.
        FormatError: the file is larger than `max_bytes`.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise InputError(f"{path}: there is no such file; check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: this is a folder; name a MIDI file in it") from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        raise InputError(f"{path}: cannot be read: {_reason(error)}") from error
    if len(data) > max_bytes:
        raise FormatError(
            f"{path}: the file is larger than {max_bytes} bytes (byte {max_bytes}); "
            "no piece of music needs so many: split it, or take out its samples"
        )
    return data


def write_file(path: str | PathLike[str], data: bytes) -> None:
    """Write a file all at once: readers see the old file or the new one, never a part.

    Raises:
        InputError: the folder does not exist or may not be written, or the disk is full; what was
            there before stays as it was.
    """
    target = Path(os.path.realpath(path))
    unfinished = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        # Through os.open a new file gets the permissions that the user's umask asks for.
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be written: {_reason(error)}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            unfinished.chmod(target.stat().st_mode & 0o777)
        unfinished.replace(target)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {_reason(error)}") from error
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _reason(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"{reason or error}; choose another place or free some space"
