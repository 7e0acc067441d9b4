"""Bars that come back: what a piece has played where all around it was most like this.

Much music repeats itself to the note, often far away. So before a model fills bars of a piece, each
of them is held against every other bar: by what other tracks play in it, and by what all play in
the two bars before and after. `recall.json` has what such likeness is worth: how much of a bar's
notes, as note F1, will be those of another one, by a regression on songs that models are trained on
(`python -m scripts.measure_recall CORPUS`).

Shapes: N notes, B bars of the piece, F features.
"""

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import IntArray
from segue.generation.assemble import add_notes
from segue.generation.chunks import without
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.score import BarGrid, Notes, Score

__all__ = ["FEATURES", "Heard", "Recalled", "Where", "recall", "weights_of"]

FloatArray = npt.NDArray[np.float64]

_SHIPPED: Final = Path(__file__).with_name("recall.json")
_PARTS_OF_A_QUARTER: Final = 12
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
_SURE: Final = 0.6
"""The note F1 that is expected, from which on a bar is taken to come back."""
_LIKELY: Final = 0.35
"""The one from which on it is worth a look; where no bar reaches it, nothing comes back."""
_REACH: Final = 512
"""So many bars before and after a region are heard, half as many if their notes are too many."""
_LEAST_REACH: Final = 8
_MOST_NOTES: Final = 20_000
"""To hear so many takes some 20 ms of the processor for each bar of a region."""


@dataclass(frozen=True, eq=False)
class Recalled:
    """A piece with the notes of bars that come back."""

    score: Score
    sources: IntArray
    """The bar that each bar of the region is most like, (bars,); -1: there is none."""
    sure: BoolArray
    """Whether it is likely to come back, (bars,)."""

    @property
    def repeated(self) -> list[int | None] | None:
        """The bars that are sure to come back, from 1, for each of the region's; None: none is."""
        if not self.sure.any():
            return None
        pairs = zip(self.sources.tolist(), self.sure.tolist(), strict=True)
        return [source + 1 if is_sure else None for source, is_sure in pairs]


def recall(piece: Piece, score: Score, region: Region) -> Recalled | None:
    """The region of a piece, filled with what its tracks play in the bars that are most alike.

    What the region has now is not looked at, but for this: bars that say the same are no news, and
    the next best are taken. `score`: the piece's, perhaps with other tempi. None where no bar is
    likely to come back.
    """
    heard = Heard.of(score, region)
    weights = weights_of(heard.where)
    sources = np.full(region.last - region.first, -1)
    most = np.full(len(sources), -np.inf)
    for index, bar in enumerate(range(region.first, region.last)):
        found = heard.candidates(bar)
        if not len(found):
            continue
        expected = heard.features(bar)[found] @ weights
        best = int(np.argmax(expected))
        sources[index], most[index] = found[best], expected[best]
        if most[index] >= _SURE:
            heard = heard.with_bar(bar, heard.keys_of(int(found[best])))
    if most.max() < _LIKELY:
        return None
    return Recalled(_filled(piece, score, region, sources), sources, most >= _SURE)


class Where(StrEnum):
    """What there is around the bars of a region; each has weights of its own."""

    BESIDE = "beside other tracks"
    BETWEEN = "between other bars"
    AFTER = "after all others"


@cache
def weights_of(where: Where) -> FloatArray:
    """What each feature is worth, (F,), in note F1."""
    shipped: dict[str, Any] = json.loads(_SHIPPED.read_text(encoding="utf-8"))
    weights = shipped["weights"][where]
    return np.array([weights[name] for name in FEATURES])


