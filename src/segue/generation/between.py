"""Who plays in bars that are replaced: as `arrangement`, but with what follows in view.

For each part several ways through the bars are drawn, as if nothing followed, and one of them is
chosen: the likelier the bars that do follow are after it, the more often. A part that plays on both
sides plays in between, in at least one bar, and so does every track or instrument that is named.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.generation.arrangement import HISTORY, Arranging, FloatArray, part_grid, situation
from segue.generation.window import Region
from segue.score import Score

_WAYS: Final = 16
"""So many are drawn for each part."""
_BESIDE: Final = 4
"""A part plays on a side if it does in one of so many bars there."""
_BETWEEN: Final = 4
"""The dice are thrown by (seed, take, chunk); others use 1 to 3 as the fourth number."""
_LEAST: Final = 1e-6
"""Nothing that was played is taken to be less likely."""


@dataclass(frozen=True)
class _Sides:
    """The bars beside a region, (bars, P) each; silence at the far ends is left out."""

    before: BoolArray
    inside: BoolArray
    """The region as it is: it says something only where nothing is beside it."""
    after: BoolArray

    @classmethod
    def of(cls, score: Score, region: Region) -> "_Sides":
        """Of the parts of a region alone, where it names some."""
        grid = part_grid(score, max(score.n_bars, region.last))
        heard = np.flatnonzero(grid.any(axis=1))
        if region.tracks is not None:
            grid[:, np.setdiff1d(np.arange(grid.shape[1]), region.tracks)] = False
        begin, end = (heard[0], heard[-1] + 1) if len(heard) else (0, 0)
        return cls(
            grid[begin : region.first], grid[region.first : region.last], grid[region.last : end]
        )

    def heard(self) -> BoolArray:
        """The parts that play at all, (P,)."""
        found: BoolArray = np.logical_or.reduce([*self.before, *self.inside, *self.after])
        return found

    def on_both(self) -> BoolArray:
        """The parts that play near the region before it and after it, (P,)."""
        sides = self.before[-_BESIDE:].any(axis=0), self.after[:_BESIDE].any(axis=0)
        both: BoolArray = np.logical_and(*sides)
        return both


def arrangement_between(
    score: Score, region: Region, *, allowed: BoolArray, named: bool, seed: int, take: int
) -> BoolArray:
    """Who plays in the bars of a region of a piece, (bars, P).

    `allowed`, (P,): parts that may play at all; `named`: whether the musician named them, so
    that each of them has to.
    """
    sides, n_bars = _Sides.of(score, region), region.last - region.first
    must = allowed & (sides.on_both() | named)
    unheard = must & ~(sides.before.any(axis=0) | sides.after.any(axis=0))
    random = np.random.default_rng([seed, take, 0, _BETWEEN])
    if len(sides.before):
        plays = _through(sides.before, sides.after, n_bars, allowed, unheard, must, random)
    elif len(sides.after):  # as if it was played backwards
        ahead = sides.after[::-1]
        plays = _through(ahead, ahead[:0], n_bars, allowed, unheard, must, random)[::-1]
    else:
        plays = _through(sides.inside, sides.after, n_bars, allowed, unheard, must, random)
    plays = plays & allowed
    plays[:, must & ~plays.any(axis=0)] = True
    if not plays.any():
        plays[:] = allowed & sides.heard()
    return plays


def _through(
    before: BoolArray,
    after: BoolArray,
    n_bars: int,
    allowed: BoolArray,
    unheard: BoolArray,
    must: BoolArray,
    random: np.random.Generator,
) -> BoolArray:
    """A way of each part from the bars before to those after, (n_bars, P).

    `unheard`: parts that are taken to have played all the time; `must`: those that play somewhere.
    """
    before = before[-HISTORY:]
    history = np.concatenate([before] * -(-HISTORY // len(before)))[-HISTORY:] & allowed
    history[:, unheard] = True
    arranging = Arranging.shipped()
    ways = np.stack([arranging.draw(history, n_bars, random) for _ in range(_WAYS)])
    weights = np.exp([_likelihood(arranging, history, way, after[:HISTORY]) for way in ways])
    weights[~ways.any(axis=1) & must] = 0
    drawn = np.zeros(ways.shape[1:], bool)
    for part in np.flatnonzero(ways.any(axis=(0, 1))):
        weight = weights[:, part]
        if weight.sum():
            drawn[:, part] = ways[random.choice(_WAYS, p=weight / weight.sum()), :, part]
    return drawn


def _likelihood(
    arranging: Arranging, history: BoolArray, way: BoolArray, after: BoolArray
) -> FloatArray:
    """The log-probability of the bars that follow a way, for each part, (P,)."""
    grid = np.concatenate([history, way, after])
    total = np.zeros(history.shape[1])
    for bar in range(len(grid) - len(after), len(grid)):
        chance = arranging.plays[situation(grid[bar - HISTORY : bar])]
        total += np.log(np.clip(np.where(grid[bar], chance, 1 - chance), _LEAST, 1))
    return total
