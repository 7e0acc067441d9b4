"""Which parts have to play in new bars.

Left to itself, a model now and then leaves out a part of the bars that it fills in. So a part that
plays in all bars around them is due in each of them; one that plays on both sides, or is named by
the musician, in the first of them at least. After a piece, those that have played all the time go
on in the first new bar; later ones are the model's. In a variation, who plays in a bar that is
written again plays there again. A part that is new to the piece plays wherever others do: left to
itself, a model that has begun with silence goes on with it (experiments/LOG.md).
"""

from typing import Final

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.generation.window import Region
from segue.score import Score

_BESIDE: Final = 4
"""So many bars on each side are looked at."""


def due_parts(score: Score, region: Region, *, allowed: BoolArray, named: bool) -> BoolArray:
    """The parts that are due in each bar of a region of a score of parts, (bars, P).

    `allowed`, (P,): parts that may play at all; `named`: whether the musician named them, so that
    each of them has to play.
    """
    grid = part_grid(score, max(score.n_bars, region.last))
    begin = int(np.argmax(grid.any(axis=1)))  # silence before the music says nothing
    before, after = grid[begin : region.first][-_BESIDE:], grid[region.last :][:_BESIDE]
    if not len(after):
        return _due_after(before, region, allowed=allowed, named=named)
    on_both = before.any(axis=0) & after.any(axis=0)
    steady = on_both & np.concatenate([before, after]).all(axis=0)
    due = np.repeat((allowed & steady)[None], region.last - region.first, axis=0)
    due[0] = allowed & (on_both | named)
    return due


def due_along(score: Score, region: Region, *, allowed: BoolArray) -> BoolArray:
    """New parts are due in the bars of a region in which others play, (bars, P)."""
    playing = part_grid(score, max(score.n_bars, region.last))[region.first : region.last]
    others: BoolArray = np.asarray(playing[:, ~allowed].any(axis=1))
    return others[:, None] & allowed


def due_again(score: Score, region: Region, *, allowed: BoolArray) -> BoolArray:
    """In bars that are written again, a part is due where it plays already, (bars, P)."""
    playing = part_grid(score, max(score.n_bars, region.last))[region.first : region.last]
    return playing & allowed


def _due_after(before: BoolArray, region: Region, *, allowed: BoolArray, named: bool) -> BoolArray:
    due = np.zeros((region.last - region.first, len(allowed)), bool)
    due[0] = allowed & named
    if len(before) and not named:
        steady = allowed & before.all(axis=0)
        due[0] = steady if steady.any() else allowed & before[-1]
    return due


def part_grid(score: Score, n_bars: int) -> BoolArray:
    """In which of a piece's first bars each track begins a note, (n_bars, P)."""
    bars, grid = score.bar_grid(n_bars=n_bars), np.zeros((n_bars, len(score.tracks)), bool)
    for part, track in enumerate(score.tracks):
        bar = bars.bar_of(track.notes.onset)
        grid[bar[bar < n_bars], part] = True
    return grid
