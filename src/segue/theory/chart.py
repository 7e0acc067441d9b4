"""A chart: the chords of some bars, as a musician writes them in a line.

    Am F C G            a chord a bar
    Am F | C G/B        bars between lines, here two of two chords each
    Am . . G | %        a dot holds the chord before it, % is the bar before once more

The chords of a bar share its beats; where that does not come out even, the earlier ones are longer:
three chords in 4/4 have two beats, one and one. `N.C.` asks for nothing. A chart knows no ticks and
no metre; `starts_of` gives places as shares of a bar.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Final

import numpy as np

from segue.errors import InputError
from segue.theory.chords import NO_CHORD, Chord, parse_chord
from segue.theory.key import estimate_key, transposed_key

__all__ = ["MAX_CHORDS_IN_BAR", "Bar", "Chart", "parse_chart", "starts_of", "write_bar"]

Bar = tuple[tuple[Fraction, Chord], ...]
"""Chords with the share of the bar that has passed when they begin, rising, the first at 0."""

MAX_CHORDS_IN_BAR: Final = 32
_MAX_BARS: Final = 10_000
_HOLD, _AGAIN, _LINE = ".", "%", "|"
_WORDS: Final = re.compile(r"\||(?:\([^)|]*\)|[^\s,|(])+")


@dataclass(frozen=True)
class Chart:
    """The chords of some bars."""

    bars: tuple[tuple[Chord | None, ...], ...]
    """Of each bar its chords, sharing it; None holds the one before it."""

    def __str__(self) -> str:
        """As it can be read again: one chord a bar, or bars between lines."""
        words = [
            " ".join(_HOLD if chord is None else str(chord) for chord in bar) for bar in self.bars
        ]
        if all(len(bar) == 1 for bar in self.bars):
            return " ".join(words)
        return " | ".join(words) if len(words) > 1 else f"| {words[0]} |"

    def bar(self, number: int, *, beats: int) -> Bar:
        """The chords of a bar with so many beats; after the last bar the first comes again."""
        chords = self.bars[number % len(self.bars)]
        starts = starts_of(len(chords), beats)
        return tuple(
            (start, chord) for start, chord in zip(starts, chords, strict=True) if chord is not None
        )

    def bars_from(self, first: int, count: int) -> "Chart":
        """So many of its bars from one on; after the last the first comes again."""
        return Chart(tuple(self.bars[(first + i) % len(self.bars)] for i in range(count)))

    @property
    def key(self) -> int:
        """The key that its tones fit best, each chord as long as in its bar; see `theory.key`."""
        weights = np.zeros(12)
        for bar in self.bars:
            for chord in bar:
                weights[list(chord.tones if chord is not None else ())] += 1 / len(bar)
        return estimate_key(weights)

    def transposed(self, semitones: int) -> "Chart":
        """The same chords elsewhere, spelled as the key there is: by 0, it is only spelled."""
        sharps = _SPELLED_WITH_SHARPS[transposed_key(self.key, semitones)]
        return Chart(
            tuple(
                tuple(
                    None if chord is None else chord.transposed(semitones, sharps=sharps)
                    for chord in bar
                )
                for bar in self.bars
            )
        )


_SPELLED_WITH_SHARPS: Final = (
    *(None, False, True, False, True, False, True, True, False, True, False, True),
    *(False, True, False, False, True, False, True, False, True, None, False, True),
)
"""Of each key, C major to B minor, whether its notes have sharps or flats; None: neither."""


def starts_of(chords: int, beats: int) -> tuple[Fraction, ...]:
    """Where chords that share a bar begin, as shares of it."""
    if beats % chords == 0 or chords >= beats:
        return tuple(Fraction(each, chords) for each in range(chords))
    return tuple(Fraction(ceil(Fraction(each * beats, chords)), beats) for each in range(chords))


@lru_cache(maxsize=256)
def parse_chart(text: str, *, first: int = 0) -> Chart:
    """The chart that a line stands for; `first`: the bar that it begins with, for messages.

    Raises:
        InputError: what is no chord, with its bar; no bars, or too many of anything.
    """
    words = _WORDS.findall(text)
    bars: list[tuple[Chord | None, ...]] = []
    for number, bar in enumerate(_in_bars(words), start=first + 1):
        if len(bar) > MAX_CHORDS_IN_BAR:
            raise InputError(
                f"bar {number}: {len(bar)} chords; a bar holds {MAX_CHORDS_IN_BAR}, and | begins "
                "the next"
            )
        if bar == [_AGAIN]:
            if not bars:
                raise InputError(
                    f"bar {number}: % repeats the bar before it here, and there is none"
                )
            bars.append(bars[-1])
        else:
            bars.append(_parsed(bar, number))
    if not bars:
        raise InputError("no chords; write e.g. Am F C G, a chord a bar, or Am F | C G/B")
    if len(bars) > _MAX_BARS:
        raise InputError(f"{len(bars)} bars of chords; at most {_MAX_BARS}")
    return Chart(tuple(bars))


def write_bar(bar: Sequence[tuple[Fraction, Chord]], *, beats: int) -> tuple[Chord | None, ...]:
    """The chords of a bar for a `Chart`, held by dots where they do not share it as they are.

    `bar`: as `Chart.bar` gives it; a start that no dots can say moves to a nearby one.
    """
    starts, chords = [start for start, _ in bar], [chord for _, chord in bar]
    if not bar:
        return (NO_CHORD,)
    for slots in (len(bar), beats, 2 * beats, 4 * beats):
        places = starts_of(slots, beats)
        if slots <= MAX_CHORDS_IN_BAR and set(starts) <= set(places):
            break
    at = {min(places, key=lambda place: abs(place - start)): i for i, start in enumerate(starts)}
    return tuple(chords[at[place]] if place in at else None for place in places)


def _in_bars(words: Iterable[str]) -> list[list[str]]:
    """The words of each bar: between lines where there are some, else each alone."""
    words = list(words)
    if _LINE not in words:
        return [[word] for word in words]
    bars: list[list[str]] = [[]]
    for word in words:
        if word != _LINE:
            bars[-1].append(word)
        elif bars[-1]:  # lines around the chart, or two beside each other, are one
            bars.append([])
    return bars if bars[-1] else bars[:-1]


def _parsed(words: Sequence[str], number: int) -> tuple[Chord | None, ...]:
    if words[0] == _HOLD:
        raise InputError(f"bar {number}: a dot holds a chord of its bar, and none is before it")
    try:
        return tuple(None if word == _HOLD else parse_chord(word) for word in words)
    except InputError as error:
        raise InputError(f"bar {number}: {error}") from error
