"""A project as one SQLite file: a tree of pieces, and what was suggested at its nodes.

Not music: a node's piece is the bytes of a MIDI file, compressed, and never changes. One connection
is kept for as long as the project is open; the file is in WAL mode and every change is on the disk
(`synchronous = FULL`) before it is answered, so that not even a power cut takes back what was
accepted. The connection is shared by threads under a lock.

Who copies the file while it is open must take `copy` (SQLite's backup): the latest changes may be
in the `-wal` file beside it. A closed project is one file.
"""

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from segue.errors import InputError
from segue.server.records import Facts, NewNode, NodeRow, SuggestionRow, TakeRow

__all__ = [
    "FORMAT_VERSION",
    "INTERRUPTED",
    "ProjectError",
    "ProjectFile",
]

APPLICATION_ID: Final = int.from_bytes(b"SEGU", "big")
FORMAT_VERSION: Final = 1
INTERRUPTED: Final = (
    "the studio ended while this was being written; what was complete is kept. Ask again: the same "
    "seed gives the same takes"
)

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
_NODE_COLUMNS: Final = (
    "id, parent, kind, label, name, starred, note, created, region, n_bars, n_notes, novelty"
)


class ProjectError(InputError):
    """A project's file is damaged, closed, or was made by a later Segue."""


