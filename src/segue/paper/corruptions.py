"""Songs spoilt on purpose, to show what a distance sees.

Each takes note tables and gives as many; nothing is changed in place. `scatter` deals all notes of
a set out at random, so that no song is left and the set's notes are the same.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np

from segue.encoding.paper import TIMES
from segue.evaluation.types import FloatArray

__all__ = ["CORRUPTIONS", "drop_tracks", "scatter", "shuffle_in_time", "transpose_tracks"]

Corruption: TypeAlias = Callable[[Sequence[FloatArray], np.random.Generator], list[FloatArray]]


def scatter(tables: Sequence[FloatArray], random: np.random.Generator) -> list[FloatArray]:
    """All notes of all songs dealt out at random, to songs of the same lengths."""
    pooled = np.concatenate(list(tables))
    dealt = pooled[random.permutation(len(pooled))]
    return np.split(dealt, np.cumsum([len(table) for table in tables])[:-1])


def shuffle_in_time(tables: Sequence[FloatArray], random: np.random.Generator) -> list[FloatArray]:
    """In each track of each song, the times (onset with duration) dealt to other notes."""
    found = []
    for table in tables:
        spoilt = np.array(table, dtype=np.float64)
        for instrument in np.unique(table[:, 2]):
            own = np.flatnonzero(table[:, 2] == instrument)
            spoilt[own, TIMES] = table[random.permutation(own), TIMES]
        found.append(spoilt)
    return found


def transpose_tracks(tables: Sequence[FloatArray], random: np.random.Generator) -> list[FloatArray]:
    """Each track by its own interval of up to six semitones, so that they no longer agree."""
    found = []
    for table in tables:
        spoilt = np.array(table, dtype=np.float64)
        instruments, track = np.unique(table[:, 2], return_inverse=True)
        interval = random.integers(-6, 7, len(instruments))
        spoilt[:, 0] = np.clip(spoilt[:, 0] + interval[track.reshape(-1)], 0, 127)
        found.append(spoilt)
    return found


def drop_tracks(tables: Sequence[FloatArray], random: np.random.Generator) -> list[FloatArray]:
    """Each song without one of its tracks, if it has several."""
    found = []
    for table in tables:
        instruments = np.unique(table[:, 2])
        lost = random.choice(instruments) if len(instruments) > 1 else -1
        found.append(np.asarray(table[table[:, 2] != lost], dtype=np.float64))
    return found


CORRUPTIONS: Final[dict[str, Corruption]] = {
    "notes dealt out at random": scatter,
    "notes shuffled in time": shuffle_in_time,
    "tracks transposed against each other": transpose_tracks,
    "a track dropped": drop_tracks,
}
"""By what a table calls them."""
