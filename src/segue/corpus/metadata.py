"""The metadata table: one Parquet row a song, and what its columns mean.

`FIELDS` describes the columns; data cards print it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pyarrow as pa

FIELDS: Final[dict[str, tuple[str, str]]] = {
    "path": ("string", "path inside the source"),
    "archive": ("string", "the source: an archive's or a folder's name"),
    "source": ("string", "the collection, as the ledger names it"),
    "origin": ("string", "who published it, as the ledger says"),
    "tier": ("string", "licence tier: open, research, unclear, ... or unknown"),
    "licence": ("string", "the licence, as the ledger names it; may be empty"),
    "sha256": ("string", "checksum of the MIDI file"),
    "music_sha256": ("string", "checksum of the music alone (the columns of the store)"),
    "cluster": ("int64", "songs of one number are near-duplicates of each other"),
    "split": ("string", "train, valid or test"),
    "n_notes": ("int64", "number of notes"),
    "n_tracks": ("int64", "number of tracks with notes"),
    "n_instruments": ("int64", "different programs; all drums count as one"),
    "n_bars": ("int64", "bars up to the last onset"),
    "seconds": ("float64", "time of the last note's end"),
    "ticks_per_quarter": ("int64", "resolution of the file"),
    "metre": ("string", "the first metre"),
    "n_metres": ("int64", "number of metre events"),
    "n_tempos": ("int64", "number of tempo changes"),
    "has_drums": ("bool", "whether a track is a drum kit"),
    "repairs": (
        "int64",
        "notes and events changed or dropped (no length, impossible tempo or metre), and notes "
        "that only the careful reader found or knew to be drums",
    ),
}
"""Column name -> (type, meaning)."""

LEDGER_FIELDS: Final = ("path", "archive", "source", "origin", "tier", "licence", "sha256", "split")
"""What `ledger.jsonl` says of a song."""


def metadata_table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """The rows' known fields as an Arrow table; other keys are left out."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
    }
    schema = pa.schema([(name, types[kind]) for name, (kind, _) in FIELDS.items()])
    columns = {name: [row[name] for row in rows] for name in FIELDS}
    return pa.table(columns, schema=schema)


def write_metadata(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows as a Parquet file."""
    import pyarrow.parquet as pq

    pq.write_table(metadata_table(rows), path, compression="zstd")
