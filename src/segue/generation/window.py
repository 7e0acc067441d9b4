"""What the model is shown of a piece, and what it is to write: one window for one task.

The window's bars are the written ones and the *active* bars around them: silence before the music
begins, or between its end and the first written bar, is not shown, since it says nothing of how the
music goes. So window bars are a selection of the piece's; `bars_of_piece` leads back.

Bars here are the grid's (`encoding.grid.Grid`), except those of a `Region`, which are the
piece's; a bar of the piece that is longer than eight quarters is several of the grid. A window is
cut from a score of parts (`cast`): its tracks are the parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from segue.encoding.grid import Grid, event_grid
from segue.encoding.roster import Roster
from segue.encoding.sequence import (
    MASKED,
    VISIBLE,
    Bars,
    BoolArray,
    Column,
    bar_rows,
    build_sequence,
)
from segue.encoding.table import Field, encode
from segue.encoding.vocabulary import IntArray, tempo_class
from segue.score import Score
from segue.units import US_PER_MINUTE


@dataclass(frozen=True)
class Region:
    """The bars [first, last) of a piece, in all its tracks or in some."""

    first: int
    last: int
    tracks: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Window:
    """One task for the model; see the module. Bars without a name are the window's."""

    grid: Grid
    """Of the whole piece, as far as the region goes."""
    bars_of_piece: IntArray
    """The grid's bar of each window bar, (n_bars,)."""
    bars: Bars
    roster: Roster
    visible: IntArray
    """The `PartTable` of what is shown."""
    hidden: IntArray
    """The `PartTable` of the region as it is: empty for a continuation."""
    written: BoolArray
    """The bars that are to be written, (n_bars,)."""
    ends_bar: BoolArray
    """The bars with which a bar of the piece ends, (n_bars,)."""

    def prefix(self, most: int) -> IntArray:
        """The visible pass of the model's sequence, (T0, N_COLUMNS), at most `most` events.

        Where there are more, the farthest from the first written bar are left out.
        """
        nothing = np.zeros(len(self.visible), bool)
        sequence = build_sequence(self.visible, self.roster, self.bars, nothing, self.written)
        columns = sequence.columns[sequence.columns[:, Column.ROLE] == VISIBLE]
        ahead = columns[:, Column.BAR] >= np.argmax(self.written)
        behind, ahead = columns[~ahead], columns[ahead]
        ahead = ahead[: max(most // 2, most - len(behind))]
        return np.concatenate([self.latest(behind, most - len(ahead)), ahead])

    def latest(self, rows: IntArray, count: int) -> IntArray:
        """The last `count` events of a pass, the first of them made the beginning of its bar."""
        if len(rows) <= count or not count:
            return rows[:count]
        kept = rows[len(rows) - count :].copy()
        kept[:1] = bar_rows(self.bars, kept[:1, Column.BAR], role=int(kept[0, Column.ROLE]))
        return kept

    def bar_events(self) -> IntArray:
        """The events that begin each bar when it is written, (n_bars, N_COLUMNS)."""
        return bar_rows(self.bars, np.arange(len(self.bars)), role=MASKED)

    def with_key(self, key: int | None) -> "Window":
        """The same with its key given, 0 to 23; None gives none."""
        keys = np.full(len(self.bars), 0 if key is None else key + 1, np.int64)
        return replace(self, bars=replace(self.bars, keys=keys))


def cut_window(
    score: Score, roster: Roster, region: Region, *, events: int, max_bars: int
) -> Window:
    """The window for a region of a piece; see `cut_windows`."""
    return cut_windows([score], [roster], region, events=events, max_bars=max_bars)[0]


def cut_windows(
    versions: Sequence[Score],
    rosters: Sequence[Roster],
    region: Region,
    *,
    events: int,
    max_bars: int,
    show_after: bool = True,
) -> list[Window]:
    """A window for each version of a piece, all with the same bars.

    Args:
        versions: scores of parts; they may differ in all but tempo and metre.
        rosters: what the parts of each version play.
        region: what is to be written; its tracks are parts.
        events: how many events may be shown; the nearest bars are shown first, two thirds of them
            before the region where there are bars after it. The written bars come on top.
        max_bars: the most bars that may be in the window, the written ones among them.
        show_after: whether bars after the region may be shown.
    """
    score = versions[0]
    n_bars = max(region.last, *(version.n_bars for version in versions))
    bars = score.bar_grid(n_bars=n_bars)
    grid = event_grid(score, bars)
    lines = np.searchsorted(grid.starts, bars.starts)
    first, last = int(lines[region.first]), int(lines[region.last])
    tables = [
        _Notes.near(version, roster, grid, (first, last), region.tracks, max_bars)
        for version, roster in zip(versions, rosters, strict=True)
    ]
    counts = [np.bincount(t.shown[:, Field.BAR], minlength=grid.n_bars) for t in tables]
    notes = np.max(counts, axis=0)
    room = max(0, max_bars - (last - first))
    budget = events - int(notes[first:last].sum()) - (last - first)
    after = np.zeros(0, np.int64)
    if show_after:
        after = _bars_after(notes, last, budget // 3, room // 3)
    spent = int(notes[after].sum()) + len(after)
    before = _bars_before(notes, first, budget - spent, room - len(after))
    chosen = np.concatenate([before, np.arange(first, last), after]).astype(np.int64)
    ends_bar = np.isin(np.arange(1, grid.n_bars + 1), lines)
    return [table.window(score, grid, chosen, (first, last), ends_bar[chosen]) for table in tables]


def table_of_region(score: Score, roster: Roster, region: Region, window: Window) -> IntArray:
    """The `PartTable` of a region's notes, by the bars of a window that was cut for it."""
    starts, shown = window.grid.starts, window.bars_of_piece[window.written]
    first, last = int(shown[0]), int(shown[-1]) + 1
    inside = _encode_between(
        score, roster, window.grid, int(starts[first]), int(starts[last]), n_bars=last
    )
    if region.tracks is not None:
        inside = inside[np.isin(inside[:, Field.PART], region.tracks)]
    return _in_bars(inside, window.bars_of_piece, window.grid.n_bars)


@dataclass(frozen=True)
class _Notes:
    """The notes near a region, bars counted by the grid: what is shown, and what is replaced."""

    roster: Roster
    shown: IntArray
    replaced: IntArray

    @classmethod
    def near(
        cls,
        score: Score,
        roster: Roster,
        grid: Grid,
        region: tuple[int, int],
        parts: tuple[int, ...] | None,
        max_bars: int,
    ) -> "_Notes":
        """Encode the notes before, in and after a region apart, so that none crosses its edges.

        A note that is nearer to the next bar line stays in its bar there: on which side it is
        decides whether it is kept.
        """
        first, last = region
        starts = grid.starts
        active = [t.notes.onset[t.notes.onset < starts[first]][-1:] for t in score.tracks]
        latest = np.max(np.concatenate([*active, starts[:1]]))
        nearest = max(0, int(np.searchsorted(starts, latest, side="right")) - max_bars)
        begin = int(starts[nearest])
        end = int(starts[min(grid.n_bars, last + max_bars)])

        def between(begin: int, end: int, n_bars: int) -> IntArray:
            return _encode_between(score, roster, grid, begin, end, n_bars=n_bars)

        before = between(begin, int(starts[first]), first)
        inside = between(int(starts[first]), int(starts[last]), last)
        after = between(int(starts[last]), end, grid.n_bars)
        replaced = np.ones(len(inside), bool)
        if parts is not None:
            replaced = np.isin(inside[:, Field.PART], parts)
        shown = np.concatenate([before, inside[~replaced], after])
        return cls(roster, shown, inside[replaced])

    def window(
        self,
        score: Score,
        grid: Grid,
        chosen: IntArray,
        region: tuple[int, int],
        ends_bar: BoolArray,
    ) -> Window:
        """The window of the chosen bars."""
        us = np.array([score.tempo_map.us_at(int(t)) for t in grid.starts[chosen]], np.float64)
        bars = Bars(
            lengths=grid.lengths[chosen],
            numerators=np.clip(grid.numerators[chosen], 1, 32),
            tempi=tempo_class(US_PER_MINUTE / us),
            keys=np.zeros(len(chosen), np.int64),
        )
        return Window(
            grid=grid,
            bars_of_piece=chosen,
            bars=bars,
            roster=self.roster,
            visible=_in_bars(self.shown, chosen, grid.n_bars),
            hidden=_in_bars(self.replaced, chosen, grid.n_bars),
            written=(chosen >= region[0]) & (chosen < region[1]),
            ends_bar=ends_bar,
        )


def _encode_between(
    score: Score, roster: Roster, grid: Grid, begin: int, end: int, *, n_bars: int
) -> IntArray:
    """The notes that begin in the ticks [begin, end), none of them past the first `n_bars`."""
    if begin >= end:
        return np.zeros((0, len(Field)), np.int64)
    tracks = []
    for track in score.tracks:
        cut = np.searchsorted(track.notes.onset, [begin, end])
        tracks.append(track.with_notes(track.notes.select(slice(int(cut[0]), int(cut[1])))))
    part = Grid(
        starts=grid.starts[: n_bars + 1],
        lengths=grid.lengths[:n_bars],
        numerators=grid.numerators[:n_bars],
        ticks_per_quarter=grid.ticks_per_quarter,
    )
    return encode(score.with_tracks(tracks), roster, part)


def _in_bars(table: IntArray, chosen: IntArray, n_bars: int) -> IntArray:
    """The notes in the chosen bars, their bars counted among those."""
    place = np.full(n_bars, -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    kept = table[place[table[:, Field.BAR]] >= 0]
    kept[:, Field.BAR] = place[kept[:, Field.BAR]]
    return kept


def _bars_before(notes: IntArray, first: int, budget: int, room: int) -> IntArray:
    """The last bars before the region that fit, from the first to the last that is active."""
    active = np.flatnonzero(notes[:first])
    if not len(active) or budget <= 0 or room <= 0:
        return np.zeros(0, np.int64)
    candidates = np.arange(active[0], active[-1] + 1)[-room:]
    cost = np.cumsum((notes[candidates] + 1)[::-1])[::-1]
    fits = candidates[cost <= budget]
    fits = fits[np.cumsum(notes[fits]) > 0]
    return fits if len(fits) else candidates[-1:]


def _bars_after(notes: IntArray, last: int, budget: int, room: int) -> IntArray:
    """The first bars after the region that fit, to the last that is active."""
    following = np.flatnonzero(notes[last:])
    if not len(following) or budget <= 0 or room <= 0:
        return np.zeros(0, np.int64)
    candidates = np.arange(last, last + following[-1] + 1)[:room]
    fits = np.cumsum(notes[candidates] + 1) <= budget
    return candidates[fits]
