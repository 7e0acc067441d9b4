"""What the model is shown of a piece, and what it is to write: one window for one task.

The window's bars are the written ones and the *active* bars around them: silence before the music begins, or
between its end and the first written bar, is not shown, since it says nothing of how the music goes. So window
bars are a selection of the piece's; `bars_of_piece` leads back.
"""

from dataclasses import dataclass, replace

import numpy as np

from segue.encoding.events import Field, Grid, encode, event_grid
from segue.encoding.sequence import Bars, BoolArray, Column, bar_rows, build_sequence
from segue.encoding.vocabulary import DRUMS, N_PARTS, IntArray, part_of, tempo_class
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
    """The piece's (grid) bar of each window bar, (n_bars,)."""
    bars: Bars
    visible: IntArray
    """The `NoteTable` of what is shown."""
    hidden: IntArray
    """The `NoteTable` of the region as it is: empty for a continuation."""
    written: BoolArray
    """The bars that are to be written, (n_bars,)."""
    parts: IntArray
    """The parts of the piece's tracks, (tracks,)."""

    def prefix(self) -> IntArray:
        """The visible pass of the model's sequence, (T0, N_COLUMNS)."""
        nothing = np.zeros(len(self.visible), bool)
        sequence = build_sequence(self.visible, self.bars, nothing, self.written)
        columns: IntArray = sequence.columns[sequence.columns[:, Column.ROLE] == 0]
        return columns

    def bar_row(self, bar: int) -> IntArray:
        """The event that begins a written bar, (N_COLUMNS,)."""
        row: IntArray = bar_rows(self.bars, np.array([bar]), role=1)[0]
        return row

    def with_key(self, key: int) -> "Window":
        """The same with its key told: 0 to 23."""
        keys = np.full(len(self.bars), key + 1, np.int64)
        return replace(self, bars=replace(self.bars, keys=keys))


def piece_grid(score: Score, n_bars: int) -> tuple[Grid, IntArray]:
    """The model's grid of a piece of at least `n_bars`, and its bar at each of the piece's bar lines."""
    bars = score.bar_grid(n_bars=max(1, n_bars))
    grid = event_grid(score, bars)
    return grid, np.searchsorted(grid.starts, bars.starts)


def cut_window(score: Score, region: Region, *, events: int, max_bars: int) -> Window:
    """The window for a region of a piece.

    `events`: how many events may be shown; the nearest bars are shown first, two thirds of them before the
    region where there are bars after it. The written bars come on top.
    """
    grid, lines = piece_grid(score, region.last)
    first, last = int(lines[region.first]), int(lines[region.last])
    table = encode(score, grid)
    inside = (table[:, Field.BAR] >= first) & (table[:, Field.BAR] < last)
    if region.tracks is not None:
        inside &= np.isin(table[:, Field.TRACK], region.tracks)
    notes = np.bincount(table[~inside, Field.BAR], minlength=grid.n_bars)
    room = max(0, max_bars - (last - first))
    budget = events - int(notes[first:last].sum()) - (last - first)
    after = _bars_after(notes, last, budget // 3, room // 3)
    spent = int(notes[after].sum()) + len(after)
    before = _bars_before(notes, first, budget - spent, room - len(after))
    chosen = np.concatenate([before, np.arange(first, last), after]).astype(np.int64)
    return _select(score, grid, table, inside, chosen, (first, last))


def _bars_before(notes: IntArray, first: int, budget: int, room: int) -> IntArray:
    """The last bars before the region that fit, from the first to the last that is active."""
    active = np.flatnonzero(notes[:first])
    if not len(active) or budget <= 0 or room <= 0:
        return np.zeros(0, np.int64)
    candidates = np.arange(active[0], active[-1] + 1)[-room:]
    cost = np.cumsum((notes[candidates] + 1)[::-1])[::-1]
    fits = candidates[cost <= budget]
    while len(fits) and notes[fits[0]] == 0:
        fits = fits[1:]
    return fits if len(fits) else candidates[-1:]


def _bars_after(notes: IntArray, last: int, budget: int, room: int) -> IntArray:
    following = np.flatnonzero(notes[last:])
    if not len(following) or budget <= 0 or room <= 0:
        return np.zeros(0, np.int64)
    candidates = np.arange(last, last + following[-1] + 1)[:room]
    fits = np.cumsum(notes[candidates] + 1) <= budget
    return candidates[fits]


def _select(
    score: Score,
    grid: Grid,
    table: IntArray,
    inside: BoolArray,
    chosen: IntArray,
    region: tuple[int, int],
) -> Window:
    place = np.full(grid.n_bars, -1, np.int64)
    place[chosen] = np.arange(len(chosen))
    kept = place[table[:, Field.BAR]] >= 0
    visible, hidden = table[kept & ~inside], table[kept & inside]
    for part in (visible, hidden):
        part[:, Field.BAR] = place[part[:, Field.BAR]]
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
        visible=visible,
        hidden=hidden,
        written=(chosen >= region[0]) & (chosen < region[1]),
        parts=parts_of(score),
    )


def parts_of(score: Score) -> IntArray:
    """The part of each track, (tracks,)."""
    parts = [part_of(program=t.program, is_drum=t.is_drum) for t in score.tracks]
    return np.array(parts, np.int64)


def allowed_parts(
    window: Window,
    *,
    tracks: tuple[int, ...] | None,
    instruments: tuple[int, ...] | None,
    new: bool,
) -> BoolArray:
    """Which parts may be written, (N_PARTS,): those of the tracks, of the instruments named, or all."""
    allowed = np.zeros(N_PARTS, bool)
    if tracks is not None:
        allowed[window.parts[list(tracks)]] = True
    elif instruments is not None:
        allowed[list(instruments)] = True
    elif new or not len(window.parts):
        allowed[:] = True
    else:
        playing = np.concatenate([window.visible, window.hidden])[:, Field.PART]
        allowed[playing if len(playing) else window.parts] = True
    return allowed


__all__ = ["DRUMS", "Region", "Window", "allowed_parts", "cut_window", "parts_of", "piece_grid"]
