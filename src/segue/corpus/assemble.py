"""From shards to a store: the accepted songs' columns laid end to end on disk, a shard at a time.

Only one shard and one record a song are kept in memory, so it does not grow with the number of
notes. The caller gives an empty folder and renames it into place afterwards; this module does not
make it final.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from segue.corpus.manifest import Manifest, record_of
from segue.corpus.metadata import LEDGER_FIELDS, write_metadata
from segue.corpus.options import CorpusOptions
from segue.corpus.shards import read_shard
from segue.corpus.song import COLUMNS
from segue.corpus.split import SPLITS
from segue.corpus.store import (
    LEDGER_NAME,
    METADATA_NAME,
    REJECTED_NAME,
    RESOLUTION_FILE,
    SPLIT_FILE,
    column_file,
    offsets_file,
)

Row = dict[str, Any]

_COUNT_FIELDS = {"note": "n_notes", "track": "n_tracks", "tempo": "n_tempos", "metre": "n_metres"}


def assemble(
    folder: Path,
    shards: Sequence[Path],
    rows: Sequence[Row],
    rejected: Sequence[Row],
    options: CorpusOptions,
    *,
    on_shard: Callable[[int], None],
) -> Manifest:
    """Write a whole store, manifest last.

    Args:
        folder: an empty folder.
        shards: the shards' paths, in order.
        rows: the accepted songs in order, each with `cluster` and `split`, and with `shard` and
            `position`, which say where its columns are.
        rejected: what was left out, with reasons.
        options: how it was built, for the manifest.
        on_shard: called with the number of shards that are written.
    """
    (folder / "columns").mkdir()
    (folder / "offsets").mkdir()
    for kind, field in _COUNT_FIELDS.items():
        np.save(folder / offsets_file(kind), _offsets(row[field] for row in rows))
    _write_columns(folder, shards, rows, on_shard)
    resolution = np.array([row["ticks_per_quarter"] for row in rows], np.int32)
    np.save(folder / RESOLUTION_FILE, resolution)
    splits = np.array([SPLITS.index(row["split"]) for row in rows], np.uint8)
    np.save(folder / SPLIT_FILE, splits)
    write_metadata(folder / METADATA_NAME, rows)
    _write_lines(folder / LEDGER_NAME, ({f: row[f] for f in LEDGER_FIELDS} for row in rows))
    _write_lines(folder / REJECTED_NAME, rejected)
    manifest = _manifest(folder, rows, rejected, options)
    manifest.write(folder)
    return manifest


def _offsets(counts: Iterable[int]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *counts], dtype=np.int64)


def _write_columns(
    folder: Path, shards: Sequence[Path], rows: Sequence[Row], on_shard: Callable[[int], None]
) -> None:
    accepted: dict[int, list[int]] = {}
    for row in rows:
        accepted.setdefault(row["shard"], []).append(row["position"])
    with ExitStack() as stack:
        files = {}
        for kind, names in COLUMNS.items():
            n_rows = sum(row[_COUNT_FIELDS[kind]] for row in rows)
            for name, dtype in names.items():
                files[name] = stack.enter_context((folder / column_file(name)).open("wb"))
                _write_header(files[name], np.dtype(dtype), n_rows)
        for number, path in enumerate(shards):
            if positions := accepted.get(number):
                _append_shard(files, path, positions)
            on_shard(number + 1)


def _write_header(file: IO[bytes], dtype: np.dtype[Any], n_rows: int) -> None:
    header = {
        "descr": np.lib.format.dtype_to_descr(dtype),
        "fortran_order": False,
        "shape": (n_rows,),
    }
    np.lib.format.write_array_header_1_0(file, header)


def _append_shard(files: Mapping[str, IO[bytes]], path: Path, positions: list[int]) -> None:
    shard = read_shard(path)
    is_accepted = np.zeros(len(shard.rows), np.bool_)
    is_accepted[positions] = True
    for kind, names in COLUMNS.items():
        counts = [row[_COUNT_FIELDS[kind]] for row in shard.rows]
        keep = None if is_accepted.all() else np.repeat(is_accepted, counts)
        for name in names:
            column = shard.columns[name] if keep is None else shard.columns[name][keep]
            files[name].write(column.data)


def _write_lines(path: Path, records: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _manifest(
    folder: Path, rows: Sequence[Row], rejected: Sequence[Row], options: CorpusOptions
) -> Manifest:
    splits = Counter(row["split"] for row in rows)
    songs, refused = (Counter(row["archive"] for row in some) for some in (rows, rejected))
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    return Manifest(
        n_songs=len(rows),
        n_notes=sum(row["n_notes"] for row in rows),
        n_clusters=len({row["cluster"] for row in rows}),
        n_rejected=len(rejected),
        n_rescued_songs=sum(row["rescued"] > 0 for row in rows),
        n_rescued_notes=sum(row["rescued"] for row in rows),
        splits={name: splits[name] for name in SPLITS},
        tiers=dict(sorted(Counter(row["tier"] for row in rows).items())),
        options=options.as_dict(),
        sources=[
            {"name": name, "songs": songs[name], "rejected": refused[name]}
            for name in sorted(songs | refused)
        ],
        files={path.relative_to(folder).as_posix(): record_of(path) for path in names},
    )
