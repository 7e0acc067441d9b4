"""From shards to a store: the accepted songs' columns laid end to end on disk, a shard at a time.

Only one shard and some numbers a song are kept in memory, so it does not grow with the number of
notes. The caller gives an empty folder and renames it into place afterwards; this module does not
make it final.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from segue.corpus.manifest import Manifest, record_of
from segue.corpus.metadata import LEDGER_FIELDS, MetadataWriter
from segue.corpus.options import CorpusOptions
from segue.corpus.rejected import RejectedWriter
from segue.corpus.shards import Shard, read_shard
from segue.corpus.song import COLUMNS
from segue.corpus.split import SPLITS
from segue.corpus.stock import COUNT_FIELDS, Stock
from segue.corpus.store import (
    LEDGER_NAME,
    METADATA_NAME,
    REJECTED_NAME,
    RESOLUTION_FILE,
    SPLIT_FILE,
    column_file,
    offsets_file,
)

__all__ = ["Fate", "assemble"]

Row = dict[str, Any]


@dataclass(frozen=True)
class Fate:
    """What becomes of the songs that are kept: their clusters, and their splits by number."""

    clusters: npt.NDArray[np.int64]
    splits: npt.NDArray[np.uint8]


def assemble(
    folder: Path,
    shards: Sequence[Path],
    stock: Stock,
    fate: Fate,
    options: CorpusOptions,
    *,
    on_shard: Callable[[int], None],
) -> Manifest:
    """Write a whole store, manifest last.

    Args:
        folder: an empty folder.
        shards: the shards' paths, in order.
        stock: what is known of their songs.
        fate: clusters and splits of those that are kept.
        options: how it was built, for the manifest.
        on_shard: called with the number of shards that are written.
    """
    (folder / "columns").mkdir()
    (folder / "offsets").mkdir()
    is_kept = stock.is_kept
    for kind, counts in stock.counts.items():
        np.save(
            folder / offsets_file(kind), np.append(0, np.cumsum(counts[is_kept], dtype=np.int64))
        )
    np.save(folder / RESOLUTION_FILE, stock.resolution[is_kept])
    np.save(folder / SPLIT_FILE, fate.splits)
    counted = _write_songs(folder, shards, stock, fate, on_shard)
    manifest = _manifest(folder, counted, fate, options)
    manifest.write(folder)
    return manifest


@dataclass
class _Counted:
    """What the manifest counts."""

    songs: Counter[str] = field(default_factory=Counter)
    """By archive."""
    tiers: Counter[str] = field(default_factory=Counter)
    notes: int = 0
    rescued_songs: int = 0
    rescued_notes: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """By archive."""

    def add(self, row: Row) -> None:
        self.songs[row["archive"]] += 1
        self.tiers[row["tier"]] += 1
        self.notes += row["n_notes"]
        self.rescued_songs += row["rescued"] > 0
        self.rescued_notes += row["rescued"]


def _write_songs(
    folder: Path,
    shards: Sequence[Path],
    stock: Stock,
    fate: Fate,
    on_shard: Callable[[int], None],
) -> _Counted:
    """Columns, metadata, ledger and rejected files, in one pass over the shards."""
    counted = _Counted()
    is_kept = stock.is_kept
    song, number = 0, 0  # among all songs, and among those that are kept
    with ExitStack() as stack:
        columns = _open_columns(folder, stock, is_kept, stack)
        metadata = stack.enter_context(MetadataWriter(folder / METADATA_NAME))
        rejected = stack.enter_context(RejectedWriter(folder / REJECTED_NAME, stock))
        ledger = stack.enter_context((folder / LEDGER_NAME).open("w", encoding="utf-8"))
        for done, (path, kept) in enumerate(
            zip(shards, stock.by_shard(is_kept), strict=True), start=1
        ):
            shard = read_shard(path)
            _append_columns(columns, shard, kept)
            for reason in shard.rejected:
                rejected.add(reason)
            for row, stays in zip(shard.rows, kept.tolist(), strict=True):
                rejected.see(song, row)
                song += 1
                if not stays:
                    continue
                row |= {
                    "cluster": int(fate.clusters[number]),
                    "split": SPLITS[fate.splits[number]],
                }
                number += 1
                metadata.add(row)
                line = {name: row[name] for name in LEDGER_FIELDS}
                ledger.write(json.dumps(line, ensure_ascii=False) + "\n")
                counted.add(row)
            on_shard(done)
        rejected.finish()
        counted.rejected = rejected.by_archive
    return counted


def _open_columns(
    folder: Path, stock: Stock, is_kept: npt.NDArray[np.bool_], stack: ExitStack
) -> dict[str, IO[bytes]]:
    """A file for each column, its header written."""
    files: dict[str, IO[bytes]] = {}
    for kind, names in COLUMNS.items():
        n_rows = int(stock.counts[kind][is_kept].sum(dtype=np.int64))
        for name, dtype in names.items():
            files[name] = stack.enter_context((folder / column_file(name)).open("wb"))
            header = {
                "descr": np.lib.format.dtype_to_descr(np.dtype(dtype)),
                "fortran_order": False,
                "shape": (n_rows,),
            }
            np.lib.format.write_array_header_1_0(files[name], header)
    return files


def _append_columns(
    files: Mapping[str, IO[bytes]], shard: Shard, kept: npt.NDArray[np.bool_]
) -> None:
    for kind, names in COLUMNS.items():
        counts = [row[COUNT_FIELDS[kind]] for row in shard.rows]
        chosen = None if kept.all() else np.repeat(kept, counts)
        for name in names:
            column = shard.columns[name] if chosen is None else shard.columns[name][chosen]
            files[name].write(column.data)


def _manifest(folder: Path, counted: _Counted, fate: Fate, options: CorpusOptions) -> Manifest:
    in_split = np.bincount(fate.splits, minlength=len(SPLITS)).tolist()
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    return Manifest(
        n_songs=len(fate.splits),
        n_notes=counted.notes,
        n_clusters=int(fate.clusters.max(initial=-1)) + 1,
        n_rejected=counted.rejected.total(),
        n_rescued_songs=counted.rescued_songs,
        n_rescued_notes=counted.rescued_notes,
        splits=dict(zip(SPLITS, in_split, strict=True)),
        tiers=dict(sorted(counted.tiers.items())),
        options=options.as_dict(),
        sources=[
            {"name": name, "songs": counted.songs[name], "rejected": counted.rejected[name]}
            for name in sorted(counted.songs | counted.rejected)
        ],
        files={path.relative_to(folder).as_posix(): record_of(path) for path in names},
    )
