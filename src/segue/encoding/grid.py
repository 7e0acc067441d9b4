"""The grid of bars and positions on which music is encoded.

Where a tick is nearer to no position than to another, or a position to no tick, the later one is
taken. At resolutions that 24 divides (96, 480, 960) every position is a tick.
"""

from dataclasses import dataclass

import numpy as np

from segue.encoding.vocabulary import MAX_POSITIONS, POSITIONS_PER_QUARTER, IntArray
from segue.score import BarGrid, Score


@dataclass(frozen=True)
class Grid:
    """The bars that events are counted in.

    They are the score's, except that a bar longer than `MAX_POSITIONS` is cut into several.
    `starts` are ticks, (n_bars + 1,); `lengths` are positions, (n_bars,), at least 1.
    """

    starts: IntArray
    lengths: IntArray
    numerators: IntArray
    ticks_per_quarter: int

    @property
    def n_bars(self) -> int:
        """How many bars the grid has."""
        return len(self.lengths)

    def to_positions(self, ticks: IntArray) -> IntArray:
        """Bar and position of each tick, (N, 2): the nearest position of the tick's own bar.

        Where that would be past the bar's end it is the next bar's first, and in the last bar the
        bar's last.
        """
        bar = np.clip(np.searchsorted(self.starts, ticks, side="right") - 1, 0, self.n_bars - 1)
        offset = (ticks - self.starts[bar]) * POSITIONS_PER_QUARTER
        position = (2 * offset + self.ticks_per_quarter) // (2 * self.ticks_per_quarter)
        over = position >= self.lengths[bar]
        moves = over & (bar < self.n_bars - 1)
        position = np.where(moves, 0, np.minimum(position, self.lengths[bar] - 1))
        return np.stack([bar + moves, position], axis=1).astype(np.int64)

    def to_ticks(self, bar: IntArray, position: IntArray) -> IntArray:
        """The tick nearest to each position, never past its bar."""
        ticks = nearest_ticks(position, self.ticks_per_quarter)
        inside = self.starts[bar + 1] - self.starts[bar] - 1
        return np.asarray(self.starts[bar] + np.minimum(ticks, inside))


def nearest_ticks(positions: IntArray, ticks_per_quarter: int) -> IntArray:
    """The tick nearest to each number of positions, the later where two are equally near."""
    doubled = 2 * positions * ticks_per_quarter + POSITIONS_PER_QUARTER
    return doubled // (2 * POSITIONS_PER_QUARTER)


def event_grid(score: Score, bars: BarGrid | None = None) -> Grid:
    """The grid of a score, over `bars` (default: all that the score has, at least one)."""
    bars = score.bar_grid(n_bars=1) if bars is None else bars
    return grid_of_bars(bars, score.ticks_per_quarter)


def grid_of_bars(bars: BarGrid, ticks_per_quarter: int) -> Grid:
    """The grid over bars: theirs, the longest ones cut."""
    longest = MAX_POSITIONS * ticks_per_quarter // POSITIONS_PER_QUARTER
    ticks = np.diff(bars.starts)
    pieces = np.maximum(1, -(-ticks // longest))
    first = np.repeat(bars.starts[:-1], pieces)
    within = np.arange(len(first)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = np.append(first + within * longest, bars.starts[-1])
    lengths = np.maximum(1, -(-np.diff(starts) * POSITIONS_PER_QUARTER // ticks_per_quarter))
    return Grid(
        starts=starts,
        lengths=lengths,
        numerators=np.repeat(bars.numerator, pieces),
        ticks_per_quarter=ticks_per_quarter,
    )
