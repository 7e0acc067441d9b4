"""A SQLite file with a project's tables: opened, checked, copied, shared by threads.

One connection is kept for as long as the project is open; the file is in WAL mode and every change
is on the disk (`synchronous = FULL`) before it is answered, so that not even a power cut undoes
what was accepted. The connection is shared by threads under a lock.

What SQLite finds wrong becomes a `ProjectError` that names the file.
"""

import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from segue.errors import FormatError, InputError
from segue.files import flush_folder
from segue.server.tables import APPLICATION_ID, FORMAT_VERSION, make_tables
from segue.server.vetting import open_to_look, require_sound_file
from segue.server.workplace import working_folder

__all__ = ["Database", "ProjectError", "move_files"]


class ProjectError(InputError):
    """A project's file is damaged, closed, or was made by a later Segue."""


class Database:
    """An open file; `create` makes one, `open` opens it, `close` ends it."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, *, read_only: bool = False
    ) -> None:
        self.path, self.read_only = path, read_only
        self._connection = connection
        self._place = _place(path)
        self._lock = threading.RLock()

    @staticmethod
    def create(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
        """Write a new file with what `fill` puts into its tables, whole or not at all.

        Raises:
            ProjectError: the file already exists, or cannot be written.
        """
        if path.exists():
            raise ProjectError(f"{path}: already exists; choose another name")
        with _naming(path), working_folder(path.parent) as folder:
            new = folder / path.name
            connection = _connect(new, new=True)
            try:
                with connection:
                    connection.execute("BEGIN")
                    make_tables(connection)
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
                    fill(connection)
            finally:
                connection.close()
            new.replace(path)
            flush_folder(path.parent)

    @classmethod
    def open(cls, path: Path, *, to_look: bool = False) -> "Database":
        """An existing file, after it was checked; one that cannot be written is only read.

        Args:
            path: the file.
            to_look: whether it is only read, and stays as it is.

        Raises:
            ProjectError: there is none, it is not a project, is damaged, or a later Segue made it.
        """
        if not path.is_file():
            raise ProjectError(f"{path}: there is no such project")
        with _naming(path):
            require_sound_file(path, str(path))
            if _is_writable(path) and not to_look:
                return cls(path, _connect(path))
            return cls(path, open_to_look(path), read_only=True)

    def close(self) -> None:
        """End the connection; the file is then whole by itself."""
        with self._lock:
            self._connection.close()

    def copy(self, target: Path) -> None:
        """Write a consistent copy, one file, while this one stays open.

        Raises:
            ProjectError: the file is damaged, or the copy cannot be written.
        """
        with self._lock, _naming(self.path):
            copied = sqlite3.connect(target)
            try:
                self._connection.backup(copied)
                copied.execute("PRAGMA journal_mode = DELETE")
            finally:
                copied.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone."""
        with self._lock, _naming(self.path):
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The same in one transaction, of which everything is kept or nothing.

        Raises:
            ProjectError: the file can only be read, or was moved or deleted.
        """
        if self.read_only:
            raise ProjectError(
                f"{self.path}: can only be read, so nothing is kept; copy it into a folder "
                "that can be written, or give the studio another one by --projects"
            )
        with self.reading() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            # A move takes the same lock.
            if not self.is_there():
                raise ProjectError(f"{self.path}: it was deleted or moved meanwhile")
            yield connection

    def is_there(self) -> bool:
        """Whether the file that was opened still lies at its place."""
        try:
            return _place(self.path) == self._place
        except OSError:
            return False

    def move(self, target: Path) -> None:
        """Move the file with everything that belongs to it, and close it.

        Another studio that has it open cannot write meanwhile, and finds it gone afterwards.

        Raises:
            ProjectError: the file is damaged, or another program holds it open.
            OSError: it cannot be moved.
        """
        with self._lock, _naming(self.path):
            try:
                if not self.read_only:
                    self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    self._connection.execute("BEGIN IMMEDIATE")
                if os.name == "nt":  # which moves no file that is open
                    self._connection.close()
                move_files(self.path, target)
            finally:
                self._connection.close()
        _remove_if_empty(target.with_name(target.name + "-wal"))


def move_files(path: Path, target: Path) -> None:
    """Move a file and what SQLite keeps beside it; SQLite makes the index of the `-wal` again.

    Raises:
        OSError: it cannot be moved.
    """
    path.replace(target)
    for ending in ("-wal", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).replace(target.with_name(target.name + ending))
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    flush_folder(target.parent)
    flush_folder(path.parent)


def _remove_if_empty(path: Path) -> None:
    with suppress(OSError):
        if path.stat().st_size == 0:
            path.unlink()


def _connect(path: Path, *, new: bool = False) -> sqlite3.Connection:
    mode = "rwc" if new else "rw"
    address = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _place(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Turn what SQLite, zlib or the system find wrong into an error that names this file."""
    try:
        yield
    except FormatError as error:
        raise ProjectError(str(error)) from error
    except sqlite3.ProgrammingError as error:
        raise ProjectError(f"{path}: is closed; it may have been deleted") from error
    except (sqlite3.DatabaseError, zlib.error, OSError) as error:
        raise ProjectError(f"{path}: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF == sqlite3.SQLITE_BUSY:
        return "another program is writing it; try again, or close the other one"
    return (
        f"cannot be read or written ({error}); the disk may be full, or the file damaged: free "
        "some space, or restore it from a copy"
    )
