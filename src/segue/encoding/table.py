"""Score <-> note events on the grid, and exactly back.

`decode(encode(s))` is `s` with each onset at the nearest position, each duration at the nearest of
`vocabulary.DURATIONS`, each velocity at the even one at or below it. The grid of bars and positions
is `segue.encoding.grid.Grid`. What is not here: the order in which a model reads (`sequence`).

A `PartTable` has a row a note and the columns of `Field`; its rows are sorted by bar, part,
position, pitch, and no two of them agree in all four.
"""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from segue.encoding.grid import Grid, event_grid, nearest_ticks
from segue.encoding.roster import Roster
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DURATIONS,
    POSITIONS_PER_QUARTER,
    IntArray,
    duration_class,
    velocity_class,
    velocity_of,
)
from segue.score import Notes, Score


class Field(IntEnum):
    """The columns of a `PartTable`."""

    BAR = 0
    PART = 1
    POSITION = 2
    PITCH = 3
    DURATION = 4
    VELOCITY = 5


_PLACE = [Field.BAR, Field.PART, Field.POSITION, Field.PITCH]


def encode(score: Score, roster: Roster, grid: Grid | None = None) -> IntArray:
    """The notes of a score's roster as a `PartTable`, (N, 6).

    Of two notes of a track with the same bar, position and pitch the longer one is kept.
    """
    chosen = [score.tracks[int(track)].notes for track in roster.tracks]
    lengths = [len(notes) for notes in chosen]
    return encode_columns(
        onset=np.concatenate([n.onset for n in chosen] or [np.zeros(0, np.int64)]),
        duration=np.concatenate([n.duration for n in chosen] or [np.zeros(0, np.int64)]),
        pitch=np.concatenate([n.pitch for n in chosen] or [np.zeros(0, np.uint8)]),
        velocity=np.concatenate([n.velocity for n in chosen] or [np.zeros(0, np.uint8)]),
        part=np.repeat(np.arange(len(roster)), lengths),
        is_drum=roster.is_drum,
        grid=event_grid(score) if grid is None else grid,
    )


def encode_columns(
    *,
    onset: npt.NDArray[np.integer],
    duration: npt.NDArray[np.integer],
    pitch: npt.NDArray[np.integer],
    velocity: npt.NDArray[np.integer],
    part: npt.NDArray[np.integer],
    is_drum: npt.NDArray[np.bool_],
    grid: Grid,
) -> IntArray:
    """`encode` of notes in columns, (N,) each, as a corpus has them; `is_drum`: of parts, (P,)."""
    table = np.empty((len(onset), len(Field)), np.int64)
    table[:, [Field.BAR, Field.POSITION]] = grid.to_positions(onset.astype(np.int64))
    table[:, Field.PART] = part
    table[:, Field.PITCH] = pitch
    table[is_drum[table[:, Field.PART]], Field.PITCH] += DRUM_PITCH_OFFSET
    # One division of whole numbers, so that a tie between two classes is seen as one.
    positions = duration.astype(np.int64) * POSITIONS_PER_QUARTER / grid.ticks_per_quarter
    table[:, Field.DURATION] = duration_class(positions)
    table[:, Field.VELOCITY] = velocity_class(velocity)
    return distinct(table)


def distinct(table: IntArray) -> IntArray:
    """A table's rows in order, one for each place: the longest note, then the loudest."""
    keys = (-table[:, Field.VELOCITY], -table[:, Field.DURATION])
    order = np.lexsort((*keys, *(table[:, field] for field in reversed(_PLACE))))
    table = table[order]
    new = np.ones(len(table), bool)
    new[1:] = (table[1:, _PLACE] != table[:-1, _PLACE]).any(axis=1)
    return table[new]


def onsets_of(table: IntArray, grid: Grid) -> IntArray:
    """The ticks at which the notes of a table begin, (N,)."""
    return grid.to_ticks(table[:, Field.BAR], table[:, Field.POSITION])


def decode_notes(table: IntArray, grid: Grid, *, onset: IntArray | None = None) -> Notes:
    """The notes of rows of a table, whatever their parts.

    `onset`: the ticks at which they begin, (N,); by default the grid's.
    """
    positions = DURATIONS[table[:, Field.DURATION]]
    return Notes.of(
        onset=onsets_of(table, grid) if onset is None else onset,
        duration=np.maximum(1, nearest_ticks(positions, grid.ticks_per_quarter)),
        pitch=table[:, Field.PITCH] % DRUM_PITCH_OFFSET,
        velocity=velocity_of(table[:, Field.VELOCITY]),
    )


def decode(table: IntArray, template: Score, roster: Roster, grid: Grid | None = None) -> Score:
    """The Score of a table: the notes of each part in its track of `template`.

    Tracks, tempo, metre, and the notes of tracks outside the roster are the template's.
    """
    grid = event_grid(template) if grid is None else grid
    tracks = list(template.tracks)
    for part, track in enumerate(roster.tracks.tolist()):
        notes = decode_notes(table[table[:, Field.PART] == part], grid)
        tracks[track] = tracks[track].with_notes(notes)
    return template.with_tracks(tracks)
