"""Score <-> note events on the grid, and exactly back.

What is here: the table of a piece's notes as the model's attributes (`encode`) and its inverse
(`decode`): `decode(encode(s), s)` is `s` with each onset at the nearest position, each duration at
the nearest of `vocabulary.DURATIONS`, each velocity in the middle of its class. What is not here:
the order in which a model reads events (`sequence`).

A `NoteTable` has a row a note and the columns of `Field`; its rows are sorted by bar, part (in the
order of `vocabulary.PART_RANK`), position, pitch, track.

Where a tick is nearer to no position than to another, or a position to no tick, the later one is
taken; of two durations equally near the shorter one. At resolutions that 24 divides (96, 480, 960)
every position is a tick.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    DURATIONS,
    MAX_POSITIONS,
    PART_RANK,
    POSITIONS_PER_QUARTER,
    IntArray,
    duration_class,
    part_of,
    velocity_class,
    velocity_of,
)
from segue.score import BarGrid, Notes, Score


class Field(IntEnum):
    """The columns of a `NoteTable`."""

    BAR = 0
    POSITION = 1
    PART = 2
    PITCH = 3
    DURATION = 4
    VELOCITY = 5
    TRACK = 6


@dataclass(frozen=True)
class Grid:
    """The bars that events are counted in.

    They are the score's, except that a bar longer than `MAX_POSITIONS` is cut into several.
    `starts` are ticks, (n_bars + 1,); `lengths` are positions, (n_bars,), at least 1.
    """

    starts: IntArray
    lengths: IntArray
    numerators: IntArray
    ticks_per_quarter: int

    @property
    def n_bars(self) -> int:
        """How many bars the grid has."""
        return len(self.lengths)

    def to_positions(self, ticks: IntArray) -> IntArray:
        """Bar and position of each tick, (N, 2): the nearest position of the tick's own bar.

        Where that would be past the bar's end it is the next bar's first, and in the last bar the
        bar's last.
        """
        bar = np.clip(np.searchsorted(self.starts, ticks, side="right") - 1, 0, self.n_bars - 1)
        offset = (ticks - self.starts[bar]) * POSITIONS_PER_QUARTER
        position = (2 * offset + self.ticks_per_quarter) // (2 * self.ticks_per_quarter)
        over = position >= self.lengths[bar]
        moves = over & (bar < self.n_bars - 1)
        position = np.where(moves, 0, np.minimum(position, self.lengths[bar] - 1))
        return np.stack([bar + moves, position], axis=1).astype(np.int64)

    def to_ticks(self, bar: IntArray, position: IntArray) -> IntArray:
        """The tick nearest to each position, never past its bar."""
        ticks = nearest_ticks(position, self.ticks_per_quarter)
        inside = self.starts[bar + 1] - self.starts[bar] - 1
        return np.asarray(self.starts[bar] + np.minimum(ticks, inside))


def nearest_ticks(positions: IntArray, ticks_per_quarter: int) -> IntArray:
    """The tick nearest to each number of positions, the later where two are equally near."""
    doubled = 2 * positions * ticks_per_quarter + POSITIONS_PER_QUARTER
    return doubled // (2 * POSITIONS_PER_QUARTER)


def event_grid(score: Score, bars: BarGrid | None = None) -> Grid:
    """The grid of a score, over `bars` (default: all that the score has, at least one)."""
    bars = score.bar_grid(n_bars=1) if bars is None else bars
    return grid_of_bars(bars, score.ticks_per_quarter)


def grid_of_bars(bars: BarGrid, ticks_per_quarter: int) -> Grid:
    """The grid over bars: theirs, the longest ones cut."""
    longest = MAX_POSITIONS * ticks_per_quarter // POSITIONS_PER_QUARTER
    ticks = np.diff(bars.starts)
    pieces = np.maximum(1, -(-ticks // longest))
    first = np.repeat(bars.starts[:-1], pieces)
    within = np.arange(len(first)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = np.append(first + within * longest, bars.starts[-1])
    lengths = np.maximum(1, -(-np.diff(starts) * POSITIONS_PER_QUARTER // ticks_per_quarter))
    return Grid(
        starts=starts,
        lengths=lengths,
        numerators=np.repeat(bars.numerator, pieces),
        ticks_per_quarter=ticks_per_quarter,
    )


def encode(score: Score, grid: Grid | None = None) -> IntArray:
    """The notes of a score as a table, (N, 7), columns `Field`, sorted as the module says.

    Of two notes of a track with the same bar, position and pitch the longer one is kept.
    """
    notes = [track.notes for track in score.tracks]
    parts = [part_of(program=track.program, is_drum=track.is_drum) for track in score.tracks]
    return encode_columns(
        onset=np.concatenate([n.onset for n in notes] or [_NOTHING]),
        duration=np.concatenate([n.duration for n in notes] or [_NOTHING]),
        pitch=np.concatenate([n.pitch for n in notes] or [_NOTHING.astype(np.uint8)]),
        velocity=np.concatenate([n.velocity for n in notes] or [_NOTHING.astype(np.uint8)]),
        track=np.repeat(np.arange(len(notes)), [len(n) for n in notes]),
        part_of_track=np.array(parts, np.int64),
        grid=event_grid(score) if grid is None else grid,
    )


_NOTHING = np.zeros(0, np.int64)


def encode_columns(
    *,
    onset: npt.NDArray[np.integer],
    duration: npt.NDArray[np.integer],
    pitch: npt.NDArray[np.integer],
    velocity: npt.NDArray[np.integer],
    track: npt.NDArray[np.integer],
    part_of_track: IntArray,
    grid: Grid,
) -> IntArray:
    """`encode` of notes in columns, (N,) each, as a corpus has them; `part_of_track`: (tracks,)."""
    table = np.empty((len(onset), len(Field)), np.int64)
    table[:, [Field.BAR, Field.POSITION]] = grid.to_positions(onset.astype(np.int64))
    part = part_of_track[track.astype(np.int64)]
    table[:, Field.PART] = part
    table[:, Field.PITCH] = pitch + np.where(part == DRUMS, DRUM_PITCH_OFFSET, 0)
    # One division of whole numbers, so that a tie between two classes is seen as one.
    positions = duration.astype(np.int64) * POSITIONS_PER_QUARTER / grid.ticks_per_quarter
    table[:, Field.DURATION] = duration_class(positions)
    table[:, Field.VELOCITY] = velocity_class(velocity)
    table[:, Field.TRACK] = track
    table = _drop_repeats(table)
    return table[sort_order(table)]


def _drop_repeats(table: IntArray) -> IntArray:
    order = np.lexsort(
        (
            -table[:, Field.VELOCITY],
            -table[:, Field.DURATION],
            table[:, Field.PITCH],
            table[:, Field.POSITION],
            table[:, Field.BAR],
            table[:, Field.TRACK],
        )
    )
    table = table[order]
    place = table[:, [Field.TRACK, Field.BAR, Field.POSITION, Field.PITCH]]
    new = np.ones(len(table), bool)
    new[1:] = (place[1:] != place[:-1]).any(axis=1)
    return table[new]


def sort_order(table: IntArray) -> IntArray:
    """The order of a `NoteTable`'s rows: bar, part, position, pitch, track."""
    return np.lexsort(
        (
            table[:, Field.TRACK],
            table[:, Field.PITCH],
            table[:, Field.POSITION],
            PART_RANK[table[:, Field.PART]],
            table[:, Field.BAR],
        )
    )


def decode_notes(table: IntArray, grid: Grid) -> Notes:
    """The notes of rows of a table, whatever their tracks, on the grid's ticks."""
    positions = DURATIONS[table[:, Field.DURATION]]
    return Notes.of(
        onset=grid.to_ticks(table[:, Field.BAR], table[:, Field.POSITION]),
        duration=np.maximum(1, nearest_ticks(positions, grid.ticks_per_quarter)),
        pitch=table[:, Field.PITCH] % DRUM_PITCH_OFFSET,
        velocity=velocity_of(table[:, Field.VELOCITY]),
    )


def decode(table: IntArray, template: Score, grid: Grid | None = None) -> Score:
    """The Score of a table: the notes of row's track i in `template.tracks[i]`.

    Tracks, tempo and metre are the template's; its notes are not looked at.
    """
    grid = event_grid(template) if grid is None else grid
    tracks = tuple(
        track.with_notes(decode_notes(table[table[:, Field.TRACK] == index], grid))
        for index, track in enumerate(template.tracks)
    )
    return template.with_tracks(tracks)
