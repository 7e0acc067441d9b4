"""Writing a file whole or not at all.

What is written goes to a temporary file in the same folder, which takes the place of the old one
only once it is complete; an error, Ctrl-C or a full disk leaves the old file, or none.
"""

import errno
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from segue.errors import InputError

__all__ = [
    "TakenError",
    "flush_folder",
    "json_bytes",
    "make_folder",
    "replacing",
    "user_folder",
    "write_bytes",
    "write_fresh",
]


class TakenError(InputError):
    """Something of that name exists already, and it stays."""


def user_folder() -> Path:
    """Where this platform keeps what a user's programs write: the folder `segue` there."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "segue"


def make_folder(path: str | Path) -> Path:
    """Make a folder, and those above it, unless it is there; returns it.

    Raises:
        InputError: it cannot be made, or a file is in its place.
    """
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise InputError(f"{path}: is a file; give the name of a folder") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be made: {_advice(path, error)}") from error
    return path


@contextmanager
def replacing(path: str | Path, *, only_new: bool = False) -> Iterator[Path]:
    """Give the path of a new empty file that becomes `path` when the block ends without an error.

    Only the writing belongs into the block: an `OSError` in it becomes an error about this file.
    `only_new`: what has that name when the block ends stays, even a link to nothing.

    Raises:
        TakenError: with `only_new`, something of that name exists.
        InputError: the folder is missing or not writable, `path` is a folder, the disk is full.
    """
    if "\0" in str(path):
        raise InputError(f"{str(path)!r}: cannot be written: a path holds no null characters")
    path = Path(path)
    # A link stays one: what it points to is replaced.
    target = path.absolute() if only_new else Path(os.path.realpath(path))
    temporary = target.with_name(f".segue-{secrets.token_hex(8)}.tmp")
    try:
        if only_new and os.path.lexists(target):
            raise TakenError(f"{path}: already exists")
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        # Made by os.open, a new file gets the permissions that the user's umask asks for.
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        try:
            yield temporary
            if not only_new and target.exists():
                temporary.chmod(target.stat().st_mode & 0o777)
            _flush(temporary)
            if only_new:
                _name(temporary, target)
            else:
                temporary.replace(target)
            flush_folder(target.parent)
        finally:
            temporary.unlink(missing_ok=True)
    except FileExistsError as error:
        raise TakenError(f"{path}: already exists") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {_advice(path, error)}") from error


def _name(whole: Path, target: Path) -> None:
    """Give a complete file a new name, in one step where the file system has links."""
    try:
        os.link(whole, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        whole.rename(target)


def json_bytes(value: Any) -> bytes:
    """A value as a JSON file that people read, too."""
    return (json.dumps(value, indent=2) + "\n").encode()


def write_fresh(path: str | Path, content: bytes) -> None:
    """Write `content` to a new file, whole or not at all.

    Raises:
        TakenError, InputError: as `replacing` with `only_new`.
    """
    with replacing(path, only_new=True) as temporary:
        temporary.write_bytes(content)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all.

    Raises:
        InputError: as `replacing`.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def flush_folder(folder: Path) -> None:
    """Write the names of a folder to the disk, so that not even a power cut loses a file.

    Where the system cannot do that (Windows, some network drives), nothing is done.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)


def _flush(path: Path) -> None:
    """Write the content to the disk before the name points at it, in case the power fails."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _advice(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full; free some space or choose another folder"
    if error.errno == errno.ENOENT and not path.parent.exists():
        return f"the folder {path.parent} does not exist; create it or choose another"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"no permission to write into {path.parent}; choose another folder"
    if error.errno == errno.EISDIR:
        return "it is a folder; give the name of a file"
    return error.strerror or str(error)
