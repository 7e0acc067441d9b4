"""The tables of a project's file, and the numbers by which it is known."""

import sqlite3
from typing import Final

__all__ = ["APPLICATION_ID", "FORMAT_VERSION", "make_tables", "tables_of"]

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


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty file."""
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)


def tables_of(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Everything that a file defines, as (kind, name, SQL)."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master")
    return {(kind, name, " ".join((sql or "").split())) for kind, name, sql in rows}
