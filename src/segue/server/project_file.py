"""A project as one SQLite file: a tree of pieces, and what was suggested at its nodes.

Not music: a node's piece is the bytes of a MIDI file, compressed, and never changes. How the file
is kept safe is in `database`.

To copy the file while it is open, use `copy` (SQLite's backup): the latest changes may be in the
`-wal` file beside it. A closed project is one file.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from segue.server.database import Database, ProjectError
from segue.server.limits import MAX_NODES
from segue.server.packing import pack, pack_json, unpack
from segue.server.records import Facts, NewNode, NodeRow, SuggestionRow, TakeRow
from segue.server.rows import NODE_COLUMNS, insert_node, node_of, size_of_details, suggestion_of

__all__ = [
    "INTERRUPTED",
    "ProjectError",
    "ProjectFile",
]

INTERRUPTED: Final = (
    "the studio ended while this was being written; what was complete is kept. Ask again: the same "
    "seed gives the same takes"
)

_ENDLESS: Final = "coalesce(json_extract(asked, '$.endless'), 0)"
"""Whether a suggestion is of music that passes; earlier versions of Segue asked for none."""
_MAX_DETAILS: Final = 16 * 2**20
"""The most bytes of the suggestions in one answer, unpacked; the newest is always whole."""


class ProjectFile:
    """An open project; `create` or `open` give one, `close` ends it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- opening and closing -------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path, *, name: str, root: NewNode) -> "ProjectFile":
        """A new project with its root.

        Raises:
            ProjectError: the file already exists, or cannot be written.
        """

        def fill(connection: sqlite3.Connection) -> None:
            now = _now()
            first = insert_node(connection, None, root, now)
            connection.execute(
                "INSERT INTO project VALUES (1, ?, ?, ?, ?)", (name, now, now, first)
            )

        Database.create(path, fill)
        return cls.open(path)

    @classmethod
    def open(cls, path: Path, *, to_look: bool = False) -> "ProjectFile":
        """An existing project; suggestions that a sudden end cut off are marked as failed.

        Args:
            path: its file.
            to_look: whether it is only read, and its file stays as it is.

        Raises:
            ProjectError: there is none, it is damaged, or a later Segue made it.
        """
        database = Database.open(path, to_look=to_look)
        try:
            if not database.read_only:
                with database.writing() as connection:
                    connection.execute(
                        "UPDATE suggestions SET state = 'failed', message = ? "
                        "WHERE state IN ('queued', 'running')",
                        (INTERRUPTED,),
                    )
        except BaseException:
            database.close()
            raise
        return cls(database)

    @property
    def read_only(self) -> bool:
        """Whether nothing can be kept."""
        return self._database.read_only

    def is_there(self) -> bool:
        """Whether the file still lies where it was opened."""
        return self._database.is_there()

    def close(self) -> None:
        """End the connection; the file is then whole by itself."""
        self._database.close()

    def move(self, target: Path) -> None:
        """Move the file with everything that belongs to it, and close it.

        Raises:
            ProjectError: the file is damaged, or another program holds it open.
            OSError: it cannot be moved.
        """
        self._database.move(target)

    def copy(self, target: Path) -> None:
        """Write a consistent copy, one file, while the project stays open.

        Raises:
            ProjectError: the project is damaged, or the copy cannot be written.
        """
        self._database.copy(target)

    # ---- the project ---------------------------------------------------------------------------

    def facts(self) -> Facts:
        """Name, times, current node."""
        with self._database.reading() as connection:
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
            _require_node(connection, node)
            connection.execute("UPDATE project SET current = ?", (node,))

    # ---- nodes ---------------------------------------------------------------------------------

    def nodes(self) -> list[NodeRow]:
        """All nodes, parents before their children."""
        with self._database.reading() as connection:
            rows = connection.execute(f"SELECT {NODE_COLUMNS} FROM nodes ORDER BY id")
            return [self._node(row) for row in rows]

    def node(self, node: int) -> NodeRow:
        """One node.

        Raises:
            KeyError: there is no such node.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                f"SELECT {NODE_COLUMNS} FROM nodes WHERE id = ?", (node,)
            ).fetchone()
        if row is None:
            raise KeyError(node)
        return self._node(row)

    def midi(self, node: int) -> bytes:
        """The piece of a node.

        Raises:
            KeyError: there is no such node.
        """
        with self._database.reading() as connection:
            row = connection.execute("SELECT midi FROM nodes WHERE id = ?", (node,)).fetchone()
            if row is None:
                raise KeyError(node)
            with self.damage_of(f"version {node}"):
                return unpack(row[0])

    def add(self, parent: int, new: NewNode) -> int:
        """Add a child, which becomes the current node; returns its id.

        Raises:
            KeyError: there is no such parent.
            ProjectError: the project has as many versions as it may.
        """
        with self._writing() as connection:
            _require_node(connection, parent)
            (n_nodes,) = connection.execute("SELECT count(*) FROM nodes").fetchone()
            if n_nodes >= MAX_NODES:
                raise ProjectError(
                    f"this project has {n_nodes:,} versions, as many as one may have; export the "
                    "piece as MIDI and begin a new project with it"
                )
            child = insert_node(connection, parent, new, _now())
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
        """Change a node's name, star and note; None changes nothing, an empty name removes it.

        Raises:
            KeyError: there is no such node.
        """
        with self._writing() as connection:
            _require_node(connection, node)
            if name is not None:
                connection.execute("UPDATE nodes SET name = ? WHERE id = ?", (name or None, node))
            if starred is not None:
                connection.execute("UPDATE nodes SET starred = ? WHERE id = ?", (starred, node))
            if note is not None:
                connection.execute("UPDATE nodes SET note = ? WHERE id = ?", (note, node))

    # ---- suggestions ---------------------------------------------------------------------------

    def ask(self, node: int, asked: dict[str, Any], region: dict[str, Any]) -> int:
        """Store a question; returns its number.

        Raises:
            KeyError: there is no such node.
        """
        with self._writing() as connection:
            _require_node(connection, node)
            cursor = connection.execute(
                "INSERT INTO suggestions (node, asked, region, state, created) "
                "VALUES (?, ?, ?, 'queued', ?)",
                (node, json.dumps(asked), json.dumps(region), _now()),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def forget_endless(self, node: int, *, kept: int) -> None:
        """Take away the endless suggestions of a node, but for the latest ones."""
        old = (
            f"SELECT number FROM suggestions WHERE node = ? AND {_ENDLESS} "
            "ORDER BY number DESC LIMIT -1 OFFSET ?"
        )
        with self._writing() as connection:
            numbers = connection.execute(old, (node, kept)).fetchall()
            connection.executemany("DELETE FROM takes WHERE suggestion = ?", numbers)
            connection.executemany("DELETE FROM suggestions WHERE number = ?", numbers)

    def set_state(self, suggestion: int, state: str, message: str | None = None) -> None:
        """Set the state of a suggestion."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE suggestions SET state = ?, message = ? WHERE number = ?",
                (state, message, suggestion),
            )

    def add_take(self, suggestion: int, take: TakeRow, midi: bytes) -> None:
        """Store a finished take."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO takes VALUES (?, ?, ?, ?, ?)",
                (suggestion, take.number, take.rank, pack_json(take.details), pack(midi)),
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
        with self._database.reading() as connection, self.damage_of(f"suggestion {number}"):
            return suggestion_of(connection, number)

    def newest_suggestions(self, count: int, *, node: int | None = None) -> list[SuggestionRow]:
        """The latest suggestions, the newest first: of all nodes, or of one; no endless ones.

        Fewer, where they hold more than an answer may.
        """
        with self._database.reading() as connection:
            numbers = connection.execute(
                "SELECT number FROM suggestions WHERE (?1 IS NULL OR node = ?1) "
                f"AND NOT {_ENDLESS} ORDER BY number DESC LIMIT ?2",
                (node, count),
            ).fetchall()
            found: list[SuggestionRow] = []
            size = 0
            for (number,) in numbers:
                with self.damage_of(f"suggestion {number}"):
                    size += size_of_details(connection, number)
                if found and size > _MAX_DETAILS:
                    break
                found.append(self.suggestion(number))
            return found

    def suggestion_numbers(self) -> list[int]:
        """All suggestions, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute("SELECT number FROM suggestions ORDER BY number")
            return [number for (number,) in rows]

    def take_midi(self, suggestion: int, number: int) -> bytes:
        """The whole piece of a take.

        Raises:
            KeyError: there is no such take.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT midi FROM takes WHERE suggestion = ? AND number = ?", (suggestion, number)
            ).fetchone()
            if row is None:
                raise KeyError(number)
            with self.damage_of(f"take {number} of suggestion {suggestion}"):
                return unpack(row[0])

    # ---- inside --------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, and the time of it."""
        with self._database.writing() as connection:
            yield connection
            connection.execute("UPDATE project SET changed = ?", (_now(),))

    @contextmanager
    def damage_of(self, part: str) -> Iterator[None]:
        """Report a value that Segue cannot have written as damage of a part of this file."""
        try:
            yield
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            reason = " ".join(str(error).split())[:120]
            raise ProjectError(
                f"{self._database.path}: {part} is damaged ({reason}); the rest can be used, and a "
                "copy of the file may have it whole"
            ) from error

    def _node(self, row: tuple[Any, ...]) -> NodeRow:
        with self.damage_of(f"version {row[0]}"):
            return node_of(row)


def _require_node(connection: sqlite3.Connection, node: int) -> None:
    row = connection.execute("SELECT 1 FROM nodes WHERE id = ?", (node,)).fetchone()
    if row is None:
        raise KeyError(node)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
