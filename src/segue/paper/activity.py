"""Where a song is first active: what the paper's conditional generation lacked.

Its section 5 says that conditioning on a song's beginning did not work well, because beginnings
are mostly silent or have few instruments. Here a song begins at the first multiple of four quarters
from which, over sixteen quarters, at least half of its tracks begin a note and there are at least
half as many notes as in an average stretch of that length.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from segue.corpus.song import Song

__all__ = ["first_active_tick"]

_STEP_QUARTERS: Final = 4
_WINDOW_STEPS: Final = 4
_SHARE: Final = 0.5


def first_active_tick(song: Song) -> int:
    """The tick at which a song is first active; of its densest stretch if it never is."""
    step = song.ticks_per_quarter * _STEP_QUARTERS
    at = (song.onset // step).astype(np.int64)
    n_steps = int(at.max(initial=0)) + 1
    notes = _window_sums(np.bincount(at, minlength=n_steps))
    tracks = np.zeros(n_steps, dtype=np.int64)
    for track in range(song.n_tracks):
        own = np.bincount(at[song.track == track], minlength=n_steps)
        tracks += _window_sums(own) > 0
    enough = (tracks >= _SHARE * song.n_tracks) & (notes >= _SHARE * notes.mean())
    first = int(np.argmax(enough)) if enough.any() else int(np.argmax(notes))
    return first * step


def _window_sums(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The sum of each step's count and those of the steps after it in a window."""
    padded = np.concatenate([[0], np.cumsum(counts), np.full(_WINDOW_STEPS, counts.sum())])
    sums: npt.NDArray[np.int64] = padded[_WINDOW_STEPS:-1] - padded[: len(counts)]
    return sums
