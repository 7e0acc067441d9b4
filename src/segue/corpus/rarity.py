"""How many songs have each shingle, counted by an external sort, and the shingles that tell songs
apart.

Shingles that very many songs share (scales, trills, stock bass lines) say nothing and are left out.
A corpus of ten million songs has ten thousand million shingles, so they are never in memory at
once: blocks of `_BLOCK` are sorted one at a time, and the sorted blocks are merged by ranges of
hashes, which are even because hashes are.

Conventions: S songs; shingles are increasing uint32 within each song, songs end to end, song i at
`offsets[i]:offsets[i + 1]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.scratch import Scratch

__all__ = ["Offsets", "Shingles", "Telling", "telling_shingles"]

Shingles = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]

_BLOCK: Final = 1 << 24
"""Shingles that are sorted at once; they take half a GiB while they are."""
_COMMON_SHARE, _LEAST_COMMON, _MOST_COMMON = 0.005, 100, 400


@dataclass(frozen=True)
class Telling:
    """The shingles that few songs share.

    Attributes:
        shingles: songs end to end.
        songs_with: in how many songs each of them is, uint16.
        offsets: where each song's shingles begin, and the end; (S + 1,).
    """

    shingles: Shingles
    songs_with: npt.NDArray[np.uint16]
    offsets: Offsets

    def weights(self, songs_with: npt.NDArray[np.uint16]) -> npt.NDArray[np.float32]:
        """How rare shingles are that so many songs have."""
        n_songs = len(self.offsets) - 1
        return np.log1p(n_songs / songs_with.astype(np.int64)).astype(np.float32)


def telling_shingles(shingles: Shingles, offsets: Offsets, scratch: Scratch) -> Telling:
    """Leave out the shingles that more than a two-hundredth of the songs share.

    Args:
        shingles: all songs' shingle sets end to end.
        offsets: where each song's set begins, and the end; (S + 1,).
        scratch: where they are sorted.
    """
    n_songs = len(offsets) - 1
    cap = int(np.clip(_COMMON_SHARE * n_songs, _LEAST_COMMON, _MOST_COMMON))
    blocks = [_sorted_block(shingles, start, scratch) for start in range(0, len(shingles), _BLOCK)]
    shared, songs_with_shared = _shared(blocks, scratch)
    kept_offsets = np.zeros(n_songs + 1, np.int64)
    n_kept = 0

    def counted() -> Iterator[npt.NDArray[np.uint16]]:
        """How many songs have each shingle, at most `cap + 1`, block by block."""
        for block in blocks:
            counts = np.ones(len(block.hashes), np.uint16)
            if len(shared):
                where = np.searchsorted(shared, block.hashes).clip(max=len(shared) - 1)
                found = shared[where] == block.hashes
                many = np.minimum(songs_with_shared[where], cap + 1)
                counts = np.where(found, many, 1).astype(np.uint16)
            yield counts[block.inverse]

    every = scratch.gathered("songs_with.every", np.uint16, counted())
    for start in range(0, len(shingles), _BLOCK):
        is_rare = every[start : start + _BLOCK] <= cap
        ends = slice(*np.searchsorted(offsets, [start, start + len(is_rare)], side="right"))
        before = np.append(0, np.cumsum(is_rare))
        kept_offsets[ends] = n_kept + before[offsets[ends] - start]
        n_kept += int(before[-1])
    return Telling(
        scratch.gathered("telling", np.uint32, _rare(shingles, every, cap)),
        scratch.gathered("songs_with", np.uint16, _rare(every, every, cap)),
        kept_offsets,
    )


def _rare(
    values: npt.NDArray[Any], songs_with: npt.NDArray[np.uint16], cap: int
) -> Iterator[npt.NDArray[Any]]:
    for start in range(0, len(values), _BLOCK):
        block = slice(start, start + _BLOCK)
        yield values[block][songs_with[block] <= cap]


@dataclass(frozen=True)
class _Block:
    """Some shingles: their different hashes, rising, how often each comes, and which each was."""

    hashes: Shingles
    counts: npt.NDArray[np.uint32]
    inverse: npt.NDArray[np.int32]


def _sorted_block(shingles: Shingles, start: int, scratch: Scratch) -> _Block:
    hashes, inverse, counts = np.unique(
        shingles[start : start + _BLOCK], return_inverse=True, return_counts=True
    )
    return _Block(
        scratch.gathered(f"hashes.{start}", np.uint32, [hashes]),
        scratch.gathered(f"counts.{start}", np.uint32, [counts]),
        scratch.gathered(f"inverse.{start}", np.int32, [inverse]),
    )


def _shared(blocks: list[_Block], scratch: Scratch) -> tuple[Shingles, npt.NDArray[np.uint32]]:
    """The hashes that several songs have, rising, and how many songs have each."""
    # As many ranges as blocks: then a range of all blocks is about as large as a block.
    edges = np.linspace(0, 2**32, len(blocks) + 1)[1:-1].astype(np.uint32)
    cuts = [
        [0, *np.searchsorted(block.hashes, edges).tolist(), len(block.hashes)] for block in blocks
    ]
    hashes: list[Shingles] = []
    counts: list[npt.NDArray[np.uint32]] = []
    for number in range(len(blocks)):
        ranges = [slice(cut[number], cut[number + 1]) for cut in cuts]
        some = np.concatenate([b.hashes[r] for b, r in zip(blocks, ranges, strict=True)])
        times = np.concatenate([b.counts[r] for b, r in zip(blocks, ranges, strict=True)])
        if not len(some):
            continue
        order = np.argsort(some, kind="stable")
        some = some[order]
        first = np.flatnonzero(np.append(True, some[1:] != some[:-1]))
        times = np.add.reduceat(times[order], first)
        several = times > 1
        hashes.append(scratch.gathered(f"shared.{number}", np.uint32, [some[first][several]]))
        counts.append(scratch.gathered(f"times.{number}", np.uint32, [times[several]]))
    return (
        scratch.gathered("shared", np.uint32, hashes),
        scratch.gathered("times", np.uint32, counts),
    )
