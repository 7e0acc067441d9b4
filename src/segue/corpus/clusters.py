"""Near-duplicates: songs that are one tune, sequenced, transposed or arranged by different people.

Three steps, each narrowing the last. (1) MinHash signatures (datasketch) of the songs' shingles;
songs that share one of the first `_BANDS` minima are candidates: locality-sensitive hashing with
bands of one row, which finds pairs of a Jaccard similarity as low as 0.06. (2) Candidates whose
signatures agree too little are dropped. (3) The rest are compared exactly: the cosine of their
shingle sets, each shingle weighted by its rarity, less 1/shared, because a handful of runs in
common may be chance. Pairs above the threshold are joined by union-find.

Shingles that very many songs share are left out first (see `rarity`). A threshold as low as 0.1 is
strict enough: five in six pairs just around it have the names of one tune (benchmarks/corpus).

Shingles and signatures are files, and pairs are compared band by band, so that memory holds some
hundred bytes a song, whatever the songs' length.

Conventions: S songs; shingles are increasing uint32 within each song, songs end to end, song i at
`offsets[i]:offsets[i + 1]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.rarity import Offsets, Shingles, Telling, telling_shingles
from segue.corpus.scratch import Scratch

__all__ = ["cluster_songs"]

Labels = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int64]
"""Songs i < j, (P, 2)."""

_N_PERMUTATIONS: Final = 256
_BANDS: Final = 64
_MIN_AGREEMENT: Final = 6
"""Of 256 minima; a pair at the threshold agrees in about 16, an unrelated one in none or one."""
_PAIRS_AT_ONCE: Final = 1 << 13
_MINHASH_SEED: Final = 1
_EMPTY_MINIMUM: Final = 2**32 - 1


def cluster_songs(
    shingles: Shingles,
    offsets: Offsets,
    *,
    similarity: float,
    on_song: Callable[[int], None] = lambda done: None,
    scratch: Path | None = None,
) -> Labels:
    """A cluster number for each song, numbered from 0 in order of first appearance.

    Args:
        shingles: all songs' shingle sets end to end; may be a mapped file.
        offsets: where each song's set begins, and the end; (S + 1,).
        similarity: the least similarity of two songs of one cluster that are joined directly.
        on_song: called with the number of songs that have their signature.
        scratch: a folder for what need not be in memory; by default a temporary one.

    Returns:
        Labels, (S,). A song without shingles is a cluster of its own.
    """
    if scratch is None:
        with TemporaryDirectory(prefix="segue-") as folder:
            return cluster_songs(
                shingles, offsets, similarity=similarity, on_song=on_song, scratch=Path(folder)
            )
    files = Scratch(scratch)
    telling = telling_shingles(shingles, offsets, files)
    signatures, bands = _signatures(telling, files, on_song)
    songs = np.flatnonzero(np.diff(telling.offsets) > 0)
    labels = np.arange(len(offsets) - 1)
    for band in range(_BANDS):
        joined = [
            pairs[_similarities(pairs, telling) >= similarity]
            for pairs in _candidates(band, bands[band], songs, signatures, labels)
        ]
        labels = _joined(labels, joined)
    return _by_appearance(labels)


def _signatures(
    telling: Telling, scratch: Scratch, on_song: Callable[[int], None]
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """MinHash signatures, (S, permutations), all ones in binary for a song without shingles; and
    their first columns, (bands, S).

    Shingles are well mixed 32-bit hashes already, so datasketch's permutations are applied to them
    as they are, a song at a time: four times faster than handing it the elements one by one.
    """
    from datasketch import MinHash

    scheme: dict[str, Any] = {"seed": _MINHASH_SEED, "scheme": "affine32"}
    factors, terms = MinHash(_N_PERMUTATIONS, **scheme).permutations
    n_songs = len(telling.offsets) - 1
    signatures = scratch.empty("signatures", np.uint32, (n_songs, _N_PERMUTATIONS))
    bands = scratch.empty("bands", np.uint32, (_BANDS, n_songs))
    for song, (start, stop) in enumerate(pairwise(telling.offsets.tolist())):
        signatures[song] = _EMPTY_MINIMUM
        if stop > start:
            permuted = factors[:, None] * telling.shingles[None, start:stop] + terms[:, None]
            permuted.min(axis=1, out=signatures[song])
        on_song(song + 1)
    for start in range(0, n_songs, _PAIRS_AT_ONCE):
        bands[:, start : start + _PAIRS_AT_ONCE] = signatures[
            start : start + _PAIRS_AT_ONCE, :_BANDS
        ].T
    return signatures.view(np.ndarray), bands.view(np.ndarray)


def _candidates(
    band: int,
    keys: npt.NDArray[np.uint32],
    songs: npt.NDArray[np.int64],
    signatures: npt.NDArray[np.uint32],
    labels: Labels,
) -> Iterator[Pairs]:
    """Pairs of one bucket of a band whose signatures agree in enough places.

    Left out are pairs that an earlier band gave, and those that `labels` join already.
    """
    for low, high in _batches(_pairs_of_equals(keys[songs])):
        pairs = np.stack([songs[low], songs[high]], axis=1)
        pairs = pairs[labels[pairs[:, 0]] != labels[pairs[:, 1]]]
        equal = signatures[pairs[:, 0]] == signatures[pairs[:, 1]]
        agree = np.count_nonzero(equal, axis=1) >= _MIN_AGREEMENT
        yield pairs[agree & ~equal[:, :band].any(axis=1)]


_LowAndHigh = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


def _batches(found: Iterator[_LowAndHigh]) -> Iterator[_LowAndHigh]:
    """The same pairs, about as many at a time as are compared at once."""
    waiting: list[_LowAndHigh] = []
    n_waiting = 0
    for low, high in found:
        for start in range(0, len(low), _PAIRS_AT_ONCE):
            waiting.append(
                (low[start : start + _PAIRS_AT_ONCE], high[start : start + _PAIRS_AT_ONCE])
            )
            n_waiting += len(waiting[-1][0])
            if n_waiting >= _PAIRS_AT_ONCE:
                yield _end_to_end(waiting)
                waiting, n_waiting = [], 0
    if waiting:
        yield _end_to_end(waiting)


def _end_to_end(found: list[_LowAndHigh]) -> _LowAndHigh:
    low, high = zip(*found, strict=True)
    return np.concatenate(low), np.concatenate(high)


def _pairs_of_equals(
    keys: npt.NDArray[np.uint32],
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """All (i < j) with keys[i] == keys[j], at most as many at once as there are keys."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first = np.arange(len(keys))
    step = 1
    # Compare with the neighbour 1, 2, 3... places on; only what was equal so far can still be.
    while len(first := first[first < len(keys) - step]):
        first = first[ordered[first] == ordered[first + step]]
        yield order[first], order[first + step]
        step += 1


