"""A project's file that comes from elsewhere: checked before it is taken in, and never trusted.

A copy of it is checked in a temporary folder, one piece at a time, so that its memory is bounded
however much the file holds. `vetting` says which files are sound.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from segue.errors import FormatError
from segue.server.limits import MAX_NODES
from segue.server.packing import BloatedError, unpacked_size
from segue.server.project_file import ProjectError, ProjectFile
from segue.server.vetting import damaged, no_project, open_to_look, require_sound_file
from segue.server.workplace import working_folder

__all__ = ["MAX_PROJECT_BYTES", "checked", "damage_told"]

MAX_PROJECT_BYTES: Final = 64 * 2**20
"""A larger one can be put into the folder of projects by hand."""
_MAX_ALL_UNPACKED_BYTES: Final = 2**30
_MAX_TEXT: Final = 16 * 2**20
"""Characters of the names and notes of all versions, which the page gets at once."""
_MAGIC: Final = b"SQLite format 3\0"
_PACKED: Final = (("nodes", "midi"), ("takes", "midi"), ("takes", "details"))
_DAMAGE: Final = (
    *(sqlite3.Error, ProjectError),
    *(ValueError, TypeError, LookupError, OverflowError, RecursionError),
)


@contextmanager
def checked(data: bytes, source: str, *, beside: Path) -> Iterator[ProjectFile]:
    """A project from the bytes of its file, open until the block ends, in a folder of its own.

    Args:
        data: the bytes.
        source: what messages call the file.
        beside: the folder in which that folder is made.

    Raises:
        FormatError: it is not a project, is damaged, or a later Segue made it.
        OSError: there is no room to look at it.
    """
    if not data.startswith(_MAGIC):
        raise no_project(source)
    with working_folder(beside) as folder:
        path = folder / "came.segue"
        path.write_bytes(data)
        with damage_told(source):
            require_sound_file(path, source, whole=True)
            with closing(open_to_look(path)) as connection:
                _require_sane_size(connection, source)
            file = ProjectFile.open(path)
        try:
            yield file
        finally:
            file.close()


@contextmanager
def damage_told(source: str) -> Iterator[None]:
    """Report whatever goes wrong in reading the file as damage of that file."""
    try:
        yield
    except _DAMAGE as error:
        raise damaged(source) from error


def _require_sane_size(connection: sqlite3.Connection, source: str) -> None:
    n_nodes, n_letters = connection.execute(
        "SELECT count(*), sum(length(label) + length(note) + coalesce(length(name), 0) "
        "+ coalesce(length(region), 0) + coalesce(length(novelty), 0)) FROM nodes"
    ).fetchone()
    if n_nodes > MAX_NODES or n_letters > _MAX_TEXT:
        raise _bloated(source)
    total = 0
    for table, column in _PACKED:
        for (packed,) in connection.execute(f"SELECT {column} FROM {table}"):
            try:
                total += unpacked_size(packed, column)
            except BloatedError as error:
                raise _bloated(source) from error
            if total > _MAX_ALL_UNPACKED_BYTES:
                raise _bloated(source)


def _bloated(source: str) -> FormatError:
    return FormatError(f"{source}: holds more than any music needs; export the project again")