@dataclass(frozen=True, eq=False)
class Heard:
    """A piece as notes in bars, without those of a region; a note is heard once in its place."""

    grid: BarGrid
    region: Region
    bars: IntArray
    """(N,)."""
    keys: IntArray
    """Track, place in the bar and pitch as one number, (N,)."""
    is_own: BoolArray
    """Whether a note is of the region's tracks, (N,)."""
    now: tuple[IntArray, ...]
    """The keys that each bar of the region has now, of the region's tracks."""
    known: BoolArray
    """The bars in which the region's tracks are heard, (B,)."""

    @classmethod
    def of(cls, score: Score, region: Region) -> Self:
        """Of a piece; the region may go beyond its end."""
        grid = score.bar_grid(n_bars=max(score.n_bars, region.last))
        columns = [
            _rows_of(track.notes, index, grid, score.ticks_per_quarter)
            for index, track in enumerate(score.tracks)
        ]
        rows = _near(np.concatenate([*columns, np.zeros((0, 3), np.int64)]), region)
        rows = np.unique(rows, axis=0)
        bars, keys, tracks = rows.T
        own = np.ones(len(rows), bool)
        if region.tracks is not None:
            own = np.isin(tracks, region.tracks)
        known = np.ones(grid.n_bars, bool)
        known[region.first : region.last] = False
        inside = own & ~known[bars]
        now = tuple(keys[inside & (bars == bar)] for bar in range(region.first, region.last))
        left = ~inside
        return cls(grid, region, bars[left], keys[left], own[left], now, known)

    @property
    def where(self) -> Where:
        """What there is around the region."""
        beside = (self.bars >= self.region.first) & (self.bars < self.region.last)
        if (beside & ~self.is_own).any():
            return Where.BESIDE
        return Where.BETWEEN if (self.bars >= self.region.last).any() else Where.AFTER

    def keys_of(self, bar: int) -> IntArray:
        """The keys of the region's tracks in a bar."""
        found: IntArray = self.keys[self.is_own & (self.bars == bar)]
        return found

    def with_bar(self, bar: int, keys: IntArray) -> "Heard":
        """The same once a bar of the region has notes of its tracks, by their keys."""
        known = self.known.copy()
        known[bar] = True
        return replace(
            self,
            bars=np.append(self.bars, np.full(len(keys), bar)),
            keys=np.append(self.keys, keys),
            is_own=np.append(self.is_own, np.ones(len(keys), bool)),
            known=known,
        )

    def candidates(self, bar: int) -> IntArray:
        """The bars that one may be like: as long, with notes of the region's tracks, and news."""
        plays = np.bincount(self.bars[self.is_own], minlength=self.grid.n_bars) > 0
        plays &= self.grid.lengths == self.grid.lengths[bar]
        plays[self.region.first : self.region.last] = False
        found = np.flatnonzero(plays)
        now = self.now[bar - self.region.first]
        if not len(now):
            return found
        alike = self.likeness(bar, self.is_own, keys=now)[found]
        news: IntArray = found[alike < 1]
        return news

    def likeness(
        self, bar: int, chosen: BoolArray, *, keys: IntArray | None = None, divisor: int = 1
    ) -> FloatArray:
        """Note F1 of a bar with every bar, (B,), NaN where both are silent.

        `chosen`: the notes that count, (N,); `keys`: those of the bar, by default its own;
        `divisor`: 128 tells no pitches apart.
        """
        rows = np.stack([self.bars[chosen], self.keys[chosen] // divisor], axis=1)
        bars, places = (np.unique(rows, axis=0) if divisor > 1 else rows).T
        mine = places[bars == bar] if keys is None else keys
        n_bars = self.grid.n_bars
        shared = np.bincount(bars[np.isin(places, mine)], minlength=n_bars)
        total = np.bincount(bars, minlength=n_bars) + len(mine)
        found: FloatArray = np.where(total > 0, 2 * shared / np.maximum(total, 1), np.nan)
        return found

    def features(self, bar: int) -> FloatArray:
        """What every bar has in common with this one and its surroundings, (B, F)."""
        others = ~self.is_own
        alike = [self.likeness(bar, others), self.likeness(bar, others, divisor=128)]
        for offset in _OFFSETS:
            near = bar + offset
            alike.append(self._shifted(near, offset, others))
            own = self._shifted(near, offset, self.is_own)
            alike.append(np.where(self._known_at(near, offset), own, np.nan))
        values = np.stack(alike, axis=1)
        unknown = np.isnan(values)
        values = np.where(unknown, 0.0, values)
        away = np.abs(np.arange(self.grid.n_bars) - bar)
        places = [away == distance for distance in _DISTANCES]
        places += [away % 4 == 0, away % 8 == 0, 1 / (1 + away), np.ones(len(away))]
        return np.concatenate([values, values**2, unknown, np.stack(places, axis=1)], axis=1)

    def _shifted(self, near: int, offset: int, chosen: BoolArray) -> FloatArray:
        """Likeness of the bar `near`, so many bars from another, with those as far from each."""
        found = np.full(self.grid.n_bars, np.nan)
        if 0 <= near < self.grid.n_bars:
            alike = self.likeness(near, chosen)
            if offset > 0:
                found[:-offset] = alike[offset:]
            else:
                found[-offset:] = alike[:offset]
        return found

    def _known_at(self, near: int, offset: int) -> BoolArray:
        """Whether the region's tracks are known both there and so far from every bar, (B,)."""
        there = np.arange(self.grid.n_bars) + offset
        inside = (there >= 0) & (there < self.grid.n_bars)
        known = inside & self.known[np.clip(there, 0, self.grid.n_bars - 1)]
        here = 0 <= near < self.grid.n_bars and bool(self.known[near])
        return np.logical_and(known, here)


def _near(rows: IntArray, region: Region) -> IntArray:
    """The notes of the bars around a region, as far as there are not too many of them."""
    reach = _REACH
    while reach >= _LEAST_REACH:
        near = (rows[:, 0] >= region.first - reach) & (rows[:, 0] < region.last + reach)
        if np.count_nonzero(near) <= _MOST_NOTES:
            return rows[near]
        reach //= 2
    return rows[:0]


def _rows_of(notes: Notes, track: int, grid: BarGrid, ticks_per_quarter: int) -> IntArray:
    """Bar, key and track of notes, (N, 3)."""
    bars = grid.bar_of(notes.onset)
    inside = bars < grid.n_bars
    bars = bars[inside]
    place = (notes.onset[inside] - grid.starts[bars]) * _PARTS_OF_A_QUARTER
    place = (place + ticks_per_quarter // 2) // ticks_per_quarter
    keys = (track << 32) + place * 128 + notes.pitch[inside]
    rows: IntArray = np.stack([bars, keys, np.full(len(bars), track)], axis=1).astype(np.int64)
    return rows


def _filled(piece: Piece, score: Score, region: Region, sources: IntArray) -> Score:
    """The piece with the notes of its sources in a region, and no others there."""
    grid = score.bar_grid(n_bars=max(score.n_bars, region.last))
    silent = without(score, region)
    chosen = range(len(score.tracks)) if region.tracks is None else region.tracks
    new = {
        index: Notes.concat(
            [
                _moved(silent.tracks[index].notes, grid, int(source), region.first + place)
                for place, source in enumerate(sources)
                if source >= 0
            ]
        )
        for index in chosen
    }
    channels = np.array(piece.channels(silent))
    return add_notes(silent, new, end=grid.start(region.last), channels=channels)


def _moved(notes: Notes, grid: BarGrid, source: int, bar: int) -> Notes:
    """The notes of one bar, in another."""
    inside = (notes.onset >= grid.start(source)) & (notes.onset < grid.start(source + 1))
    return notes.select(inside).shifted(grid.start(bar) - grid.start(source))
