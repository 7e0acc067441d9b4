"""Whether a SQLite file is a project: checked read-only, before anything in it is used.

Whoever made it, it must have exactly the tables that Segue makes (so no triggers or views), values
of the right kinds, complete rows that form a tree, and counters that are not at their end. Until
that is known nothing is written, not even the journal mode.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from segue.errors import FormatError
from segue.server.tables import APPLICATION_ID, FORMAT_VERSION, make_tables, tables_of

__all__ = ["MAX_NUMBER", "damaged", "no_project", "open_to_look", "require_sound_file"]

MAX_NUMBER: Final = 2**53 - 1
"""The highest number of a node or a suggestion: what JSON readers hold exactly."""
_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
_APPLICATION_AT: Final = slice(68, 72)
"""Where the header has the application's number."""
_TABLES: Final = ("project", "nodes", "suggestions", "takes")
_NUMBERED: Final = (("nodes", "id"), ("suggestions", "number"))


def require_sound_file(path: Path, source: str, *, whole: bool = False) -> None:
    """Check everything but the content of the values; the file is not changed.

    Args:
        path: the file.
        source: what messages call it.
        whole: whether indices are checked against their tables, too: a file from elsewhere.

    Raises:
        FormatError: it is not a project, is damaged, or a later Segue made it.
        sqlite3.Error: it is damaged so that SQLite cannot read it.
        OSError: it cannot be read.
    """
    _require_header(path, source)
    with closing(open_to_look(path)) as connection:
        connection.execute("PRAGMA cell_size_check = ON")
        _require_project(connection, source)
        _require_kinds(connection, source)
        _require_tree(connection, source, whole=whole)
        _require_room_for_numbers(connection, source)


def open_to_look(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, and runs nothing that the file defines.

    A file with nothing beside it is complete, and nobody is writing it; `immutable` then leaves
    nothing beside it either, and works in folders that cannot be written. What a killed studio left
    (`-wal`) must be read too, and what a killed writer left (`-journal`) undone.
    """
    how = "mode=ro&immutable=1"
    if _size_of(path, "-journal"):
        how = "mode=rw"
    elif _size_of(path, "-wal"):
        how = "mode=ro"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, check_same_thread=False, isolation_level=None
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def no_project(source: str) -> FormatError:
    """The error for a file of another kind."""
    return FormatError(
        f"{source}: is not a Segue project; the export menu of a piece saves one as The project"
    )


def damaged(source: str) -> FormatError:
    """The error for a project that cannot be used."""
    return FormatError(
        f"{source}: is damaged or incomplete; export the project again, or take another copy"
    )


def _require_header(path: Path, source: str) -> None:
    """Check that the header says it is Segue's; another file is not even opened by SQLite."""
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if header.startswith(_MAGIC) and len(header) < _HEADER_BYTES:
        raise damaged(source)
    if not header.startswith(_MAGIC) or header[_APPLICATION_AT] != APPLICATION_ID.to_bytes(4):
        raise no_project(source)


def _size_of(path: Path, ending: str) -> int:
    try:
        return path.with_name(path.name + ending).stat().st_size
    except OSError:
        return 0


def _require_project(connection: sqlite3.Connection, source: str) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise no_project(source)
    if version > FORMAT_VERSION:
        raise FormatError(
            f"{source}: was made by a later Segue (format {version}, this one reads "
            f"{FORMAT_VERSION}); update Segue to open it"
        )
    with closing(sqlite3.connect(":memory:")) as model:
        make_tables(model)
        if version != FORMAT_VERSION or tables_of(connection) != tables_of(model):
            raise no_project(source)


def _require_kinds(connection: sqlite3.Connection, source: str) -> None:
    """Check that every value is of its column's kind; SQLite itself stores any value anywhere."""
    for table in _TABLES:
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        stray = " OR ".join(
            f"typeof({column}) NOT IN ('{kind.lower()}', 'null')" for _, column, kind, *_ in columns
        )
        if connection.execute(f"SELECT 1 FROM {table} WHERE {stray}").fetchone() is not None:
            raise damaged(source)


def _require_tree(connection: sqlite3.Connection, source: str, *, whole: bool) -> None:
    """Check that rows are complete and refer to rows that exist, parents before their children."""
    check = "integrity_check" if whole else "quick_check"
    sound = connection.execute(f"PRAGMA {check}(1)").fetchone() == ("ok",)
    strays = connection.execute("PRAGMA foreign_key_check").fetchone()
    (n_projects,) = connection.execute("SELECT count(*) FROM project").fetchone()
    (n_roots,) = connection.execute("SELECT count(*) FROM nodes WHERE parent IS NULL").fetchone()
    (n_upside_down,) = connection.execute(
        "SELECT count(*) FROM nodes WHERE parent >= id OR id < 1"
    ).fetchone()
    if not sound or strays is not None or (n_projects, n_roots, n_upside_down) != (1, 1, 0):
        raise damaged(source)


def _require_room_for_numbers(connection: sqlite3.Connection, source: str) -> None:
    """Check that no counter of `AUTOINCREMENT` is at its end: SQLite would say "disk full"."""
    (highest,) = connection.execute(
        "SELECT max(0, coalesce(max(seq), 0)) FROM sqlite_sequence"
    ).fetchone()
    found = [highest]
    for table, column in _NUMBERED:
        found += connection.execute(f"SELECT coalesce(max({column}), 0) FROM {table}").fetchone()
    if not all(isinstance(number, int) and number < MAX_NUMBER for number in found):
        raise FormatError(
            f"{source}: its counter of versions or suggestions stands at its end, so that nothing "
            "can be added; take another copy"
        )
