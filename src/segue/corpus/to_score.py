"""A stored song as a `Score`: the way from the corpus's columns to the music of the rest of
Segue.
"""

from __future__ import annotations

import numpy as np

from segue.corpus.song import Song
from segue.score import MetreMap, Notes, Score, TempoMap, Track


def song_to_score(song: Song) -> Score:
    """The same music, nothing changed; the tracks have no names, since the store keeps none."""
    return Score(
        ticks_per_quarter=song.ticks_per_quarter,
        tracks=tuple(_track(song, number) for number in range(song.n_tracks)),
        tempo_map=TempoMap(
            ticks=song.tempo_ticks.astype(np.int64),
            us_per_quarter=song.tempo_us.astype(np.int64),
        ),
        metre_map=MetreMap(
            ticks=song.metre_ticks.astype(np.int64),
            numerator=song.metre_numerator.astype(np.int64),
            denominator=song.metre_denominator.astype(np.int64),
        ),
    )


def _track(song: Song, number: int) -> Track:
    own = song.track == number
    notes = Notes.of(
        onset=song.onset[own],
        duration=song.duration[own],
        pitch=song.pitch[own],
        velocity=song.velocity[own],
    )
    program = int(song.track_program[number])
    return Track(name="", program=program, is_drum=bool(song.track_is_drum[number]), notes=notes)
