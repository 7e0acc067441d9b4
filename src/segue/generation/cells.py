"""Which cells of a region a variation writes again: all others keep their notes, as they are.

A cell is a bar of a track. The nearer a take is to stay, the fewer of them the model writes: a run
of bars of some tracks, so that about `amount` of the region is new. What it is trained to fill
are holes of this shape, and a phrase of some players is what a musician would change.
"""

import math
from typing import Final

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.generation.window import Region
from segue.score import Score

_CELLS: Final = 2
"""The dice are thrown by (seed, take, chunk); ensembles use 3 as the fourth number."""


def varied_cells(score: Score, region: Region, *, amount: float, seed: int, take: int) -> BoolArray:
    """The cells of a region that a take writes again, (bars, tracks), at least one.

    Tracks that do not play in the region are free in the bars of the run: whether they may come in
    is not said here.
    """
    random = np.random.default_rng([seed, take, 0, _CELLS])
    playing = _tracks_in(score, region)
    n_bars, share = region.last - region.first, math.sqrt(amount)
    length = max(1, round(share * n_bars))
    first = int(random.integers(n_bars - length + 1))
    count = max(1, round(share * len(playing)))
    kept = random.permutation(playing)[count:]
    cells = np.zeros((n_bars, len(score.tracks)), bool)
    cells[first : first + length] = True
    cells[:, kept] = False
    return cells


def without_cells(score: Score, region: Region, cells: BoolArray) -> Score:
    """The piece without the notes of a region's cells, (bars, tracks); further tracks stay."""
    grid = score.bar_grid(n_bars=region.last)
    tracks = list(score.tracks)
    for index, track in enumerate(score.tracks[: cells.shape[1]]):
        if region.tracks is not None and index not in region.tracks:
            continue
        bar = grid.bar_of(track.notes.onset) - region.first
        inside = (bar >= 0) & (bar < len(cells))
        gone = np.zeros(len(bar), bool)
        gone[inside] = cells[bar[inside], index]
        tracks[index] = track.with_notes(track.notes.select(~gone))
    return score.with_tracks(tracks)


def _tracks_in(score: Score, region: Region) -> list[int]:
    """The region's tracks that play in it, or else all of them."""
    grid = score.bar_grid(n_bars=region.last)
    span = [grid.start(region.first), grid.start(region.last)]
    chosen = range(len(score.tracks)) if region.tracks is None else region.tracks
    heard = [i for i in chosen if np.diff(np.searchsorted(score.tracks[i].notes.onset, span))[0]]
    return sorted(heard or chosen)
