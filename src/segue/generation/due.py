"""Which parts have to play in bars that are replaced.

Left to itself, a model now and then leaves out a part of the bars that it fills in. So a part that
plays in all bars around them is due in each of them; one that plays on both sides, or is named by
the musician, in the first of them at least. Nothing is due in bars that come after a piece.
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
    before, after = grid[: region.first][-_BESIDE:], grid[region.last :][:_BESIDE]
    on_both = before.any(axis=0) & after.any(axis=0)
    steady = on_both & np.concatenate([before, after]).all(axis=0)
    due = np.repeat((allowed & steady)[None], region.last - region.first, axis=0)
    due[0] = allowed & (on_both | named)
    return due


def part_grid(score: Score, n_bars: int) -> BoolArray:
    """In which of a piece's first bars each track begins a note, (n_bars, P)."""
    bars, grid = score.bar_grid(n_bars=n_bars), np.zeros((n_bars, len(score.tracks)), bool)
    for part, track in enumerate(score.tracks):
        bar = bars.bar_of(track.notes.onset)
        grid[bar[bar < n_bars], part] = True
    return grid
