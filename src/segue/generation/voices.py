"""Which track of a piece plays a note of which only the instrument is known."""

from typing import Final

import numpy as np

from segue.encoding.events import Field
from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, IntArray
from segue.generation.piece import Piece
from segue.generation.window import Region, Window, parts_of
from segue.score import Notes, Score
from segue.units import N_PITCHES

NEW_TRACK: Final = -1
"""Stands for a track that the piece does not have yet."""
_NEAR_NOTES: Final = 64
"""So many of a track's latest notes say what it plays."""
_TOGETHER: Final = 12
"""Notes within a twelfth of a quarter begin together."""
_NEARLY_ALL: Final = 0.9
_FEWEST_DOUBLED: Final = 4
"""Of fewer notes nobody can tell a doubling from chance."""
_AT_ONCE: Final = 0.25
"""Tracks play at once if so much of either begins while the other sounds."""
_MIDDLE: Final = 60.0
"""Where a track without notes lies."""


def choose_tracks(
    table: IntArray, version: Score, *, region: Region, window: Window, piece: Piece
) -> IntArray:
    """The track of each note of a `NoteTable`, (N,); `NEW_TRACK` where there is none for it.

    Of several tracks with the same program those that are heard in the window come first, and of
    tracks that double each other the first alone (`with_doublings` gives the others their copy).
    Among these, a drum goes to the track that plays it, any other note to the one that lies
    nearest; tracks that lie equally near take turns.
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
        candidates = _leaders(candidates, piece, start)
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
    first = distance.argmin(axis=1)
    # Of lines in one place, each gets every so many notes.
    tied = (distance == distance.min(axis=1, keepdims=True)) & (middles == middles[first, None])
    turns = np.cumsum(tied.sum(axis=1) > 1) - 1
    picks = turns % tied.sum(axis=1)
    nearest: IntArray = (tied.cumsum(axis=1) > picks[:, None]).argmax(axis=1).astype(np.int64)
    return nearest


def with_doublings(
    table: IntArray, owners: IntArray, *, version: Score, region: Region, piece: Piece
) -> tuple[IntArray, IntArray]:
    """Notes and their tracks, with a copy of each note for every track that doubles its track.

    A track doubles another of its instrument where nearly all that both played last is the same at
    the same time. Two of one channel sound as one, and get no copies.
    """
    start, _ = piece.ticks(region)
    chosen = range(len(piece.score.tracks)) if region.tracks is None else region.tracks
    parts, channels = parts_of(version), piece.channels(version)
    tables, tracks = [table], [owners]
    for leader in np.unique(owners[owners != NEW_TRACK]).tolist():
        alike = [i for i in chosen if parts[i] == parts[leader] and channels[i] != channels[leader]]
        for index in alike if leader < len(piece.score.tracks) else []:
            if index > leader and _doubles(piece.score, leader, index, start):
                mine = table[owners == leader]
                tables.append(mine)
                tracks.append(np.full(len(mine), index, np.int64))
    return np.concatenate(tables), np.concatenate(tracks)


def _leaders(candidates: list[int], piece: Piece, start: int) -> list[int]:
    """The candidates without those that double one before them on another channel."""
    channels = piece.channels(piece.score)
    n_own = len(piece.score.tracks)
    leaders: list[int] = []
    for index in candidates:
        others = [i for i in leaders if max(i, index) < n_own and channels[i] != channels[index]]
        if not any(_doubles(piece.score, other, index, start) for other in others):
            leaders.append(index)
    return leaders


def _doubles(score: Score, first: int, second: int, start: int) -> bool:
    """Whether two tracks played the same before a tick, or, if nothing, in all of the piece."""
    lines = []
    for index in (first, second):
        notes = score.tracks[index].notes
        before = notes.select(notes.onset < start)
        lines.append((before if len(before) else notes).select(slice(-_NEAR_NOTES, None)))
    if score.tracks[first].is_drum or not all(len(line) for line in lines):
        return False
    begin = max(int(line.onset[0]) for line in lines) - score.ticks_per_quarter // _TOGETHER
    lines = [line.select(line.onset >= begin) for line in lines]
    if min(len(line) for line in lines) < _FEWEST_DOUBLED:
        return False
    alike = lines[0].pitch[:, None] == lines[1].pitch
    apart = np.abs(lines[0].onset[:, None] - lines[1].onset)
    same = alike & (apart * _TOGETHER <= score.ticks_per_quarter)
    return bool(min(same.any(axis=0).mean(), same.any(axis=1).mean()) >= _NEARLY_ALL)


def _leave_shared_channels(owners: IntArray, version: Score, piece: Piece, start: int) -> None:
    """Let no two programs alternate on one channel: only the one that sounded last stays there.

    Files change a channel's program between sections; here both might play at once, so the others
    get new tracks. Where they already do in the file, each in a chunk of its own as a DAW keeps
    them apart, they stay.
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
        keepers = [i for i in sharing if version.tracks[i].program == keeper]
        leaving = [
            i
            for i in sharing
            if i not in keepers and not any(_play_at_once(piece, i, other) for other in keepers)
        ]
        owners[np.isin(owners, leaving)] = NEW_TRACK


def _play_at_once(piece: Piece, first: int, second: int) -> bool:
    """Whether two tracks of different chunks of a file sound at the same time there."""
    document = piece.document
    if document is None or max(first, second) >= len(document.origins):
        return False
    if document.origins[first].chunk == document.origins[second].chunk:
        return False
    one, two = (piece.score.tracks[index].notes for index in (first, second))
    shares = [
        float(np.mean(_sounds_at(other, own.onset))) for own, other in ((one, two), (two, one))
    ]
    return max(shares) >= _AT_ONCE


def _sounds_at(notes: Notes, ticks: IntArray) -> BoolArray:
    """Whether any note sounds at each tick."""
    until = np.append(0, np.maximum.accumulate(notes.offset))
    sounding: BoolArray = until[np.searchsorted(notes.onset, ticks, side="right")] > ticks
    return sounding


def _latest_onset(notes: Notes, start: int) -> int:
    before = notes.onset[notes.onset < start]
    return int(before[-1]) if len(before) else -1