def _similarities(pairs: Pairs, telling: Telling) -> npt.NDArray[np.float64]:
    """Cosine of the weighted shingle sets of each pair, less one over the number shared; (P,)."""
    from scipy.sparse import csr_matrix

    if not len(pairs):
        return np.empty(0)
    songs, place = np.unique(pairs, return_inverse=True)
    low, high = place.reshape(pairs.shape).T
    starts, stops = telling.offsets[songs], telling.offsets[songs + 1]
    ends = np.append(0, np.cumsum(stops - starts))
    taken = np.arange(ends[-1]) + np.repeat(starts - ends[:-1], stops - starts)
    columns = telling.shingles[taken].astype(np.int64)
    weights = telling.weights(telling.songs_with[taken])
    shape = (len(songs), 2**32)
    weighted = csr_matrix((weights, columns, ends), shape=shape)
    members = csr_matrix((np.ones(len(columns), np.float32), columns, ends), shape=shape)
    norm = np.sqrt(_sums(weights, ends))
    common = weighted[low].multiply(members[high])
    shared = np.maximum(np.diff(common.indptr), 1)
    cosine = _sums(common.data, common.indptr) / (norm[low] * norm[high])
    return np.asarray(cosine - 1 / shared, np.float64)


def _sums(values: npt.NDArray[np.float32], ends: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The sum of each row; scipy's own would need a number for each of 2**32 columns."""
    rows = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
    return np.asarray(np.bincount(rows, values, minlength=len(ends) - 1), np.float64)


def _joined(labels: Labels, pairs: list[Pairs]) -> Labels:
    """The labels after the songs of each pair have been put into one cluster."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    low, high = labels[np.concatenate([np.empty((0, 2), np.int64), *pairs])].T
    if not len(low):
        return labels
    n = int(labels.max()) + 1
    graph = csr_matrix((np.ones(len(low), np.bool_), (low, high)), shape=(n, n))
    _, of_label = connected_components(graph, directed=False)
    return np.asarray(of_label[labels], np.int64)


def _by_appearance(labels: Labels) -> Labels:
    """The labels numbered in the order in which they appear."""
    _, first, label = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[label]
