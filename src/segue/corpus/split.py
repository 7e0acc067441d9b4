"""Train, valid and test: 70/15/15 by cluster, so that no tune is in two splits.

A cluster's split follows from the checksums of its files alone, not from how many other clusters
there are or how the files are parsed: when songs are added to a corpus, the others stay where they
were (except where a new song joins clusters), and a model's test songs remain its test songs.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import numpy.typing as npt

SPLITS: Final = ("train", "valid", "test")
TRAIN_SHARE: Final = 0.70
VALID_SHARE: Final = 0.15


def split_by_cluster(
    clusters: npt.NDArray[np.int64], checksums: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """The split of each song, as an index into `SPLITS`.

    With very few clusters the draw may leave valid or test empty, and nothing could be evaluated;
    then the cluster that came nearest is moved there.

    Args:
        clusters: each song's cluster, numbered from 0 without gaps, (S,).
        checksums: SHA-256 of each song's file, (S, 32); a cluster goes by the least of its songs'.
    """
    words = np.ascontiguousarray(checksums).view(">u8")
    order = np.lexsort((*words.T[::-1], clusters))
    least = order[np.searchsorted(clusters[order], np.arange(int(clusters.max(initial=-1)) + 1))]
    draw = np.array([_uniform(checksums[song].tobytes().hex()) for song in least.tolist()])
    split = np.digitize(draw, [TRAIN_SHARE, TRAIN_SHARE + VALID_SHARE])
    _fill_empty(split, draw)
    of_song: npt.NDArray[np.uint8] = split.astype(np.uint8)[clusters]
    return of_song


def _uniform(name: str) -> float:
    """A number in [0, 1) that depends on the name only."""
    digest = hashlib.sha256(b"split\0" + name.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _fill_empty(split: npt.NDArray[np.int64], draw: npt.NDArray[np.float64]) -> None:
    """Give test, then valid, the highest train cluster each if they have none; train keeps one."""
    for empty in (2, 1):
        train = np.flatnonzero(split == 0)
        if len(train) > 1 and not np.any(split == empty):
            split[train[np.argmax(draw[train])]] = empty
