"""Copies of training music planted into music of chance."""

from random import Random

import numpy as np

from segue.score import Notes, Score, Track

TICKS = 480


def chance_notes(seed: int, *, n_notes: int = 60, centre: int = 64) -> Notes:
    """A line that nobody wrote before: steps and rests at random."""
    random = Random(f"chance {seed}")
    onset, rows = 0, []
    for _ in range(n_notes):
        rows.append((onset, centre + random.randint(-12, 12)))
        onset += random.choice((40, 80, 120, 160, 200, 240, 280, 320, 360))
    return notes_of(rows)


def notes_of(rows: list[tuple[int, int]]) -> Notes:
    """Notes from (onset, pitch), each a sixteenth long."""
    onset, pitch = zip(*rows, strict=True)
    return Notes.of(onset=onset, duration=[120] * len(rows), pitch=pitch, velocity=[80] * len(rows))


def piece_of(*lines: Notes, drums: Notes | None = None, ticks_per_quarter: int = TICKS) -> Score:
    """A piece of pitched lines, and drums."""
    tracks = [Track(notes=notes, program=8 * i) for i, notes in enumerate(lines)]
    if drums is not None:
        tracks.append(Track(notes=drums, is_drum=True))
    return Score(ticks_per_quarter=ticks_per_quarter, tracks=tuple(tracks))


def excerpt_of(
    song: Score, track: int, *, first: int, count: int, transpose: int = 0, at_quarter: int = 0
) -> Notes:
    """Notes of a track of a song, in another key and from another quarter on, in `TICKS`."""
    notes = song.tracks[track].notes.select(np.arange(first, first + count)).transposed(transpose)
    scale = TICKS // song.ticks_per_quarter
    first_onset = int(notes.onset[0]) * scale
    begin = first_onset // TICKS * TICKS
    return Notes.of(
        onset=notes.onset * scale - begin + at_quarter * TICKS,
        duration=notes.duration * scale,
        pitch=notes.pitch,
        velocity=notes.velocity,
    )
