"""From shards to a corpus: drop exact duplicates, cluster, split, write.

It does not matter which machine made a shard, or when: shards are taken in the order of the
sources, and memory holds some hundred bytes a song (see `stock`, `clusters`), however many there
are. What is larger goes to files in a folder of the work, which may be removed afterwards.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from segue.corpus.assemble import Fate, assemble
from segue.corpus.clusters import cluster_songs
from segue.corpus.options import CorpusOptions
from segue.corpus.progress import OnProgress, Progress
from segue.corpus.scratch import Scratch
from segue.corpus.shards import read_shingles
from segue.corpus.split import split_by_cluster
from segue.corpus.stock import Stock, take_stock

__all__ = ["finish"]


def finish(
    shards: Sequence[Path],
    folder: Path,
    options: CorpusOptions,
    *,
    on_progress: OnProgress,
) -> Path:
    """Write the store that the shards' songs make; returns where it is, inside `folder`.

    Args:
        shards: the shards' paths, in the corpus's order.
        folder: where to work; what an earlier attempt left there is removed.
        options: how near-duplicates are found.
        on_progress: called with the progress of each phase.

    Raises:
        CorpusError: a shard is damaged, or there is no song.
    """
    fresh, scratch = folder / "store", folder / "scratch"
    for left in (fresh, scratch):
        shutil.rmtree(left, ignore_errors=True)
    fresh.mkdir(parents=True)

    def phase(name: str, total: int) -> Callable[[int], None]:
        return lambda done: on_progress(Progress(name, done, total))

    stock = take_stock(shards, on_shard=phase("count", len(shards)))
    clusters = _clusters(stock, shards, options, scratch, phase)
    splits = split_by_cluster(clusters, stock.checksums[stock.is_kept])
    fate = Fate(clusters, splits)
    assemble(fresh, shards, stock, fate, options, on_shard=phase("write", len(shards)))
    shutil.rmtree(scratch, ignore_errors=True)
    return fresh


def _clusters(
    stock: Stock,
    shards: Sequence[Path],
    options: CorpusOptions,
    scratch: Path,
    phase: Callable[[str, int], Callable[[int], None]],
) -> npt.NDArray[np.int64]:
    """The cluster of each song that is kept."""
    is_kept = stock.is_kept
    n_songs = int(is_kept.sum())
    if not options.near_duplicates:
        return np.arange(n_songs)

    def kept_shingles() -> Iterator[npt.NDArray[np.uint32]]:
        sizes = stock.by_shard(stock.n_shingles)
        for path, kept, n_shingles in zip(shards, stock.by_shard(is_kept), sizes, strict=True):
            yield read_shingles(path)[np.repeat(kept, n_shingles)]

    shingles = Scratch(scratch).gathered("shingles", np.uint32, kept_shingles())
    return cluster_songs(
        shingles,
        np.append(0, np.cumsum(stock.n_shingles[is_kept], dtype=np.int64)),
        similarity=options.similarity,
        on_song=phase("cluster", n_songs),
        scratch=scratch,
    )
