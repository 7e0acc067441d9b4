"""Joins: where music is appended, cut off or opened for more, and the tempo there.

An ending that slows down does not slow down what is appended to it.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from segue.generation.window import Region
from segue.score import Notes, Score, TempoMap, Track, append_bars, resample, slice_bars

_BARS_HEARD: Final = 8
"""What the usual tempo is, so many bars before the join tell."""
_BARS_OF_ENDING: Final = 2
"""A tempo that has held for longer is no ritardando but the tempo."""
_SLOWER: Final = 1.15
"""Quarters that last so many times longer are slowed down."""


def join_of(piece: Score, longer: Score, region: Region) -> int | None:
    """The tick at which a region begins that comes after all notes of a piece; None inside it.

    `longer` is the piece as far as the region, whose bar lines count.
    """
    start = longer.bar_grid(n_bars=region.last).start(region.first)
    return start if piece.last_onset < start else None


def a_tempo(score: Score, bar: int) -> Score:
    """The score with its usual tempo back at a bar, if the bars just before it slow down.

    Nothing is changed where the piece itself sets a tempo at the bar or after it.
    """
    grid = score.bar_grid(n_bars=bar)
    join = grid.start(bar)
    tempo = score.tempo_map
    if bar == 0 or int(tempo.ticks[-1]) >= join:
        return score
    if int(tempo.ticks[-1]) < grid.start(max(0, bar - _BARS_OF_ENDING)):
        return score
    usual = _usual_us(tempo, grid.start(max(0, bar - _BARS_HEARD)), join)
    if tempo.us_at(join) < usual * _SLOWER:
        return score
    restored = TempoMap.of(
        ticks=np.append(tempo.ticks, join),
        us_per_quarter=np.append(tempo.us_per_quarter, usual),
    )
    return replace(score, tempo_map=restored)


def cut_score(score: Score, bar: int) -> Score:
    """The bars before one, at whose beginning whatever sounds ends."""
    end = score.bar_grid(n_bars=bar).start(bar)
    kept = slice_bars(score, 0, bar)
    tracks = []
    for track in kept.tracks:
        columns = track.notes.columns()
        columns["duration"] = np.minimum(columns["duration"], end - columns["onset"])
        tracks.append(track.with_notes(Notes.of(**columns)))
    return kept.with_tracks(tracks)


def open_score(score: Score, bar: int, bars: int) -> Score:
    """Silent bars before one of a score's own, in the metre and the usual tempo before it."""
    before = a_tempo(cut_score(score, bar), bar)
    return append_bars(before, slice_bars(score, bar, score.n_bars), at_bar=bar + bars)


def join_pieces(start: Score, end: Score, *, gap: int) -> Score:
    """A piece, some silent bars in its last metre and tempo, then another piece from its music on.

    Tracks of one instrument, in their order, become one track; the resolution is the start's.
    """
    begins = min(int(track.notes.onset[0]) for track in end.tracks if len(track.notes))
    first = int(end.bar_grid().bar_of(begins))
    following = resample(slice_bars(end, first, end.n_bars), start.ticks_per_quarter)
    tracks = [track.with_notes(Notes.empty()) for track in start.tracks]
    free = list(range(len(tracks)))
    for track in following.tracks:
        index = next((i for i in free if _plays_like(tracks[i], track)), None)
        if index is None:
            tracks.append(track)
        else:
            free.remove(index)
            tracks[index] = tracks[index].with_notes(track.notes)
    return append_bars(start, following.with_tracks(tracks), at_bar=start.n_bars + gap)


def _plays_like(track: Track, other: Track) -> bool:
    return (track.program, track.is_drum) == (other.program, other.is_drum)


def _usual_us(tempo: TempoMap, start: int, end: int) -> int:
    """The median of the tempo over the ticks [start, end), in microseconds a quarter."""
    changes = tempo.ticks[(tempo.ticks > start) & (tempo.ticks < end)]
    begins = np.append(start, changes)
    us = np.array([tempo.us_at(int(tick)) for tick in begins])
    lengths = np.diff(np.append(begins, end))
    order = np.argsort(us, kind="stable")
    reached = np.cumsum(lengths[order])
    return int(us[order][np.searchsorted(reached, reached[-1] / 2)])
