"""Exact duplicates: the same bytes, or the same music saved again with other texts or controllers.

One copy stays: one with an open licence if there is one, else the first. (Near-duplicates all stay,
and go to one split together: see `clusters`.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["keepers"]


def keepers(music: npt.NDArray[np.uint8], is_open: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each song the copy of the same music that stays: for most of them the song itself.

    Args:
        music: a checksum of each song's music, (S, 32).
        is_open: whether its licence is open, (S,).
    """
    n_songs = len(music)
    words = np.ascontiguousarray(music).view(np.uint64)
    # Equal music is together, within it the open first, within these the earlier.
    order = np.lexsort((np.arange(n_songs), ~is_open, *words.T))
    ordered = words[order]
    is_first = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))[:n_songs]
    keeper = np.empty(n_songs, np.int64)
    keeper[order] = order[is_first][np.cumsum(is_first) - 1]
    return keeper
