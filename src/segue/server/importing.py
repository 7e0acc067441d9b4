"""A project's file that comes from elsewhere: looked at before it is taken in, and never trusted.

It must be a SQLite file with exactly the tables that Segue makes (so no triggers or views), sound
to its last page, a tree, and of a sane size when unpacked. It is looked at as a copy of its own,
read-only at first, and not in the folder of projects.
"""

import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from segue.errors import FormatError
from segue.server.database import APPLICATION_ID, FORMAT_VERSION, make_tables, tables_of
from segue.server.project_file import ProjectError, ProjectFile

__all__ = ["MAX_PROJECT_BYTES", "checked", "damage_told"]

MAX_PROJECT_BYTES: Final = 64 * 2**20
"""A larger one can be put into the folder of projects by hand."""
_MAX_UNPACKED_BYTES: Final = 32 * 2**20
"""Of one piece, or of what is kept of one take."""
_MAX_ALL_UNPACKED_BYTES: Final = 2**30
_MAGIC: Final = b"SQLite format 3\0"
_TABLES: Final = ("project", "nodes", "suggestions", "takes")
_PACKED: Final = (("nodes", "midi"), ("takes", "midi"), ("takes", "details"))


@contextmanager
def checked(data: bytes, source: str) -> Iterator[ProjectFile]:
    """A project from the bytes of its file, open until the block ends, in a folder of its own.

    Args:
        data: the bytes.
        source: what messages call the file.

    Raises:
        FormatError: it is no project, is damaged, or a later Segue made it.
    """
    if not data.startswith(_MAGIC):
        raise _no_project(source)
    with tempfile.TemporaryDirectory(prefix="segue-") as folder:
        path = Path(folder) / "came.segue"
        path.write_bytes(data)
        with damage_told(source):
            address = f"{path.as_uri()}?mode=ro&immutable=1"
            with closing(sqlite3.connect(address, uri=True)) as connection:
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("PRAGMA cell_size_check = ON")
                _require_project(connection, source)
                _require_kinds(connection, source)
                _require_tree(connection, source)
                _require_sane_size(connection, source)
            file = ProjectFile.open(path)
        try:
            yield file
        finally:
            file.close()


@contextmanager
def damage_told(source: str) -> Iterator[None]:
    """Tell whatever goes wrong in reading a file that came as damage of that file."""
    try:
        yield
    except (
        *(sqlite3.Error, zlib.error, ProjectError),
        *(ValueError, TypeError, LookupError, OverflowError, RecursionError),
    ) as error:
        raise _damaged(source) from error


def _require_project(connection: sqlite3.Connection, source: str) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise _no_project(source)
    if version > FORMAT_VERSION:
        raise FormatError(
            f"{source}: was made by a later Segue (format {version}, this one reads "
            f"{FORMAT_VERSION}); update Segue to open it"
        )
    with closing(sqlite3.connect(":memory:")) as model:
        make_tables(model)
        if version != FORMAT_VERSION or tables_of(connection) != tables_of(model):
            raise _no_project(source)


def _require_kinds(connection: sqlite3.Connection, source: str) -> None:
    """Every value is of its column's kind: SQLite itself keeps any value anywhere."""
    for table in _TABLES:
        for _, column, kind, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
            stray = connection.execute(
                f"SELECT 1 FROM {table} WHERE typeof({column}) NOT IN (?, 'null')", (kind.lower(),)
            )
            if stray.fetchone() is not None:
                raise _damaged(source)


def _require_tree(connection: sqlite3.Connection, source: str) -> None:
    """Every row is whole and leads to others that are there; parents come before their children."""
    sound = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
    strays = connection.execute("PRAGMA foreign_key_check").fetchone()
    (n_projects,) = connection.execute("SELECT count(*) FROM project").fetchone()
    (n_roots,) = connection.execute("SELECT count(*) FROM nodes WHERE parent IS NULL").fetchone()
    (n_upside_down,) = connection.execute(
        "SELECT count(*) FROM nodes WHERE parent >= id OR id < 1"
    ).fetchone()
    if not sound or strays is not None or (n_projects, n_roots, n_upside_down) != (1, 1, 0):
        raise _damaged(source)


def _require_sane_size(connection: sqlite3.Connection, source: str) -> None:
    total = 0
    for table, column in _PACKED:
        for (packed,) in connection.execute(f"SELECT {column} FROM {table}"):
            total += _unpacked_size(packed, source)
            if total > _MAX_ALL_UNPACKED_BYTES:
                raise _bloated(source)


def _unpacked_size(packed: bytes, source: str) -> int:
    unpacking = zlib.decompressobj()
    size = 0
    while not unpacking.eof:
        found = unpacking.decompress(packed, 2**20)
        packed = unpacking.unconsumed_tail
        if not found and not packed and not unpacking.eof:
            raise _damaged(source)
        size += len(found)
        if size > _MAX_UNPACKED_BYTES:
            raise _bloated(source)
    return size


def _no_project(source: str) -> FormatError:
    return FormatError(
        f"{source}: is no project of Segue's; the export menu of a piece saves one as The project"
    )


def _damaged(source: str) -> FormatError:
    return FormatError(
        f"{source}: is damaged, or is not all there; export the project again, or take another copy"
    )


def _bloated(source: str) -> FormatError:
    return FormatError(f"{source}: holds more than any music does; export the project again")