class ProjectFile:
    """An open project; `create` or `open` give one, `close` ends it."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()

    # ---- opening and closing -------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path, *, name: str, root: NewNode) -> "ProjectFile":
        """A new project with its root.

        Raises:
            ProjectError: the file is there already, or cannot be written.
        """
        if path.exists():
            raise ProjectError(f"{path}: is there already; choose another name")
        new = path.with_name(f".{path.name}.new")  # under its name, a project is always whole
        with _told(path):
            connection = _connect(new)
            try:
                with connection:
                    connection.execute("BEGIN")
                    _fill(connection, name, root)
            finally:
                connection.close()
            new.replace(path)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> "ProjectFile":
        """An existing project; suggestions that a sudden end cut off are marked as failed.

        Raises:
            ProjectError: there is none, it is damaged, or a later Segue made it.
        """
        if not path.is_file():
            raise ProjectError(f"{path}: there is no such project")
        with _told(path):
            connection = _connect(path)
            try:
                _require_readable(connection, path)
                with connection:
                    connection.execute(
                        "UPDATE suggestions SET state = 'failed', message = ? "
                        "WHERE state IN ('queued', 'running')",
                        (INTERRUPTED,),
                    )
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """End the connection; the file is then whole by itself."""
        with self._lock:
            self._connection.close()

    def copy(self, target: Path) -> None:
        """Write a consistent copy, one file, while the project stays open.

        Raises:
            ProjectError: as `open`, or the copy cannot be written.
        """
        with self._lock, _told(self.path):
            copied = sqlite3.connect(target)
            try:
                self._connection.backup(copied)
                copied.execute("PRAGMA journal_mode = DELETE")
            finally:
                copied.close()

    # ---- the project ---------------------------------------------------------------------------

    def facts(self) -> Facts:
        """Name, times, current node."""
        with self._reading() as connection:
            name, created, changed, current = connection.execute(
                "SELECT name, created, changed, current FROM project"
            ).fetchone()
            (n_nodes,) = connection.execute("SELECT count(*) FROM nodes").fetchone()
        return Facts(name=name, created=created, changed=changed, current=current, n_nodes=n_nodes)

    def rename(self, name: str) -> None:
        """Give the project another name; its file keeps its own."""
        with self._writing() as connection:
            connection.execute("UPDATE project SET name = ?", (name,))

    def go_to(self, node: int) -> None:
        """Make a node the current one.

        Raises:
            KeyError: there is no such node.
        """
        with self._writing() as connection:
            self._require_node(node)
            connection.execute("UPDATE project SET current = ?", (node,))

    # ---- nodes ---------------------------------------------------------------------------------

    def nodes(self) -> list[NodeRow]:
        """All nodes, parents before their children."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_NODE_COLUMNS} FROM nodes ORDER BY id")
            return [_node(row) for row in rows]

    def node(self, node: int) -> NodeRow:
        """One node.

        Raises:
            KeyError: there is no such node.
        """
        with self._reading() as connection:
            row = connection.execute(
                f"SELECT {_NODE_COLUMNS} FROM nodes WHERE id = ?", (node,)
            ).fetchone()
        if row is None:
            raise KeyError(node)
        return _node(row)

    def midi(self, node: int) -> bytes:
        """The piece of a node.

        Raises:
            KeyError: there is no such node.
        """
        with self._reading() as connection:
            row = connection.execute("SELECT midi FROM nodes WHERE id = ?", (node,)).fetchone()
            if row is None:
                raise KeyError(node)
            return zlib.decompress(row[0])

    def add(self, parent: int, new: NewNode) -> int:
        """Add a child, which becomes the current node; returns its id.

        Raises:
            KeyError: there is no such parent.
        """
        with self._writing() as connection:
            self._require_node(parent)
            child = _insert_node(connection, parent, new, _now())
            connection.execute("UPDATE project SET current = ?", (child,))
            return child

    def change_node(
        self,
        node: int,
        *,
        name: str | None = None,
        starred: bool | None = None,
        note: str | None = None,
    ) -> None:
        """Change what a musician says of a node; None leaves it, an empty name takes it away.

        Raises:
            KeyError: there is no such node.
        """
        with self._writing() as connection:
            self._require_node(node)
            if name is not None:
                connection.execute("UPDATE nodes SET name = ? WHERE id = ?", (name or None, node))
            if starred is not None:
                connection.execute("UPDATE nodes SET starred = ? WHERE id = ?", (starred, node))
            if note is not None:
                connection.execute("UPDATE nodes SET note = ? WHERE id = ?", (note, node))

    # ---- suggestions ---------------------------------------------------------------------------

    def ask(self, node: int, asked: dict[str, Any], region: dict[str, Any]) -> int:
        """Keep a question; returns its number.

        Raises:
            KeyError: there is no such node.
        """
        with self._writing() as connection:
            self._require_node(node)
            cursor = connection.execute(
                "INSERT INTO suggestions (node, asked, region, state, created) "
                "VALUES (?, ?, ?, 'queued', ?)",
                (node, json.dumps(asked), json.dumps(region), _now()),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def set_state(self, suggestion: int, state: str, message: str | None = None) -> None:
        """Say how a suggestion stands."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE suggestions SET state = ?, message = ? WHERE number = ?",
                (state, message, suggestion),
            )

    def add_take(self, suggestion: int, take: TakeRow, midi: bytes) -> None:
        """Keep a finished take."""
        with self._writing() as connection:
            details = zlib.compress(json.dumps(take.details).encode())
            connection.execute(
                "INSERT INTO takes VALUES (?, ?, ?, ?, ?)",
                (suggestion, take.number, take.rank, details, zlib.compress(midi)),
            )

    def set_ranks(self, suggestion: int, ranks: dict[int, int]) -> None:
        """Rank the takes of a suggestion, by their numbers."""
        with self._writing() as connection:
            connection.executemany(
                "UPDATE takes SET rank = ? WHERE suggestion = ? AND number = ?",
                [(rank, suggestion, number) for number, rank in ranks.items()],
            )

    def suggestion(self, number: int) -> SuggestionRow:
        """One suggestion.

        Raises:
            KeyError: there is no such suggestion.
        """
        with self._reading() as connection:
            row = connection.execute(
                "SELECT node, asked, region, state, message FROM suggestions WHERE number = ?",
                (number,),
            ).fetchone()
            if row is None:
                raise KeyError(number)
            takes = connection.execute(
                "SELECT number, rank, details FROM takes WHERE suggestion = ? ORDER BY number",
                (number,),
            ).fetchall()
        node, asked, region, state, message = row
        return SuggestionRow(
            number=number,
            node=node,
            asked=json.loads(asked),
            region=json.loads(region),
            state=state,
            message=message,
            takes=[
                TakeRow(number=n, rank=rank, details=json.loads(zlib.decompress(details)))
                for n, rank, details in takes
            ],
        )

    def newest_suggestions(self, count: int) -> list[SuggestionRow]:
        """The latest suggestions, the newest first."""
        with self._reading() as connection:
            numbers = connection.execute(
                "SELECT number FROM suggestions ORDER BY number DESC LIMIT ?", (count,)
            ).fetchall()
            return [self.suggestion(number) for (number,) in numbers]

    def take_midi(self, suggestion: int, number: int) -> bytes:
        """The whole piece of a take.

        Raises:
            KeyError: there is no such take.
        """
        with self._reading() as connection:
            row = connection.execute(
                "SELECT midi FROM takes WHERE suggestion = ? AND number = ?", (suggestion, number)
            ).fetchone()
            if row is None:
                raise KeyError(number)
            return zlib.decompress(row[0])

    # ---- inside --------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _told(self.path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or nothing."""
        with self._lock, _told(self.path), self._connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("UPDATE project SET changed = ?", (_now(),))

    def _require_node(self, node: int) -> None:
        row = self._connection.execute("SELECT 1 FROM nodes WHERE id = ?", (node,)).fetchone()
        if row is None:
            raise KeyError(node)


def _fill(connection: sqlite3.Connection, name: str, root: NewNode) -> None:
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
    now = _now()
    first = _insert_node(connection, None, root, now)
    connection.execute("INSERT INTO project VALUES (1, ?, ?, ?, ?)", (name, now, now, first))


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


def _insert_node(connection: sqlite3.Connection, parent: int | None, new: NewNode, now: str) -> int:
    cursor = connection.execute(
        "INSERT INTO nodes (parent, kind, label, name, created, region, n_bars, n_notes, novelty, "
        "midi) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            parent,
            new.kind,
            new.label,
            new.name,
            now,
            _json(new.region),
            new.n_bars,
            new.n_notes,
            _json(new.novelty),
            zlib.compress(new.midi),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _node(row: tuple[Any, ...]) -> NodeRow:
    values = dict(zip(_NODE_COLUMNS.split(", "), row, strict=True))
    for column in ("region", "novelty"):
        values[column] = None if values[column] is None else json.loads(values[column])
    return NodeRow(**values | {"starred": bool(values["starred"])})


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
