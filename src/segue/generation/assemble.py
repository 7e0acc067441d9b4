"""From what the model wrote to a Score: ticks, tracks, and notes that a MIDI file can hold.

The piece's own notes are not touched, whatever they are: where a new note and one of them would
sound the same pitch on the same channel, the new one gives way.
"""

from typing import Final

import numpy as np

from segue.encoding.events import Field, decode_notes
from segue.encoding.sequence import BoolArray, Column
from segue.encoding.vocabulary import DRUMS, IntArray
from segue.generation.piece import Piece
from segue.generation.voices import NEW_TRACK, choose_tracks, with_doublings
from segue.generation.window import Region, Window
from segue.score import Notes, Score, Track
from segue.theory.gm import instrument_name


def to_table(rows: IntArray, window: Window) -> IntArray:
    """The `NoteTable` of what was written, bars counted by the piece's grid; no tracks yet."""
    table = np.full((len(rows), len(Field)), NEW_TRACK, np.int64)
    table[:, Field.BAR] = window.bars_of_piece[rows[:, Column.BAR]]
    for field, column in _FIELDS:
        table[:, field] = rows[:, column]
    return table


_FIELDS: Final = (
    (Field.POSITION, Column.POSITION),
    (Field.PART, Column.PART),
    (Field.PITCH, Column.PITCH),
    (Field.DURATION, Column.DURATION),
    (Field.VELOCITY, Column.VELOCITY),
)


def place_notes(
    version: Score,
    table: IntArray,
    *,
    window: Window,
    region: Region,
    piece: Piece,
    bar: int | None = None,
) -> Score:
    """`version` of the piece with the notes of the table in it; its region must be empty.

    A note goes to the track that `voices.choose_tracks` says, or to a new one for its part, and to
    each track that doubles its track. New notes end with the region at the latest. `bar`: add the
    notes of this bar of the piece alone; the others only decide who plays them.
    """
    _, end = piece.ticks(region)
    owners = choose_tracks(table, version, region=region, window=window, piece=piece)
    table, owners = with_doublings(table, owners, version=version, region=region, piece=piece)
    version, owners = _with_new_tracks(version, table, owners)
    if bar is not None:
        start, following = piece.ticks(Region(bar, bar + 1))
        begins = window.grid.starts[table[:, Field.BAR]]
        inside = (begins >= start) & (begins < following)
        table, owners = table[inside], owners[inside]
    used = np.unique(owners).tolist()
    decoded = [decode_notes(table[owners == index], window.grid) for index in used]
    return _added(version, used, decoded, end, piece.channels(version))


def _with_new_tracks(version: Score, table: IntArray, owners: IntArray) -> tuple[Score, IntArray]:
    """A track for each part whose notes have none yet, and whose each note is now.

    New tracks come in the order in which they are first heard, so that those of the bars that are
    complete keep their places when more bars are.
    """
    tracks, owners = list(version.tracks), owners.copy()
    lacking = owners == NEW_TRACK
    for part in dict.fromkeys(table[lacking, Field.PART].tolist()):
        owners[lacking & (table[:, Field.PART] == part)] = len(tracks)
        is_drum = part == DRUMS
        program = 0 if is_drum else part
        name = instrument_name(program=program, is_drum=is_drum)
        tracks.append(Track(notes=Notes.empty(), program=program, is_drum=is_drum, name=name))
    return version.with_tracks(tracks), owners


def _added(
    version: Score, used: list[int], decoded: list[Notes], end: int, channels: IntArray
) -> Score:
    """`version` with notes added to the tracks `used`, fitted channel by channel."""
    tracks = list(version.tracks)
    for channel in np.unique(channels[used]).tolist():
        mine = [i for i, index in enumerate(used) if channels[index] == channel]
        kept = Notes.concat([tracks[i].notes for i in np.flatnonzero(channels == channel)])
        limits, free = _limits([decoded[i] for i in mine], kept, end)
        for i in mine:
            notes, track = decoded[i], tracks[used[i]]
            fits = free[: len(notes)]
            notes = Notes.of(
                onset=notes.onset[fits],
                duration=(limits[: len(notes)] - notes.onset)[fits],
                pitch=notes.pitch[fits],
                velocity=notes.velocity[fits],
            )
            limits, free = limits[len(fits) :], free[len(fits) :]
            tracks[used[i]] = track.with_notes(Notes.concat([track.notes, notes]))
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
