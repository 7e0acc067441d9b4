"""The melodic fingerprint of a song: a set of hashes that survives what copyists do to a tune.

A *shingle* is a run of consecutive melodic intervals within one track. Intervals, not pitches: the
set is the same in every key. No times: tempo, note values and the file's resolution do not matter.
No track numbers, no instruments: re-orchestrating and re-ordering change nothing. A small edit
changes only the few shingles that cross it. Drums are left out (patterns are shared by thousands of
songs), unless a song has little else.

This is not a measure of similarity (see `clusters`) and not reversible.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

INTERVALS_PER_SHINGLE: Final = 7
"""Longer is more specific, shorter survives more edits; see benchmarks/corpus for the choice."""
CHORD_CELLS_PER_QUARTER: Final = 8
"""Notes of a track that begin within the same eighth of a quarter are one chord; its top note
sings."""
MIN_MELODIC_SHINGLES: Final = 16
"""With fewer than this, a song can only be recognised by its drums."""

_ODD_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


def song_shingles(
    *,
    onset: npt.NDArray[np.int32],
    pitch: npt.NDArray[np.uint8],
    track: npt.NDArray[np.uint8],
    track_is_drum: npt.NDArray[np.bool_],
    ticks_per_quarter: int,
) -> npt.NDArray[np.uint32]:
    """The sorted set of a song's shingle hashes.

    Args:
        onset: note onsets in ticks, (N,).
        pitch: note pitches, (N,).
        track: the track of each note, (N,).
        track_is_drum: which tracks are drums, (K,).
        ticks_per_quarter: the unit of `onset`.

    Returns:
        Increasing hashes; empty if no track has a long enough melody.
    """
    is_drum = track_is_drum[track]
    lines = _top_lines(onset, pitch, track, ~is_drum, ticks_per_quarter)
    hashes = _interval_runs(*lines)
    if len(hashes) < MIN_MELODIC_SHINGLES:
        drum_lines = _top_lines(onset, pitch, track, is_drum, ticks_per_quarter)
        hashes = np.union1d(hashes, _interval_runs(*drum_lines))
    return hashes


def _top_lines(
    onset: npt.NDArray[np.int32],
    pitch: npt.NDArray[np.uint8],
    track: npt.NDArray[np.uint8],
    chosen: npt.NDArray[np.bool_],
    ticks_per_quarter: int,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(pitch, track) of the top note of each chord of the chosen notes, repeated pitches left
    out.
    """
    ticks = onset[chosen].astype(np.int64)
    cell = (ticks * CHORD_CELLS_PER_QUARTER + ticks_per_quarter // 2) // ticks_per_quarter
    key = (track[chosen].astype(np.int64) << 48) | (cell << 8) | (127 - pitch[chosen])
    key.sort()
    chord = key >> 8
    first = np.append(True, chord[1:] != chord[:-1])[: len(key)]
    key = key[first]
    top, of_track = 127 - (key & 255), key >> 48
    moves = np.append(True, (top[1:] != top[:-1]) | (of_track[1:] != of_track[:-1]))[: len(top)]
    return top[moves], of_track[moves]


def _interval_runs(
    top: npt.NDArray[np.int64], of_track: npt.NDArray[np.int64]
) -> npt.NDArray[np.uint32]:
    """Hashes of every run of intervals that stays within one track, as a sorted set."""
    n = INTERVALS_PER_SHINGLE
    if len(top) <= n:
        return np.empty(0, np.uint32)
    intervals = (np.diff(top) + 128).astype(np.uint64)
    n_runs = len(top) - n
    hashes = np.zeros(n_runs, np.uint64)
    for i in range(n):
        hashes = hashes * _ODD_MULTIPLIER + intervals[i : i + n_runs]
    within_track = of_track[:n_runs] == of_track[n:]
    return np.unique(_mixed(hashes[within_track]))


def _mixed(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint32]:
    """The upper half after the finaliser of MurmurHash3: every input bit reaches every output
    bit.
    """
    hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return (hashes >> np.uint64(32)).astype(np.uint32)
