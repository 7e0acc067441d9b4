"""A SQLite file with a project's tables: opened, checked, copied, shared by threads.

One connection is kept for as long as the project is open; the file is in WAL mode and every change
is on the disk (`synchronous = FULL`) before it is answered, so that not even a power cut takes back
what was accepted. The connection is shared by threads under a lock.

What SQLite finds wrong is told as an error of this file.
"""

import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from segue.errors import InputError

__all__ = [
    "APPLICATION_ID",
    "FORMAT_VERSION",
    "Database",
    "ProjectError",
    "make_tables",
    "tables_of",
]

APPLICATION_ID: Final = int.from_bytes(b"SEGU", "big")
FORMAT_VERSION: Final = 1

_SCHEMA: Final = """
CREATE TABLE nodes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent INTEGER REFERENCES nodes (id),
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    name TEXT,
    starred INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    created TEXT NOT NULL,
    region TEXT,
    n_bars INTEGER NOT NULL,
    n_notes INTEGER NOT NULL,
    novelty TEXT,
    midi BLOB NOT NULL
);
CREATE TABLE project (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    created TEXT NOT NULL,
    changed TEXT NOT NULL,
    current INTEGER NOT NULL REFERENCES nodes (id)
);
CREATE TABLE suggestions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    node INTEGER NOT NULL REFERENCES nodes (id),
    asked TEXT NOT NULL,
    region TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT,
    created TEXT NOT NULL
);
CREATE TABLE takes (
    suggestion INTEGER NOT NULL REFERENCES suggestions (number),
    number INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    details BLOB NOT NULL,
    midi BLOB NOT NULL,
    PRIMARY KEY (suggestion, number)
);
"""


class ProjectError(InputError):
    """A project's file is damaged, closed, or was made by a later Segue."""


class Database:
    """An open file; `create` makes one, `open` opens it, `close` ends it."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()

    @staticmethod
    def create(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
        """Write a new file with what `fill` puts into its tables; it is there whole or not at all.

        Raises:
            ProjectError: the file is there already, or cannot be written.
        """
        if path.exists():
            raise ProjectError(f"{path}: is there already; choose another name")
        new = path.with_name(f".{path.name}.new")
        with _told(path):
            connection = _connect(new)
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

    @classmethod
    def open(cls, path: Path) -> "Database":
        """An existing file.

        Raises:
            ProjectError: there is none, it is damaged, or a later Segue made it.
        """
        if not path.is_file():
            raise ProjectError(f"{path}: there is no such project")
        with _told(path):
            connection = _connect(path)
            try:
                _require_readable(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """End the connection; the file is then whole by itself."""
        with self._lock:
            self._connection.close()

    def copy(self, target: Path) -> None:
        """Write a consistent copy, one file, while this one stays open.

        Raises:
            ProjectError: the file is damaged, or the copy cannot be written.
        """
        with self._lock, _told(self.path):
            copied = sqlite3.connect(target)
            try:
                self._connection.backup(copied)
                copied.execute("PRAGMA journal_mode = DELETE")
            finally:
                copied.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for this thread alone."""
        with self._lock, _told(self.path):
            yield self._connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The same in one transaction: all of it is kept, or nothing."""
        with self.reading() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty file."""
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)


def tables_of(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """All that a file defines, as (kind, name, words)."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master")
    return {(kind, name, " ".join((sql or "").split())) for kind, name, sql in rows}


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _require_readable(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise ProjectError(f"{path}: is no project of Segue's; take it out of the folder")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > FORMAT_VERSION:
        raise ProjectError(
            f"{path}: was made by a later Segue (format {version}, this one reads "
            f"{FORMAT_VERSION}); update Segue to open it"
        )
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise ProjectError(f"{path}: is damaged ({found}); restore it from a copy")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell what SQLite or zlib find wrong as an error of this file."""
    try:
        yield
    except sqlite3.ProgrammingError as error:
        raise ProjectError(f"{path}: is closed; it may have been deleted") from error
    except (sqlite3.DatabaseError, zlib.error) as error:
        raise ProjectError(
            f"{path}: cannot be read or written ({error}); the disk may be full, or the file "
            "damaged: free some space, or restore it from a copy"
        ) from error
