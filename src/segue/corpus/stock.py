"""What finishing a corpus must know of every song at once: numbers in arrays, some hundred bytes a
song.

Everything else (names, notes, shingles) stays in the shards and is read from them in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.duplicates import keepers
from segue.corpus.ledger import OPEN_TIER
from segue.corpus.shards import read_shard
from segue.errors import CorpusError

__all__ = ["COUNT_FIELDS", "Stock", "take_stock"]

COUNT_FIELDS: Final = {
    "note": "n_notes",
    "track": "n_tracks",
    "tempo": "n_tempos",
    "metre": "n_metres",
}
"""The field of a song's row that says how many rows it has in the columns of a kind."""


@dataclass(frozen=True)
class Stock:
    """The songs of all shards, in their order, exact duplicates among them; S songs.

    Attributes:
        songs_of_shard: how many songs each shard has.
        checksums: SHA-256 of each file, (S, 32), uint8.
        keeper: the copy of the same music that stays; for most songs the song itself; (S,).
        n_shingles: how many shingles each song has, (S,).
        counts: by kind, how many rows of columns each song has, (S,).
        resolution: ticks per quarter, (S,).
    """

    songs_of_shard: list[int]
    checksums: npt.NDArray[np.uint8]
    keeper: npt.NDArray[np.int64]
    n_shingles: npt.NDArray[np.int32]
    counts: dict[str, npt.NDArray[np.int32]]
    resolution: npt.NDArray[np.int32]

    @property
    def is_kept(self) -> npt.NDArray[np.bool_]:
        """Which songs go into the corpus, (S,)."""
        kept: npt.NDArray[np.bool_] = self.keeper == np.arange(len(self.keeper))
        return kept

    def by_shard(self, values: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
        """An array of all songs cut into those of each shard."""
        ends = np.cumsum(self.songs_of_shard)
        for end, size in zip(ends.tolist(), self.songs_of_shard, strict=True):
            yield values[end - size : end]


def take_stock(shards: Sequence[Path], *, on_shard: Callable[[int], None]) -> Stock:
    """Read the records of all shards, and find what is an exact duplicate.

    Raises:
        CorpusError: a shard is damaged, or no song was accepted; the message says why files were
            rejected.
    """
    numbers = ("n_shingles", "ticks_per_quarter", *COUNT_FIELDS.values())
    arrays: dict[str, list[npt.NDArray[np.int32]]] = {name: [] for name in numbers}
    music, files, is_open, sizes = [], [], [], []
    reasons: Counter[str] = Counter()
    for done, path in enumerate(shards, start=1):
        shard = read_shard(path, columns=())
        rows = shard.rows
        sizes.append(len(rows))
        music.append(_digests(row["music_sha256"] for row in rows))
        files.append(_digests(row["sha256"] for row in rows))
        is_open.append(np.array([row["tier"] == OPEN_TIER for row in rows], np.bool_))
        for name in numbers:
            arrays[name].append(np.array([row[name] for row in rows], np.int32))
        reasons.update(row["reason"].split(":")[0] for row in shard.rejected)
        on_shard(done)
    if not sum(sizes):
        raise CorpusError(_nothing_accepted(reasons))
    joined = {name: np.concatenate(arrays.pop(name)) for name in numbers}
    return Stock(
        songs_of_shard=sizes,
        checksums=np.concatenate(files),
        keeper=keepers(np.concatenate(music), np.concatenate(is_open)),
        n_shingles=joined["n_shingles"],
        counts={kind: joined[field] for kind, field in COUNT_FIELDS.items()},
        resolution=joined["ticks_per_quarter"],
    )


def _digests(texts: Iterator[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer(bytes.fromhex("".join(texts)), np.uint8).reshape(-1, 32)


def _nothing_accepted(reasons: Counter[str]) -> str:
    common = "; ".join(f"{reason} ({count} files)" for reason, count in reasons.most_common(3))
    return (
        f"none of {reasons.total()} files can be used: {common}. Correct the files or the options"
    )
