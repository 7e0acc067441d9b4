"""The metadata table: one Parquet row a song, and what its columns mean.

`FIELDS` describes the columns; data cards print it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

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


ROWS_AT_ONCE: Final = 1 << 16
"""Songs of one row group; more are never in memory, some kilobytes each."""


class MetadataWriter:
    """Writes the rows as a Parquet file, a group at a time; a context."""

    def __init__(self, path: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {
            "string": pa.string(),
            "int64": pa.int64(),
            "float64": pa.float64(),
            "bool": pa.bool_(),
        }
        self._schema = pa.schema([(name, types[kind]) for name, (kind, _) in FIELDS.items()])
        self._file = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: dict[str, list[Any]] = {name: [] for name in FIELDS}

    def __enter__(self) -> Self:
        """Nothing is written yet."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write what is left, and end the file."""
        if kind is None:
            self._flush()
        self._file.close()

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a song; keys that are no column are left out."""
        for name, values in self._waiting.items():
            values.append(row[name])
        if len(self._waiting["path"]) == ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        self._file.write_table(pa.table(self._waiting, schema=self._schema))
        for values in self._waiting.values():
            values.clear()
