"""A piece as notes in bars, some of them unknown, and how alike its bars are.

Shapes: N notes, B bars of the piece, F features.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import IntArray

__all__ = ["FEATURES", "PLACES_A_QUARTER", "Heard", "Played", "Where"]

FloatArray = npt.NDArray[np.float64]

PLACES_A_QUARTER: Final = 12
"""Onsets are the same if they agree in these."""
_OFFSETS: Final = (-2, -1, 1, 2)
_DISTANCES: Final = (1, 2, 4, 8)
_LIKENESSES: Final = (
    "others",
    "rhythm of others",
    *(f"{who} {offset:+d}" for offset in _OFFSETS for who in ("others", "own")),
)
FEATURES: Final = (
    *_LIKENESSES,
    *(f"{name}, squared" for name in _LIKENESSES),
    *(f"{name}, unknown" for name in _LIKENESSES),
    *(f"{distance} bars away" for distance in _DISTANCES),
    *("a multiple of 4 away", "a multiple of 8 away", "nearness", "always"),
)
_REACH: Final = 512
"""So many bars before and after the unknown ones are heard, half as many if their notes are too
many."""
_LEAST_REACH: Final = 8
_MOST_NOTES: Final = 20_000
_N_PLACES: Final = 2**20
_N_PITCHES: Final = 256


class Where(StrEnum):
    """What there is around the unknown bars; each has weights of its own."""

    BESIDE = "beside other tracks"
    BETWEEN = "between other bars"
    AFTER = "after all others"


@dataclass(frozen=True, eq=False)
class Played:
    """What is played in each of B bars; a note counts once in its place."""

    bars: IntArray
    """(N,)."""
    keys: IntArray
    """What each note is, counted from 0, (N,)."""
    counts: IntArray
    """Notes of each bar, (B,)."""

    @classmethod
    def of(cls, bars: IntArray, keys: IntArray, n_bars: int) -> Self:
        """Of notes with any keys, which may come twice."""
        _, keys = np.unique(keys, return_inverse=True)
        bars, keys = np.unique(np.stack([bars, keys], axis=1), axis=0).T
        return cls(bars, keys, np.bincount(bars, minlength=n_bars))

    def of_bar(self, bar: int) -> IntArray:
        """The keys of one bar."""
        found: IntArray = self.keys[self.bars == bar]
        return found

    def without(self, first: int, last: int) -> "Played":
        """The same with nothing in the bars [first, last)."""
        left = (self.bars < first) | (self.bars >= last)
        counts = self.counts.copy()
        counts[first:last] = 0
        return Played(self.bars[left], self.keys[left], counts)

    def with_bar(self, bar: int, keys: IntArray) -> "Played":
        """The same with some keys in a bar that has none."""
        counts = self.counts.copy()
        counts[bar] = len(keys)
        bars = np.append(self.bars, np.full(len(keys), bar))
        return Played(bars, np.append(self.keys, keys), counts)

    def likeness(self, keys: IntArray) -> FloatArray:
        """Note F1 of some keys with every bar, (B,); NaN where neither has any."""
        mine = np.zeros(int(self.keys.max(initial=-1)) + 1, bool)
        mine[keys[keys < len(mine)]] = True
        shared = np.bincount(self.bars[mine[self.keys]], minlength=len(self.counts))
        total = self.counts + len(keys)
        found: FloatArray = np.where(total > 0, 2 * shared / np.maximum(total, 1), np.nan)
        return found


@dataclass(frozen=True, eq=False)
class Heard:
    """A piece whose bars [first, last) are unknown in some parts, its *own*."""

    first: int
    last: int
    lengths: IntArray
    """Of the bars, in any unit, (B,)."""
    others: Played
    """What other parts play."""
    rhythms: Played
    """The same without pitches."""
    own: Played
    """What the own parts play in all other bars, and in unknown ones that have been guessed."""
    now: Played
    """What they play with the unknown bars as they are now."""
    known: BoolArray
    """The bars in which the own parts are heard, (B,)."""

    @classmethod
    def of(
        cls, rows: IntArray, is_own: BoolArray, lengths: IntArray, *, first: int, last: int
    ) -> Self:
        """Of notes: their bar, part, place in the bar and pitch, (N, 4).

        `is_own`: whether each is of the parts that are unknown in the bars [first, last), (N,).
        """
        near = _near(rows[:, 0], first, last)
        rows, is_own, n_bars = rows[near], is_own[near], len(lengths)
        places = rows[:, 1] * _N_PLACES + rows[:, 2]
        keys = places * _N_PITCHES + rows[:, 3]
        others, rhythms, now = (
            Played.of(rows[which, 0], each[which], n_bars)
            for each, which in ((keys, ~is_own), (places, ~is_own), (keys, is_own))
        )
        known = np.ones(n_bars, bool)
        known[first:last] = False
        return cls(first, last, lengths, others, rhythms, now.without(first, last), now, known)

    @property
    def where(self) -> Where:
        """What there is around the unknown bars."""
        if self.others.counts[self.first : self.last].any():
            return Where.BESIDE
        after = self.others.counts[self.last :].any() or self.own.counts[self.last :].any()
        return Where.BETWEEN if after else Where.AFTER

    def with_bar(self, bar: int, keys: IntArray) -> "Heard":
        """The same once an unknown bar has been guessed, by the keys of `own`."""
        known = self.known.copy()
        known[bar] = True
        return replace(self, own=self.own.with_bar(bar, keys), known=known)

    def candidates(self, bar: int) -> IntArray:
        """The bars that one may be like: as long, with notes of the own parts, and news."""
        plays = (self.own.counts > 0) & (self.lengths == self.lengths[bar])
        plays[self.first : self.last] = False
        now = self.now.of_bar(bar)
        if len(now):
            plays &= self.own.likeness(now) < 1
        return np.flatnonzero(plays)

    def features(self, bar: int) -> FloatArray:
        """What every bar has in common with this one and its surroundings, (B, F)."""
        alike = [played.likeness(played.of_bar(bar)) for played in (self.others, self.rhythms)]
        for offset in _OFFSETS:
            near = bar + offset
            alike.append(self._shifted(self.others, near, offset))
            own = self._shifted(self.own, near, offset)
            alike.append(np.where(self._known_at(near, offset), own, np.nan))
        values = np.stack(alike, axis=1)
        unknown = np.isnan(values)
        values = np.where(unknown, 0.0, values)
        away = np.abs(np.arange(len(self.lengths)) - bar)
        places = [away == distance for distance in _DISTANCES]
        places += [away % 4 == 0, away % 8 == 0, 1 / (1 + away), np.ones(len(away))]
        return np.concatenate([values, values**2, unknown, np.stack(places, axis=1)], axis=1)

    def _shifted(self, played: Played, near: int, offset: int) -> FloatArray:
        """Likeness of the bar `near`, so many bars from another, with those as far from each."""
        n_bars = len(self.lengths)
        found = np.full(n_bars, np.nan)
        if 0 <= near < n_bars:
            alike = played.likeness(played.of_bar(near))
            if offset > 0:
                found[:-offset] = alike[offset:]
            else:
                found[-offset:] = alike[:offset]
        return found

    def _known_at(self, near: int, offset: int) -> BoolArray:
        """Whether the own parts are known both there and so far from every bar, (B,)."""
        n_bars = len(self.lengths)
        there = np.arange(n_bars) + offset
        inside = (there >= 0) & (there < n_bars)
        known = inside & self.known[np.clip(there, 0, n_bars - 1)]
        here = 0 <= near < n_bars and bool(self.known[near])
        return np.logical_and(known, here)


def _near(bars: IntArray, first: int, last: int) -> BoolArray:
    """The notes of the bars around the unknown ones, as far as there are not too many of them."""
    reach = _REACH
    while reach >= _LEAST_REACH:
        near: BoolArray = (bars >= first - reach) & (bars < last + reach)
        if np.count_nonzero(near) <= _MOST_NOTES:
            return near
        reach //= 2
    return np.zeros(len(bars), bool)
