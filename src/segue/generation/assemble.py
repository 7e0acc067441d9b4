"""From what the model wrote to a Score: ticks, tracks, and notes that a MIDI file can hold.

The piece's own notes outside the region are not touched, whatever they are.
"""

from dataclasses import replace

import numpy as np

from segue.encoding.events import Field, decode_notes
from segue.encoding.sequence import Column
from segue.encoding.vocabulary import DRUMS, IntArray
from segue.generation.window import Region, Window
from segue.score import Notes, Score, Track

_NEAR_NOTES = 64


def to_table(rows: IntArray, window: Window) -> IntArray:
    """The `NoteTable` of what was written, bars counted as in the piece's grid; tracks not yet known."""
    table = np.full((len(rows), len(Field)), -1, np.int64)
    table[:, Field.BAR] = window.bars_of_piece[rows[:, Column.BAR]]
    for field, column in _FIELDS:
        table[:, field] = rows[:, column]
    return table


_FIELDS = (
    (Field.POSITION, Column.POSITION),
    (Field.PART, Column.PART),
    (Field.PITCH, Column.PITCH),
    (Field.DURATION, Column.DURATION),
    (Field.VELOCITY, Column.VELOCITY),
)


def place_notes(score: Score, table: IntArray, window: Window, region: Region) -> Score:
    """`score` with the region's notes replaced by the table's.

    A note goes to the track of its part; where several tracks play the same program, to the one whose
    latest pitches are nearest; where none does, to a new track.
    """
    start, end = _ticks(window, region, score)
    chosen = range(len(score.tracks)) if region.tracks is None else region.tracks
    owners = _owners(score, table, window, list(chosen), start)
    tracks = list(score.tracks)
    for index in chosen:
        notes = decode_notes(table[owners == index], window.grid)
        tracks[index] = _rewritten(score.tracks[index], notes, start, end)
    for part in np.unique(table[owners < 0, Field.PART]):
        mine = table[(owners < 0) & (table[:, Field.PART] == part)]
        notes = _fitted(decode_notes(mine, window.grid), Notes.empty(), end)
        is_drum = int(part) == DRUMS
        program = 0 if is_drum else int(part)
        tracks.append(Track(notes=notes, program=program, is_drum=is_drum))
    return replace(score, tracks=tuple(tracks))


def _ticks(window: Window, region: Region, score: Score) -> tuple[int, int]:
    bars = score.bar_grid(n_bars=region.last)
    return bars.start(region.first), bars.start(region.last)


def _owners(
    score: Score, table: IntArray, window: Window, chosen: list[int], start: int
) -> IntArray:
    """The track of each note, (N,); -1 where a new one is needed."""
    owners = np.full(len(table), -1, np.int64)
    for part in np.unique(table[:, Field.PART]):
        mine = table[:, Field.PART] == part
        candidates = [index for index in chosen if window.parts[index] == part]
        if len(candidates) == 1:
            owners[mine] = candidates[0]
        elif candidates:
            registers = np.array([_register(score.tracks[i].notes, start) for i in candidates])
            pitch = table[mine, Field.PITCH] % 128
            nearest = np.abs(pitch[:, None] - registers[None, :]).argmin(axis=1)
            owners[mine] = np.array(candidates)[nearest]
    return owners


def _register(notes: Notes, start: int) -> float:
    """Where a track lies: the median pitch of its latest notes before a tick, else of its first."""
    before = notes.pitch[notes.onset < start][-_NEAR_NOTES:]
    pitches = before if len(before) else notes.pitch[:_NEAR_NOTES]
    return float(np.median(pitches)) if len(pitches) else 60.0


def _rewritten(track: Track, new: Notes, start: int, end: int) -> Track:
    outside = (track.notes.onset < start) | (track.notes.onset >= end)
    kept = track.notes.select(outside)
    return track.with_notes(Notes.concat([kept, _fitted(new, kept, end)]))


def _fitted(new: Notes, kept: Notes, end: int) -> Notes:
    """New notes that collide with nothing: a MIDI channel sounds each pitch once at a time.

    They end where the region ends, or where the next note of their pitch begins; one that would begin
    while a kept note of its pitch sounds is left out.
    """
    limit = np.minimum(new.offset, end)
    free = np.ones(len(new), bool)
    for pitch in np.unique(new.pitch):
        mine = np.flatnonzero(new.pitch == pitch)
        own = kept.select(kept.pitch == pitch)
        onsets = np.sort(np.concatenate([new.onset[mine], own.onset]))
        following = np.searchsorted(onsets, new.onset[mine], side="right")
        limit[mine] = np.minimum(limit[mine], np.append(onsets, end + 1)[following])
        if len(own):
            before = np.searchsorted(own.onset, new.onset[mine], side="right") - 1
            sounding = own.offset[np.maximum(before, 0)] > new.onset[mine]
            free[mine] = ~((before >= 0) & sounding)
        first = np.r_[True, np.diff(new.onset[mine]) > 0] if len(mine) else free[mine]
        free[mine] &= first
    fitted = Notes.of(
        onset=new.onset,
        duration=np.maximum(1, limit - new.onset),
        pitch=new.pitch,
        velocity=new.velocity,
    )
    return fitted.select(free)
