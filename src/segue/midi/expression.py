"""Expression goes on: what a part did with its pedal, controllers and bends, in new bars.

A part's notes stand in *steps*, each from one onset to the next. Each new step takes what was done
in one of the steps of the part's last bars: that which is most alike in its place in the bar and
its length, and rather of the bar that stands as far into a phrase. What was done is fitted into the
new step: a pedal keeps its distance from the onsets, a curve is stretched.

Only habits that are alive go on. A pedal was pressed twice or more, or was down at most onsets; a
controller rose and fell twice or more (a fade only falls); two notes or more were bent, and at the
centre where they began or ended. All else is for `resets` to decide.

Nothing hangs: where the new bars end, pedals are up and all else is as it would be without this
module. Channels that instruments share are left alone.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from segue.midi.channels import ChannelEvent, Place
from segue.midi.interpretation import Interpretation
from segue.midi.setups import BEND, REST, Settings, message_of, settings_of
from segue.score import BarGrid, Score
from segue.score.columns import Int64Array

__all__ = ["Expressed", "expression"]

_PEDAL: Final = 64
_ITEMS: Final = (1, 11, _PEDAL, BEND)
"""Modulation, expression, the sustain pedal and the bend."""
_BARS_HEARD: Final = 8
_BARS_BACK: Final = 16
"""What was done longer ago is no habit any more."""
_BARS_ALIVE: Final = 4
"""Nor is what was not done in so many of the bars that were heard last."""
_DOWN: Final = 64
_TIMES: Final = 2
"""What was done so often is a habit."""
_FEWEST: Final = 4
"""With fewer steps, a pedal that was down is no habit yet."""
_LEAST_SWELL: Final = 8
"""A controller that moves by less stands still."""
_CENTRED: Final = 164
"""A bend within 2 % of its range from the centre is none."""
_CHORD: Final = 12
"""Onsets within this part of a quarter are one."""
_MOST_STRETCH: Final = 2
"""A new step that is longer still is at rest for the rest of it."""
_LENGTH_COST: Final = 0.5
_BAR_COST: Final = 0.25
"""What a factor of two in length, and another bar, cost in quarters of distance in the bar."""

Point = tuple[int, int]
"""(tick, value)."""


class Expressed(NamedTuple):
    """An item of a place that goes on, and what is sent for it."""

    place: Place
    item: int
    events: list[ChannelEvent]


def expression(
    music: Interpretation, score: Score, start: int, end: int, *, is_appended: bool
) -> list[Expressed]:
    """What goes on in the ticks [start, end), where `score` has new notes and the file has none.

    Args:
        music: the file.
        score: its music with new notes; tracks that it lacks have nothing to go on from.
        start: the first tick of the new bars, a bar line.
        end: the first tick after them.
        is_appended: whether the file has no notes after them, either.
    """
    of_places = settings_of(music.channels.controllers())
    grid = score.bar_grid(end_tick=end)
    quarter = score.ticks_per_quarter
    join = int(grid.bar_of(start))
    found = []
    for place, tracks in _lone_parts(music):
        settings = of_places.get(place, Settings())
        items = [item for item in _ITEMS if settings.ticks.get(item)]
        if not items:
            continue
        before = _onsets(music.score, tracks, 0, start, quarter)
        heard = _Steps.of(before, start, grid, quarter).before(join)
        new = _Steps.of(_onsets(score, tracks, start, end, quarter), end, grid, quarter)
        if not len(heard.tick) or not len(new.tick):
            continue
        for item in items:
            line = _Line(settings, item, heard)
            if not line.is_habit:
                continue
            if not is_appended:
                last = settings.value_at(item, end - 1)
            elif item == _PEDAL:
                last = REST[item]
            else:
                last = settings.while_played(item, before, start)
            until = end - (not is_appended)  # what follows begins as the file has it
            points = [point for point in line.over(new, join, quarter) if point[0] < until]
            points.append((until, REST[item] if last is None else last))
            sent = _sent(settings, item, points, start, None if is_appended else end)
            events = [ChannelEvent(t, place, message_of(item, place.channel, v)) for t, v in sent]
            found.append(Expressed(place, item, events))
    return found


def _lone_parts(music: Interpretation) -> Iterator[tuple[Place, list[int]]]:
    """The places that one instrument has for itself, with its tracks."""
    tracks: defaultdict[Place, list[int]] = defaultdict(list)
    for index, place in enumerate(music.channels.tracks):
        tracks[place].append(index)
    for place, own in sorted(tracks.items()):
        if len({music.origins[index].program for index in own}) == 1:
            yield place, own


def _onsets(score: Score, tracks: Sequence[int], start: int, end: int, quarter: int) -> list[int]:
    """Where tracks begin notes in the ticks [start, end): once for a chord."""
    found: list[int] = []
    ticks = np.unique(np.concatenate([score.tracks[index].notes.onset for index in tracks]))
    for tick in ticks[(ticks >= start) & (ticks < end)].tolist():
        if not found or (tick - found[-1]) * _CHORD > quarter:
            found.append(tick)
    return found


@dataclass(frozen=True, eq=False)
class _Steps:
    """From each onset of a part to the next, (N,)."""

    tick: Int64Array
    length: Int64Array
    bar: Int64Array
    place: Int64Array
    """In ticks from the bar line."""

    @classmethod
    def of(cls, onsets: Sequence[int], end: int, grid: BarGrid, quarter: int) -> "_Steps":
        tick = np.array(onsets, np.int64)
        bar = np.searchsorted(grid.starts, tick, "right") - 1
        return cls(tick, np.diff(np.append(tick, end)), bar, tick - grid.starts[bar])

    def before(self, bar: int) -> "_Steps":
        """Those of the last bars, not long before one, in which there are any."""
        bars = np.unique(self.bar)[-_BARS_HEARD:]
        kept = (self.bar >= bar - _BARS_BACK) & np.isin(self.bar, bars)
        return _Steps(self.tick[kept], self.length[kept], self.bar[kept], self.place[kept])


class _Line:
    """What was done with an item in the steps that were heard."""

    def __init__(self, settings: Settings, item: int, heard: _Steps) -> None:
        self.item, self.heard = item, heard
        ticks, values = settings.ticks[item], settings.values[item]
        self.within: list[list[Point]] = []
        for tick, length in zip(heard.tick.tolist(), heard.length.tolist(), strict=True):
            span = slice(bisect_left(ticks, tick), bisect_left(ticks, tick + length))
            own = list(zip(ticks[span], values[span], strict=True))
            if not own or own[0][0] > tick:
                own.insert(0, (tick, settings.value_at(item, tick) or 0))
            self.within.append(own)

    @property
    def is_habit(self) -> bool:
        """Whether it goes on."""
        values = [value for own in self.within for _, value in own]
        if self.item == _PEDAL:
            held = sum(own[-1][1] >= _DOWN for own in self.within)
            if len(self.within) >= _FEWEST and 2 * held > len(self.within):
                return True
            presses = sum(now > was for was, now in pairwise(value >= _DOWN for value in values))
            return presses >= _TIMES and self._is_alive()
        if self.item == BEND:
            bent = [own for own in self.within if any(_is_bent(value) for _, value in own)]
            usual = 2 * int(self._usable().sum()) >= len(self.within)
            return len(bent) >= _TIMES and usual and self._is_alive()
        return min(_swings(values)) >= _TIMES and self._is_alive()

    def _is_alive(self) -> bool:
        """Whether it was done in the latest bars, too."""
        late = self.heard.bar >= np.unique(self.heard.bar)[-_BARS_ALIVE:][0]
        first = int(late.argmax())
        return len({value for own in self.within[first:] for _, value in own}) > 1

    def over(self, new: _Steps, join: int, quarter: int) -> list[Point]:
        """The same over new steps, which begin at the bar `join`."""
        usable = np.flatnonzero(self._usable())
        heard = self.heard
        phrase = join - _BARS_HEARD + (new.bar - join) % _BARS_HEARD
        place = new.place[:, None] - heard.place[usable]
        length = np.log2(new.length[:, None] / heard.length[usable])
        cost = np.abs(place) / quarter + _LENGTH_COST * np.abs(length)
        cost += _BAR_COST * (phrase[:, None] != heard.bar[usable])
        found: list[Point] = []
        for step, source in enumerate(usable[cost.argmin(axis=1)].tolist()):
            found += self._fitted(source, int(new.tick[step]), int(new.length[step]), quarter)
        return found

    def _usable(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        if self.item != BEND:
            return np.ones(len(self.within), bool)
        ends = [(own[0][1], own[-1][1]) for own in self.within]
        return np.array([not (_is_bent(first) and _is_bent(last)) for first, last in ends])

    def _fitted(self, source: int, tick: int, length: int, quarter: int) -> list[Point]:
        """What was done in one step, in another."""
        was, begin = int(self.heard.length[source]), int(self.heard.tick[source])
        used = min(length, max(_MOST_STRETCH * was, quarter))
        found = []
        for at, value in self.within[source]:
            since = at - begin
            if self.item != _PEDAL:
                since = since * used // was
            elif 2 * since <= was:
                since = min(since, used // 2)
            else:
                since = max(used - (was - since), used // 2)
            found.append((tick + since, value))
        if used < length and self.item in (_PEDAL, BEND):
            found.append((tick + used, REST[self.item]))
        return found


def _is_bent(value: int) -> bool:
    return abs(value - REST[BEND]) > _CENTRED


def _swings(values: Sequence[int]) -> tuple[int, int]:
    """How often values rise, and how often they fall, by what is heard."""
    rises = falls = 0
    low = high = values[0]
    rising: bool | None = None
    for value in values:
        low, high = min(low, value), max(high, value)
        if rising is not True and value - low >= _LEAST_SWELL:
            rising, rises, high = True, rises + 1, value
        elif rising is not False and high - value >= _LEAST_SWELL:
            rising, falls, low = False, falls + 1, value
    return rises, falls


def _sent(
    settings: Settings, item: int, points: Sequence[Point], start: int, until: int | None
) -> list[Point]:
    """What must be sent for an item to be as the points say, whatever the file itself sends."""
    sent = settings.sent[item]
    later = dict.fromkeys(sent[bisect_right(sent, start) :])
    own = [
        (tick, 0, settings.value_at(item, tick)) for tick in later if until is None or tick < until
    ]
    wanted = now = settings.value_at(item, start)
    found: list[Point] = []
    for tick, is_new, value in sorted([*own, *((t, 1, v) for t, v in points)], key=lambda e: e[:2]):
        if is_new:
            wanted = value
        else:
            now = value
        if wanted is not None and wanted != now:
            found.append((tick, wanted))
            now = wanted
    return found
