"""Which track of a piece plays a note of which only the instrument is known."""

from typing import Final

import numpy as np

from segue.encoding.events import Field
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, IntArray
from segue.generation.piece import Piece
from segue.generation.window import Region, Window, parts_of
from segue.score import Notes, Score
from segue.units import N_PITCHES

NEW_TRACK: Final = -1
"""Stands for a track that the piece does not have yet."""
_NEAR_NOTES: Final = 64
"""So many of a track's latest notes say what it plays."""
_MIDDLE: Final = 60.0
"""Where a track without notes lies."""


def choose_tracks(
    table: IntArray, version: Score, *, region: Region, window: Window, piece: Piece
) -> IntArray:
    """The track of each note of a `NoteTable`, (N,); `NEW_TRACK` where there is none for it.

    Of several tracks with the same program those that are heard in the window come first. Among
    these, a drum goes to the track that plays it, any other note to the one that lies nearest.
    """
    start, _ = piece.ticks(region)
    chosen = range(len(version.tracks)) if region.tracks is None else region.tracks
    parts = parts_of(version)
    heard = set(np.concatenate([window.visible, window.hidden])[:, Field.TRACK].tolist())
    owners = np.full(len(table), NEW_TRACK, np.int64)
    for part in np.unique(table[:, Field.PART]).tolist():
        candidates = [index for index in chosen if parts[index] == part]
        if region.tracks is None:
            candidates = [index for index in candidates if index in heard] or candidates
        mine = table[:, Field.PART] == part
        if candidates:
            lines = [_line(version, index, piece, start) for index in candidates]
            pitch = table[mine, Field.PITCH] % DRUM_PITCH_OFFSET
            nearest = _nearest(pitch, lines, is_drum=part == DRUMS)
            owners[mine] = np.array(candidates)[nearest]
    if region.tracks is None:
        _leave_shared_channels(owners, version, piece, start)
    return owners


def _line(version: Score, index: int, piece: Piece, start: int) -> IntArray:
    """What a track played last before a tick; before its entry, what it begins with: pitches."""
    notes = version.tracks[index].notes
    before = notes.pitch[notes.onset < start][-_NEAR_NOTES:]
    if not len(before):
        tracks = piece.score.tracks
        notes = tracks[index].notes if index < len(tracks) else notes
        before = notes.pitch[:_NEAR_NOTES]
    return before.astype(np.int64)


def _nearest(pitch: IntArray, lines: list[IntArray], *, is_drum: bool) -> IntArray:
    """The index of the line that fits each pitch best, (N,)."""
    middles = np.array([np.median(line) if len(line) else _MIDDLE for line in lines])
    distance = np.abs(pitch[:, None] - middles)
    if is_drum:
        counts = np.stack([np.bincount(line, minlength=N_PITCHES) for line in lines], axis=1)
        distance -= N_PITCHES * counts[pitch]
    nearest: IntArray = distance.argmin(axis=1).astype(np.int64)
    return nearest


def _leave_shared_channels(owners: IntArray, version: Score, piece: Piece, start: int) -> None:
    """Let no two programs alternate on one channel: only the one that sounded last stays there.

    Files change a channel's program between sections; here both might play at once, so the others
    get new tracks.
    """
    used = np.unique(owners[owners != NEW_TRACK]).tolist()
    channels = piece.channels(version)
    for channel in np.unique(channels[used]).tolist():
        sharing = [index for index in used if channels[index] == channel]
        programs = {version.tracks[index].program for index in sharing}
        if len(programs) < 2 or version.tracks[sharing[0]].is_drum:
            continue
        latest = {i: _latest_onset(version.tracks[i].notes, start) for i in sharing}
        keeper = version.tracks[max(sharing, key=lambda index: latest[index])].program
        leaving = [i for i in sharing if version.tracks[i].program != keeper]
        owners[np.isin(owners, leaving)] = NEW_TRACK


def _latest_onset(notes: Notes, start: int) -> int:
    before = notes.onset[notes.onset < start]
    return int(before[-1]) if len(before) else -1
