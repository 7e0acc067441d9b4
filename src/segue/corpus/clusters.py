"""Near-duplicates: songs that are one tune, sequenced, transposed or arranged by different people.

Three steps, each narrowing the last. (1) MinHash signatures (datasketch) of the songs' shingles;
songs that share one of the first `_BANDS` minima are candidates: locality-sensitive hashing with
bands of one row, which finds pairs of a Jaccard similarity as low as 0.06. (2) Candidates whose
signatures agree too little are dropped. (3) The rest are compared exactly: the cosine of their
shingle sets, each shingle weighted by its rarity, less 1/shared, because a handful of runs in
common may be chance. Pairs above the threshold are joined by union-find.

Shingles that very many songs share (scales, trills, stock bass lines) say nothing and are left out.
A threshold as low as 0.1 is strict enough: five in six pairs just around it have the names of one
tune (benchmarks/corpus).

Conventions: S songs; shingles are increasing uint32 within each song, songs end to end, song i at
`offsets[i]:offsets[i + 1]`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Shingles = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int64]

_N_PERMUTATIONS: Final = 256
_BANDS: Final = 64
_MIN_AGREEMENT: Final = 6
"""Of 256 minima; a pair at the threshold agrees in about 16, an unrelated one in none or one."""
_PAIRS_AT_ONCE: Final = 1 << 14
_COMMON_SHARE, _LEAST_COMMON, _MOST_COMMON = 0.005, 100, 400
_MINHASH_SEED: Final = 1
_EMPTY_MINIMUM: Final = 2**32 - 1


def cluster_songs(
    shingles: Shingles,
    offsets: Offsets,
    *,
    similarity: float,
    on_song: Callable[[int], None] = lambda done: None,
) -> Labels:
    """A cluster number for each song, numbered from 0 in order of first appearance.

    Args:
        shingles: all songs' shingle sets end to end.
        offsets: where each song's set begins, and the end; (S + 1,).
        similarity: the least similarity of two songs of one cluster that are joined directly.
        on_song: called with the number of songs that have their signature.

    Returns:
        Labels, (S,). A song without shingles is a cluster of its own.
    """
    offsets, numbers, shingles, weights = _telling_shingles(shingles, offsets)
    signatures = _signatures(shingles, offsets, on_song)
    pairs = _agreeing(_candidates(signatures, np.diff(offsets) > 0), signatures)
    score = _similarities(pairs, numbers, offsets, weights)
    return _connected(pairs[score >= similarity], len(offsets) - 1)


def _telling_shingles(
    shingles: Shingles, offsets: Offsets
) -> tuple[Offsets, npt.NDArray[np.int32], Shingles, npt.NDArray[np.float32]]:
    """The shingles that few songs share: offsets, numbers from 0, hashes, and rarity weights."""
    n_songs = len(offsets) - 1
    order = np.argsort(shingles)
    ordered = shingles[order]
    is_new = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    number = np.empty(len(shingles), np.int32)
    number[order] = np.cumsum(is_new) - 1
    songs_with = np.bincount(number)
    cap = int(np.clip(_COMMON_SHARE * n_songs, _LEAST_COMMON, _MOST_COMMON))
    rare = songs_with[number] <= cap
    weights = np.log1p(n_songs / songs_with).astype(np.float32)
    kept_before = np.append(0, np.cumsum(rare))
    number = number[rare]
    return kept_before[offsets], number, shingles[rare], weights[number]


def _signatures(
    shingles: Shingles, offsets: Offsets, on_song: Callable[[int], None]
) -> npt.NDArray[np.uint32]:
    """MinHash signatures, (S, permutations); all ones in binary for a song without shingles.

    Shingles are well mixed 32-bit hashes already, so datasketch's permutations are applied to them
    as they are, a song at a time: four times faster than handing it the elements one by one.
    """
    from datasketch import MinHash

    scheme: dict[str, Any] = {"seed": _MINHASH_SEED, "scheme": "affine32"}
    factors, terms = MinHash(_N_PERMUTATIONS, **scheme).permutations
    signatures = np.full((len(offsets) - 1, _N_PERMUTATIONS), _EMPTY_MINIMUM, np.uint32)
    for song, (start, stop) in enumerate(pairwise(offsets.tolist())):
        if stop > start:
            permuted = factors[:, None] * shingles[None, start:stop] + terms[:, None]
            permuted.min(axis=1, out=signatures[song])
        on_song(song + 1)
    return signatures


def _candidates(
    signatures: npt.NDArray[np.uint32], has_shingles: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Pairs (i < j) of songs that share a bucket of some band, (P, 2), without repetition."""
    songs = np.flatnonzero(has_shingles)
    n_songs = len(signatures)
    packed = [np.empty(0, np.int64)]
    for band in range(_BANDS):
        low, high = _pairs_of_equals(signatures[songs, band])
        packed.append(songs[low] * n_songs + songs[high])
    every = np.sort(np.concatenate(packed))
    once = every[np.append(True, every[1:] != every[:-1])[: len(every)]]
    return np.stack(np.divmod(once, max(n_songs, 1)), axis=1)


def _pairs_of_equals(
    keys: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """All (i < j) with keys[i] == keys[j]."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    low, high = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    first = np.arange(len(keys))
    step = 1
    # Compare with the neighbour 1, 2, 3... places on; only what was equal so far can still be.
    while len(first := first[first < len(keys) - step]):
        first = first[ordered[first] == ordered[first + step]]
        low.append(order[first])
        high.append(order[first + step])
        step += 1
    return np.concatenate(low), np.concatenate(high)


def _agreeing(
    pairs: npt.NDArray[np.int64], signatures: npt.NDArray[np.uint32]
) -> npt.NDArray[np.int64]:
    """The pairs whose signatures agree in enough places."""
    keep = np.zeros(len(pairs), np.bool_)
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        equal = signatures[some[:, 0]] == signatures[some[:, 1]]
        keep[start : start + len(some)] = np.count_nonzero(equal, axis=1) >= _MIN_AGREEMENT
    return pairs[keep]


def _similarities(
    pairs: npt.NDArray[np.int64],
    numbers: npt.NDArray[np.int32],
    offsets: Offsets,
    weights: npt.NDArray[np.float32],
) -> npt.NDArray[np.float64]:
    """Cosine of the weighted shingle sets of each pair, less one over the number shared; (P,)."""
    from scipy.sparse import csr_matrix

    n_songs = len(offsets) - 1
    shape = (n_songs, int(numbers.max(initial=0)) + 1)
    weighted = csr_matrix((weights, numbers, offsets), shape=shape)
    members = csr_matrix((np.ones(len(numbers), np.float32), numbers, offsets), shape=shape)
    norm = np.sqrt(np.asarray(weighted.sum(axis=1), np.float64).ravel())
    score = np.zeros(len(pairs))
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        i, j = pairs[start : start + _PAIRS_AT_ONCE].T
        common = weighted[i].multiply(members[j])
        overlap = np.asarray(common.sum(axis=1), np.float64).ravel()
        shared = np.maximum(common.getnnz(axis=1), 1)
        score[start : start + len(i)] = overlap / (norm[i] * norm[j]) - 1 / shared
    return score


def _connected(pairs: npt.NDArray[np.int64], n_songs: int) -> Labels:
    """Union-find over the pairs; labels in order of first appearance."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(pairs), np.bool_)
    graph = csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(n_songs, n_songs))
    _, labels = connected_components(graph, directed=False)
    _, first, label = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[label], np.int64)
