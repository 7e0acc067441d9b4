"""Windows of songs: some whole bars that fit into so many events, as tables of notes.

Cut from a corpus's columns, without making a `Score`; what of a window is masked is decided by
`masking`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segue.corpus import Song
from segue.encoding.events import Field, Grid, encode_columns, grid_of_bars
from segue.encoding.sequence import Bars
from segue.encoding.vocabulary import DRUMS, N_NUMERATORS, IntArray, tempo_class
from segue.score import BarGrid, MetreMap
from segue.score.metre import MAX_DENOMINATOR
from segue.units import US_PER_MINUTE

_EVENTS_A_BAR = 2
"""Beside its notes: an infilled bar is begun twice."""
_CLOSING_EVENTS = 1


@dataclass(frozen=True)
class Window:
    """Some whole bars of a song, before anything of them is masked."""

    table: IntArray
    """The notes, a `NoteTable` with bars counted from the window's first, (N, 7)."""
    bars: Bars


def song_grid(song: Song) -> Grid:
    """The model's bars of a song, as far as its notes begin."""
    metre = MetreMap.of(
        ticks=song.metre_ticks,
        numerator=song.metre_numerator,
        denominator=song.metre_denominator,
    )
    last = int(song.onset[-1]) + 1
    tpq = song.ticks_per_quarter
    return grid_of_bars(BarGrid.build(metre, ticks_per_quarter=tpq, end_tick=last), tpq)


def has_score_metre(song: Song) -> bool:
    """Whether a score can hold all of the song's metres."""
    return bool(song.metre_denominator.max(initial=1) <= MAX_DENOMINATOR)


def bars_of(
    grid: Grid,
    tempo_ticks: npt.NDArray[np.integer],
    tempo_us: npt.NDArray[np.integer],
    first: int,
    last: int,
) -> Bars:
    """What is known of the bars [first, last) of a song before any note; no key yet."""
    at = np.searchsorted(tempo_ticks, grid.starts[first:last], side="right") - 1
    bpm = US_PER_MINUTE / tempo_us[np.maximum(at, 0)].astype(np.float64)
    return Bars(
        lengths=grid.lengths[first:last],
        numerators=np.clip(grid.numerators[first:last], 1, N_NUMERATORS - 1),
        tempi=tempo_class(bpm),
        keys=np.zeros(last - first, np.int64),
    )


def cut_window(song: Song, note: int, *, events: int, max_bars: int) -> Window | None:
    """The bars from that of note number `note` on that fit into `events`; None where none does."""
    grid = song_grid(song)
    first = int(grid.to_positions(song.onset[note : note + 1].astype(np.int64))[0, 0])
    begin = int(np.searchsorted(song.onset, grid.starts[first]))
    end = min(begin + events, len(song.onset))
    part = np.where(song.track_is_drum, DRUMS, song.track_program).astype(np.int64)
    table = encode_columns(
        onset=song.onset[begin:end],
        duration=song.duration[begin:end],
        pitch=song.pitch[begin:end],
        velocity=song.velocity[begin:end],
        track=song.track[begin:end],
        part_of_track=part,
        grid=grid,
    )
    complete = grid.n_bars if end == len(song.onset) else int(table[-1, Field.BAR])
    table[:, Field.BAR] -= first
    n_bars = min(complete - first, max_bars)
    if n_bars < 1:
        return None
    notes = np.bincount(table[:, Field.BAR], minlength=n_bars)[:n_bars]
    cost = np.cumsum(notes + _EVENTS_A_BAR)
    n_bars = int(np.searchsorted(cost, events - _CLOSING_EVENTS, side="right"))
    table = table[table[:, Field.BAR] < n_bars]
    if n_bars < 1 or not len(table):
        return None
    return Window(table, bars_of(grid, song.tempo_ticks, song.tempo_us, first, first + n_bars))
