"""What encoding and decoding a score should give, worked out note by note in exact fractions.

Written from the specification in `segue.encoding` and `segue.score.metre`, without numpy and
without a look at bars, positions or classes as the sources compute them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from segue.encoding.vocabulary import DURATIONS
from segue.score import Notes, Score

A_QUARTER = 24
"""Positions."""
LONGEST = 8
"""Quarters of a bar; a longer one is cut."""
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Bar:
    """A bar of the model: ticks from `start` up to `end`."""

    start: int
    end: int


def bars_of(score: Score) -> list[Bar]:
    """The score's bars up to the one of the last onset, one at least, long ones cut."""
    last = max([-1, *(int(track.notes.onset.max()) for track in score.tracks if len(track.notes))])
    bars: list[Bar] = []
    for bar in whole_bars(score):
        step = LONGEST * score.ticks_per_quarter
        cuts = [*range(bar.start, bar.end, step), bar.end]
        bars += [Bar(start, end) for start, end in pairwise(cuts)]
        if bar.end > last:
            break
    return bars


def whole_bars(score: Score) -> Iterator[Bar]:
    """Every bar, without end; bar lines are exact, then rounded down; a new metre begins a bar."""
    metre = score.metre_map
    columns = (metre.ticks, metre.numerator, metre.denominator)
    events = list(zip(*(column.tolist() for column in columns), strict=True))
    for number, (tick, over, under) in enumerate(events):
        following = events[number + 1][0] if number + 1 < len(events) else None
        length = max(Fraction(4 * score.ticks_per_quarter * over, under), Fraction(1))
        start, count = tick, 1
        while following is None or start < following:
            end = tick + floor(count * length)
            yield Bar(start, end if following is None else min(end, following))
            start, count = end, count + 1


def place_of(tick: int, bars: list[Bar], ticks_per_quarter: int) -> tuple[int, int]:
    """Bar and position of a tick: the nearest of its bar, or the next bar's first."""
    number = next(i for i, bar in enumerate(bars) if bar.start <= tick < bar.end)
    bar = bars[number]
    positions = max(1, ceil(Fraction((bar.end - bar.start) * A_QUARTER, ticks_per_quarter)))
    position = floor(Fraction((tick - bar.start) * A_QUARTER, ticks_per_quarter) + HALF)
    if position < positions:
        return number, position
    return (number + 1, 0) if number + 1 < len(bars) else (number, positions - 1)


def tick_of(place: tuple[int, int], bars: list[Bar], ticks_per_quarter: int) -> int:
    """The tick nearest to a position, inside its bar."""
    number, position = place
    bar = bars[number]
    nearest = floor(Fraction(position * ticks_per_quarter, A_QUARTER) + HALF)
    return min(bar.start + nearest, bar.end - 1)


def even(velocity: int) -> int:
    """The even velocity at or below, 1 at least."""
    return max(1, velocity // 2 * 2)


def nearest_duration(ticks: int, ticks_per_quarter: int) -> int:
    """The nearest of the classes' durations, in positions; the shorter of two equally near."""
    exact = Fraction(ticks * A_QUARTER, ticks_per_quarter)
    known: list[int] = DURATIONS.tolist()
    return min(known, key=lambda positions: (abs(positions - exact), positions))


def quantised_notes(notes: Notes, bars: list[Bar], ticks_per_quarter: int) -> Notes:
    """The notes of a track as they come back: one a place and pitch, the longest, then loudest."""
    kept: dict[tuple[int, int, int], tuple[int, int]] = {}
    columns = (notes.onset, notes.duration, notes.pitch, notes.velocity)
    for onset, duration, pitch, velocity in zip(*(c.tolist() for c in columns), strict=True):
        key = (*place_of(onset, bars, ticks_per_quarter), pitch)
        value = (nearest_duration(duration, ticks_per_quarter), even(velocity))
        kept[key] = max(kept.get(key, value), value)
    ticks = [floor(Fraction(d * ticks_per_quarter, A_QUARTER) + HALF) for d, _ in kept.values()]
    return Notes.of(
        onset=[tick_of((bar, position), bars, ticks_per_quarter) for bar, position, _ in kept],
        duration=[max(1, duration) for duration in ticks],
        pitch=[pitch for _, _, pitch in kept],
        velocity=[velocity for _, velocity in kept.values()],
    )


def quantised(score: Score) -> Score:
    """The score as encoding and decoding should give it back."""
    bars, resolution = bars_of(score), score.ticks_per_quarter
    return score.with_tracks(
        [t.with_notes(quantised_notes(t.notes, bars, resolution)) for t in score.tracks]
    )
