"""A song is first active where its band plays, not where its file begins."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.corpus.song import Song
from segue.paper.activity import first_active_tick

TPQ = 100
BAR = 4 * TPQ


def song(notes: list[tuple[int, int]]) -> Song:
    """A song of (bar, track) notes."""
    ordered = sorted(notes)
    tracks = np.array([track for _, track in ordered], dtype=np.uint8)
    count = len(ordered)
    n_tracks = int(tracks.max()) + 1
    columns: dict[str, Any] = {
        "onset": np.array([bar * BAR for bar, _ in ordered], dtype=np.int32),
        "duration": np.full(count, TPQ, dtype=np.int32),
        "pitch": np.full(count, 60, dtype=np.uint8),
        "velocity": np.full(count, 80, dtype=np.uint8),
        "track": tracks,
        "track_program": np.zeros(n_tracks, dtype=np.uint8),
        "track_is_drum": np.zeros(n_tracks, dtype=np.bool_),
        "tempo_ticks": np.zeros(1, dtype=np.int32),
        "tempo_us": np.full(1, 500_000, dtype=np.int32),
        "metre_ticks": np.zeros(1, dtype=np.int32),
        "metre_numerator": np.full(1, 4, dtype=np.uint8),
        "metre_denominator": np.full(1, 4, dtype=np.uint8),
    }
    return Song(ticks_per_quarter=TPQ, **columns)


BAND = [(bar, track) for bar in range(20, 40) for track in range(4) for _ in range(4)]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), min_size=1, max_size=60))
def test_it_is_on_the_grid_and_notes_follow_it(notes: list[tuple[int, int]]) -> None:
    found = song(notes)
    tick = first_active_tick(found)

    assert tick % BAR == 0
    assert ((found.onset >= tick) & (found.onset < tick + 4 * BAR)).any()


@pytest.mark.parametrize("intro", [[], [(0, 0), (8, 0)], [(bar, 0) for bar in range(20)]])
def test_silence_and_a_lone_introduction_are_passed_over(intro: list[tuple[int, int]]) -> None:
    assert 16 * BAR <= first_active_tick(song(intro + BAND)) <= 20 * BAR


def test_a_song_that_is_active_at_once_begins_at_once() -> None:
    assert first_active_tick(song([(bar - 20, track) for bar, track in BAND])) == 0
