"""One process at a time on a folder: a second one is refused, and the message names the first.

It is a lock of the system on a file in the folder or beside it. It ends with the process, however
that ends, so nothing is left to clean up after a kill. On file systems without locks (some network
drives) none is held, and no process is refused.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from segue.errors import InputError
from segue.files import make_folder

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["held"]

_HELD: Final = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_PID_BYTES: Final = 20
_BEHIND: Final = 1024
"""The position of the locked byte: on Windows nobody can read what is locked, such as the id."""


@contextmanager
def held(lock: Path, *, doing: str) -> Iterator[None]:
    """Hold the lock file `lock`, whose folder is made, until the block ends; then remove it.

    `doing`: what the other process does, for the message, such as "trains in runs/mine".

    Raises:
        InputError: another process holds it, or the folder cannot be written.
    """
    handle = _taken(lock, doing)
    try:
        yield
    finally:
        # Removed while it is held: a process that opened it meanwhile finds another file there.
        with suppress(OSError):
            lock.unlink()
        os.close(handle)


def _taken(lock: Path, doing: str) -> int:
    """The handle of the lock file, locked and holding this process's id."""
    while True:
        make_folder(lock.parent)
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        except FileNotFoundError:
            continue  # the process before this one has just removed the folder
        except OSError as error:
            raise InputError(f"{lock}: cannot be written: {error.strerror}") from error
        try:
            if not _try(handle):
                raise InputError(
                    f"another process{_holder(handle)} {doing}; wait until it is done, or end it"
                )
            if _is_still(lock, handle):
                os.ftruncate(handle, 0)
                os.write(handle, b"%d" % os.getpid())
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _try(handle: int) -> bool:
    """Lock, unless another process has done so; also True where nothing can be locked."""
    try:
        if sys.platform == "win32":
            os.lseek(handle, _BEHIND, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in _HELD
    return True


def _holder(handle: int) -> str:
    """The id of the process that holds the lock, in brackets; empty if not written yet."""
    os.lseek(handle, 0, os.SEEK_SET)
    pid = os.read(handle, _PID_BYTES)
    return f" (process id {pid.decode()})" if pid.isdigit() else ""


def _is_still(lock: Path, handle: int) -> bool:
    """Whether the locked file is the one that the name stands for."""
    try:
        return os.path.samestat(os.stat(lock), os.fstat(handle))
    except OSError:
        return False
