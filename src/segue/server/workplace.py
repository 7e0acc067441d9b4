"""Where files are made until they are complete: folders that are removed with their maker.

They lie beside the file to be, so that a finished file only needs to be renamed. Each holds a lock
that the system releases when its process ends; `sweep` removes folders whose lock nobody holds.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["sweep", "sweep_files", "working_folder"]

_PREFIX: Final = ".segue-work-"
_LOCK: Final = "lock"
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
    folder = parent / f"{_PREFIX}{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove what killed writers left behind; what cannot be removed stays."""
    with suppress(OSError):
        for folder in parent.glob(f"{_PREFIX}*"):
            if _is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
    sweep_files(parent)


def sweep_files(parent: Path) -> None:
    """Remove only files that were left half written."""
    for pattern in _LEFT_BEHIND:
        with suppress(OSError):
            for path in parent.glob(pattern):
                with suppress(OSError):
                    if time.time() - path.stat().st_mtime > _OLD_S:
                        path.unlink()


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    new = folder / f"{_LOCK}.new"
    with new.open("wb") as lock:
        if _lock(lock):
            new.replace(folder / _LOCK)  # locked before it is seen
        yield


def _is_abandoned(folder: Path) -> bool:
    try:
        age_s = time.time() - folder.stat().st_mtime
        if fcntl is None:
            return age_s > _DAY_S
        with (folder / _LOCK).open("rb") as lock:
            return _lock(lock)
    except FileNotFoundError:  # killed before it was locked, or just being made
        return age_s > _OLD_S
    except OSError:
        return False


def _lock(file: IO[Any]) -> bool:
    """Whether the file is this process's now."""
    if fcntl is None:
        return os.name == "nt"
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
