"""Who plays in which of the bars to come: drawn before the notes, from how real parts come and go.

Left to itself, a model that writes note after note loses instruments: it seldom lets one in again
that has been silent, and what it has written is what it goes on from. Real parts come back. So the
*arrangement* of a take, which parts play in which bar, is drawn first, bar by bar, and the writer
keeps to it.

Whether a part plays in a bar depends on its *situation*: whether it played 1, 2, 4 and 8 bars ago,
and in how many of the last eight bars. How often it does was counted on the songs that the models
are trained on (`scripts/count_arrangements.py`). Parts come and go together, in breaks and
choruses: their dice are Gaussians that share a part of their variance (a Gaussian copula).

Convention: a *grid* is (bars, P) bool, a column a part; here a part is a track of a score of parts
(`cast`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import IntArray
from segue.errors import InputError
from segue.score import Score

HISTORY: Final = 8
"""How many bars back a situation goes."""
_LAGS: Final = (1, 2, 4, 8)
N_SITUATIONS: Final = 2 ** len(_LAGS) * (HISTORY + 1)
_SHIPPED: Final = Path(__file__).with_name("arrangement.json")
_ARRANGEMENT: Final = 3
"""The dice are thrown by (seed, take, chunk), cells by a fourth number, 2."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Arranging:
    """How parts come and go."""

    plays: FloatArray
    """The probability that a part plays in the next bar, by its situation, (N_SITUATIONS,)."""
    together: float
    """The share of their dice's variance that all parts have in common, in [0, 1)."""

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """What was counted on the songs that the shipped models are trained on."""
        return cls.from_json(_SHIPPED.read_text())

    @classmethod
    def counted(cls, grids: Iterable[BoolArray], *, together: float = 0.0) -> Self:
        """Count the grids of songs, one column a part that plays in the song at all.

        Every part in every bar that has `HISTORY` bars before it counts, but for those in which it
        has been silent for all of them: whether new parts join is not what is drawn. A situation
        that was never met is taken to be even.
        """
        counts = np.full((2, N_SITUATIONS), 0.5)
        for grid in grids:
            for bar in range(HISTORY, len(grid)):
                history = grid[bar - HISTORY : bar]
                heard = history.any(axis=0)
                found = situation(history[:, heard]), grid[bar, heard].astype(np.int64)
                np.add.at(counts, found[::-1], 1)
        return cls(counts[1] / counts.sum(axis=0), together)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """From what `to_json` wrote.

        Raises:
            InputError: values out of range, or too many or few of them.
        """
        told = json.loads(text)
        plays, together = np.array(told["plays"], np.float64), float(told["together"])
        if plays.shape != (N_SITUATIONS,) or not ((plays >= 0) & (plays <= 1)).all():
            raise InputError(f"plays must be {N_SITUATIONS} probabilities, got {plays.shape}")
        if not 0 <= together < 1:
            raise InputError(f"together must be in 0..1, got {together}")
        return cls(plays, together)

    def to_json(self) -> str:
        """As the package ships it."""
        plays = [round(float(p), 4) for p in self.plays]
        return json.dumps({"together": self.together, "plays": plays}) + "\n"

    def draw(self, history: BoolArray, n_bars: int, random: np.random.Generator) -> BoolArray:
        """The grid of the bars to come, (n_bars, P), after a history of `HISTORY` bars.

        Parts that were silent in all of the history stay so. Of several parts one plays in every
        bar, that which was nearest to it: each on its own, all rest more often than music does.
        """
        grid = history[-HISTORY:]
        heard = grid.any(axis=0)
        dice = random.standard_normal((n_bars, 1 + grid.shape[1]))
        each = np.sqrt(self.together) * dice[:, :1] + np.sqrt(1 - self.together) * dice[:, 1:]
        below = _normal_below(each)
        for bar in range(n_bars):
            margin = self.plays[situation(grid[-HISTORY:])] - below[bar]
            plays = heard & (margin > 0)
            if heard.sum() > 1 and not plays.any():
                plays[np.where(heard, margin, -np.inf).argmax()] = True
            grid = np.concatenate([grid, plays[None]])
        drawn: BoolArray = grid[len(grid) - n_bars :]
        return drawn


_normal_below = np.vectorize(NormalDist().cdf, otypes=[np.float64])


def situation(history: BoolArray) -> IntArray:
    """The situation of each part after `HISTORY` bars, (HISTORY, P) to (P,)."""
    bits = [history[-lag].astype(np.int64) << i for i, lag in enumerate(_LAGS)]
    found: IntArray = np.sum(bits, axis=0) + (history.sum(axis=0) << len(_LAGS))
    return found


def part_grid(score: Score, n_bars: int) -> BoolArray:
    """In which of a piece's first bars each track begins a note, (n_bars, P)."""
    bars, grid = score.bar_grid(n_bars=n_bars), np.zeros((n_bars, len(score.tracks)), bool)
    for part, track in enumerate(score.tracks):
        bar = bars.bar_of(track.notes.onset)
        grid[bar[bar < n_bars], part] = True
    return grid


def arrangement(
    score: Score, first: int, n_bars: int, *, allowed: BoolArray, seed: int, take: int
) -> BoolArray:
    """Who plays in the bars [first, first + n_bars) of a take, (n_bars, P).

    Of the bars before, at least one, the last eight count from the first that is not silent; where
    those are fewer, they are taken to have gone round. `allowed`, (P,): parts that may play at all;
    of those, the ones that have no notes yet are taken to have played all the time. In no take do
    all parts keep silent.
    """
    played = part_grid(score, first)[-HISTORY:]
    played = played[np.argmax(played.any(axis=1)) :]
    history = np.concatenate([played] * -(-HISTORY // len(played)))[-HISTORY:] & allowed
    unheard = np.array([not len(track.notes) for track in score.tracks], bool)
    history[:, allowed & unheard] = True
    random = np.random.default_rng([seed, take, 0, _ARRANGEMENT])
    drawn = Arranging.shipped().draw(history, n_bars, random)
    return drawn if drawn.any() else np.broadcast_to(history.any(axis=0), drawn.shape)
