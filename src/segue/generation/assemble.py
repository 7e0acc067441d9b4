"""From what the model wrote to a Score: ticks, tracks, and notes that a MIDI file can hold.

The piece's own notes are not touched, whatever they are: where a new note and one of them would
sound the same pitch on the same channel, the new one gives way.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.grid import Grid
from segue.encoding.sequence import BoolArray, Column
from segue.encoding.table import Field, decode_notes, onsets_of
from segue.encoding.vocabulary import IntArray
from segue.generation.cast import Cast
from segue.generation.piece import Piece
from segue.generation.window import Region, Window
from segue.score import Notes, Score


def to_table(rows: IntArray, window: Window) -> IntArray:
    """The `PartTable` of what was written, bars counted by the piece's grid."""
    table = np.empty((len(rows), len(Field)), np.int64)
    table[:, Field.BAR] = window.bars_of_piece[rows[:, Column.BAR]]
    for field, column in _FIELDS:
        table[:, field] = rows[:, column]
    return table


_FIELDS: Final = (
    (Field.PART, Column.PART),
    (Field.POSITION, Column.POSITION),
    (Field.PITCH, Column.PITCH),
    (Field.DURATION, Column.DURATION),
    (Field.VELOCITY, Column.VELOCITY),
)


def place_notes(
    version: Score,
    table: IntArray,
    *,
    grid: Grid,
    region: Region,
    cast: Cast,
    piece: Piece,
    onset: IntArray | None = None,
) -> Score:
    """A version of `cast.score` with the notes of the table in it; its region must be empty.

    New notes end with the region at the latest. `onset`: the ticks at which the table's notes
    begin, (N,); by default those of the grid.
    """
    _, end = piece.ticks(region)
    onset = onsets_of(table, grid) if onset is None else onset
    owners = cast.targets[table[:, Field.PART]]
    used = np.unique(owners).tolist()
    decoded = [
        decode_notes(table[owners == index], grid, onset=onset[owners == index]) for index in used
    ]
    channels = _channels(version, used, cast, piece)
    return add_notes(version, dict(zip(used, decoded, strict=True)), end=end, channels=channels)


def _channels(version: Score, used: list[int], cast: Cast, piece: Piece) -> IntArray:
    """A number for the channel of each track; of new tracks that are not used, none."""
    joined = [index for index in used if index >= cast.n_own]
    channels = np.full(len(version.tracks), _NO_CHANNEL, np.int64)
    channels[[*range(cast.n_own), *joined]] = piece.channels(cast.finished(version, joined))
    return channels


_NO_CHANNEL: Final = -(2**40)


def add_notes(
    version: Score, new: dict[int, Notes], *, end: int, channels: npt.NDArray[np.integer]
) -> Score:
    """`version` with notes added to some tracks, fitted channel by channel.

    `new`: by the number of the track; `end`: the tick at which they end at the latest; `channels`:
    a number for the channel of each track, (tracks,).
    """
    tracks, used = list(version.tracks), list(new)
    for channel in np.unique(channels[used]).tolist():
        mine = [index for index in used if channels[index] == channel]
        kept = Notes.concat([tracks[i].notes for i in np.flatnonzero(channels == channel)])
        limits, free = _limits([new[index] for index in mine], kept, end)
        for index in mine:
            notes, track = new[index], tracks[index]
            fits = free[: len(notes)]
            notes = Notes.of(
                onset=notes.onset[fits],
                duration=(limits[: len(notes)] - notes.onset)[fits],
                pitch=notes.pitch[fits],
                velocity=notes.velocity[fits],
            )
            limits, free = limits[len(fits) :], free[len(fits) :]
            tracks[index] = track.with_notes(Notes.concat([track.notes, notes]))
    return version.with_tracks(tracks)


def _limits(new: list[Notes], kept: Notes, end: int) -> tuple[IntArray, BoolArray]:
    """Where new notes of one channel end, and which of them can sound at all, one after another.

    A channel sounds each pitch once at a time. So they end where the next note of their pitch
    begins, if not before; one that would begin while another of its pitch sounds, or with it, is
    left out.
    """
    onset = np.concatenate([notes.onset for notes in new])
    pitch = np.concatenate([notes.pitch for notes in new]).astype(np.int64)
    limit = np.minimum(np.concatenate([notes.offset for notes in new]), end)
    free = np.ones(len(onset), bool)
    for value in np.unique(pitch):
        mine = np.flatnonzero(pitch == value)
        own = kept.select(kept.pitch == value)
        at = onset[mine]
        onsets = np.sort(np.concatenate([at, own.onset]))
        following = np.append(onsets, end)[np.searchsorted(onsets, at, side="right")]
        limit[mine] = np.minimum(limit[mine], following)
        silent_from = np.append(0, np.maximum.accumulate(own.offset))
        free[mine] = silent_from[np.searchsorted(own.onset, at, side="right")] <= at
        repeated = np.ones(len(mine), bool)
        repeated[np.unique(at, return_index=True)[1]] = False
        free[mine[repeated]] = False
    return limit, free
