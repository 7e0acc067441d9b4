"""Rows of a project's tables to records and back; what Segue cannot have written is an error."""

import json
import sqlite3
from typing import Any, Final

from segue.server.packing import BloatedError, pack, unpack_json, unpacked_size
from segue.server.records import NewNode, NodeRow, SuggestionRow, TakeRow

__all__ = ["NODE_COLUMNS", "insert_node", "node_of", "size_of_details", "suggestion_of"]

NODE_COLUMNS: Final = (
    "id, parent, kind, label, name, starred, note, created, region, n_bars, n_notes, novelty"
)
_MAX_DETAILS: Final = 32 * 2**20
"""The most bytes of all takes of a suggestion, unpacked."""


def insert_node(connection: sqlite3.Connection, parent: int | None, new: NewNode, now: str) -> int:
    """Add a node; returns its id."""
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
            pack(new.midi),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def node_of(row: tuple[Any, ...]) -> NodeRow:
    """The node in a row of `NODE_COLUMNS`.

    Raises:
        ValueError: it is damaged.
        RecursionError: its JSON is nested too deeply.
    """
    values = dict(zip(NODE_COLUMNS.split(", "), row, strict=True))
    for column in ("region", "novelty"):
        values[column] = None if values[column] is None else _object(values[column])
    return NodeRow(**values | {"starred": bool(values["starred"])})


def size_of_details(connection: sqlite3.Connection, number: int) -> int:
    """Bytes of what is kept of a suggestion's takes, unpacked.

    Raises:
        ValueError: they are damaged, or too large.
    """
    size = 0
    for (packed,) in connection.execute(
        "SELECT details FROM takes WHERE suggestion = ?", (number,)
    ):
        size += unpacked_size(packed, "details")
        if size > _MAX_DETAILS:
            raise BloatedError("its takes hold more than any music needs")
    return size


def suggestion_of(connection: sqlite3.Connection, number: int) -> SuggestionRow:
    """A suggestion with its takes.

    Raises:
        KeyError: there is no such suggestion.
        ValueError: it is damaged, or too large.
        RecursionError: its JSON is nested too deeply.
    """
    row = connection.execute(
        "SELECT node, asked, region, state, message FROM suggestions WHERE number = ?", (number,)
    ).fetchone()
    if row is None:
        raise KeyError(number)
    size_of_details(connection, number)
    node, asked, region, state, message = row
    takes = connection.execute(
        "SELECT number, rank, details FROM takes WHERE suggestion = ? ORDER BY number", (number,)
    )
    return SuggestionRow(
        number=number,
        node=node,
        asked=_object(asked),
        region=_object(region),
        state=state,
        message=message,
        takes=[
            TakeRow(number=take, rank=rank, details=unpack_json(details))
            for take, rank, details in takes
        ],
    )


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("it is not an object")
    return value


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value)
