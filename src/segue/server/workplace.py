"""Where files are made until they are complete: folders that are removed with their maker.

They lie beside the file to be, so that a finished file only needs to be renamed. Each holds a lock
that the system releases when its process ends; `sweep` removes folders whose lock nobody holds.
"""

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["sweep", "sweep_files", "working_folder"]

_PREFIX: Final = ".segue-work-"
_LOCK: Final = "lock"
_NEW_LOCK: Final = "lock.new"
_ATTEMPTS: Final = 3
_LEFT_BEHIND: Final = (".*.segue.new", ".*.segue.new-*", ".segue-*.tmp")
"""What killed writers leave: projects half made by Segue 0.1, and files of `segue.files`."""
_OLD_S: Final = 600.0
"""Writing a file takes seconds, so nobody is still writing one this old."""
_DAY_S: Final = 86_400.0


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """A new folder inside another, which is gone when the block ends.

    Raises:
        OSError: it cannot be made.
    """
    folder, lock = _made(parent)
    try:
        with lock:
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(parent: Path) -> tuple[Path, IO[bytes]]:
    """A new folder and its lock.

    Before it is locked, another program's `sweep` may take it for one that a killed program left;
    then another is made. Where the file system knows no locks, the last one stays without.
    """
    for attempt in range(_ATTEMPTS):
        folder = parent / f"{_PREFIX}{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        new = folder / _NEW_LOCK
        with suppress(FileNotFoundError), ExitStack() as closing:
            lock = closing.enter_context(new.open("wb"))
            is_locked = _lock(lock)
            if is_locked:
                new.replace(folder / _LOCK)  # locked before it is seen
            if is_locked or attempt == _ATTEMPTS - 1:
                closing.pop_all()
                return folder, lock
        shutil.rmtree(folder, ignore_errors=True)
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))


def sweep(parent: Path) -> None:
    """Remove what killed writers left behind; what cannot be removed stays."""
    with suppress(OSError):
        for folder in parent.glob(f"{_PREFIX}*"):
            with suppress(OSError):
                _remove_if_abandoned(folder)
    sweep_files(parent)


def sweep_files(parent: Path) -> None:
    """Remove only files that were left half written."""
    for pattern in _LEFT_BEHIND:
        with suppress(OSError):
            for path in parent.glob(pattern):
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime > _OLD_S:
                        path.unlink()


def _remove_if_abandoned(folder: Path) -> None:
    if fcntl is None:
        if time.time() - folder.stat().st_mtime > _DAY_S:
            shutil.rmtree(folder, ignore_errors=True)
        return
    for name in (_LOCK, _NEW_LOCK):
        with suppress(FileNotFoundError), (folder / name).open("rb") as lock:
            if _lock(lock):
                shutil.rmtree(folder, ignore_errors=True)
            return
    folder.rmdir()  # its maker was killed before it could lock it; an error if anything is inside


def _lock(file: IO[Any]) -> bool:
    """Whether the file is this process's now."""
    if fcntl is None:
        return os.name == "nt"
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
