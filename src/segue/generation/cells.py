"""Which cells of a region a variation writes anew: all others keep their notes, as they are.

A cell is a bar of a part. The nearer a take is to stay, the fewer of them are given to the model: a
run of bars of some parts, so that about `amount` of the region is new. What it is trained to fill
are holes of this shape, and a phrase of some players is what a musician would change.
"""

import math
from typing import Final

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import N_PARTS
from segue.generation.window import Region, parts_of
from segue.score import Score

_CELLS: Final = 2
"""The dice are thrown by (seed, take, chunk), latents by a fourth number, 1: this keeps apart."""


def varied_cells(score: Score, region: Region, *, amount: float, seed: int, take: int) -> BoolArray:
    """The cells of a region that a take writes anew, (bars, N_PARTS), at least one.

    Parts that do not play in the region are free in the bars of the run: whether they may come in
    is not said here.
    """
    random = np.random.default_rng([seed, take, 0, _CELLS])
    playing = _parts_in(score, region)
    n_bars, share = region.last - region.first, math.sqrt(amount)
    length = max(1, round(share * n_bars))
    first = int(random.integers(n_bars - length + 1))
    count = max(1, round(share * len(playing)))
    kept = random.permutation(playing)[count:]
    cells = np.zeros((n_bars, N_PARTS), bool)
    cells[first : first + length] = True
    cells[:, kept] = False
    return cells


def without_cells(score: Score, region: Region, cells: BoolArray) -> Score:
    """The piece without the notes of a region's cells, (bars, N_PARTS)."""
    grid = score.bar_grid(n_bars=region.last)
    parts = parts_of(score)
    tracks = []
    for index, track in enumerate(score.tracks):
        if region.tracks is not None and index not in region.tracks:
            tracks.append(track)
            continue
        bar = grid.bar_of(track.notes.onset) - region.first
        inside = (bar >= 0) & (bar < len(cells))
        gone = np.zeros(len(bar), bool)
        gone[inside] = cells[bar[inside], parts[index]]
        tracks.append(track.with_notes(track.notes.select(~gone)))
    return score.with_tracks(tracks)


def _parts_in(score: Score, region: Region) -> list[int]:
    """The parts that a region's tracks play in it, or else those of its tracks."""
    grid = score.bar_grid(n_bars=region.last)
    start, end = grid.start(region.first), grid.start(region.last)
    chosen = range(len(score.tracks)) if region.tracks is None else region.tracks
    parts = parts_of(score)
    heard = {
        int(parts[index])
        for index in chosen
        if np.diff(np.searchsorted(score.tracks[index].notes.onset, [start, end]))[0]
    }
    return sorted(heard or {int(parts[index]) for index in chosen})
