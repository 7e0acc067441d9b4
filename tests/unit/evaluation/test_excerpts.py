"""Drawing excerpts: active, deterministic, of different songs; making sets comparable."""

import numpy as np
import pytest

from segue.errors import InputError
from segue.evaluation import active_windows, comparable, draw_excerpts
from segue.score import Notes, Score, Track, diff, slice_bars
from tests.unit.evaluation.bands import BAR, band


class Shelf:
    """Songs in memory."""

    def __init__(self, songs: list[Score]) -> None:
        self.songs = songs

    def split(self, name: str) -> np.ndarray:
        assert name == "test"
        return np.arange(len(self.songs))

    def score(self, index: int) -> Score:
        return self.songs[index]


def with_onsets_in(bars: list[int]) -> Score:
    n = len(bars)
    notes = Notes.of(
        onset=[bar * BAR for bar in bars], duration=[1] * n, pitch=[60] * n, velocity=[80] * n
    )
    return Score(ticks_per_quarter=12, tracks=(Track(notes=notes),))


SHELF = Shelf([band(seed, n_bars=20) for seed in range(12)])


def test_leading_silence_begins_no_window() -> None:
    assert active_windows(with_onsets_in([8, 9, 10, 11, 12]), n_bars=4).tolist() == [8, 9]


def test_a_quarter_of_the_bars_may_be_silent_but_not_the_first() -> None:
    score = with_onsets_in([0, 1, 3, 4])

    assert active_windows(score, n_bars=4).tolist() == [0, 1]
    assert active_windows(score, n_bars=2).tolist() == [0, 3]


def test_context_has_to_exist_and_to_sound() -> None:
    assert active_windows(with_onsets_in([4, 5, 6, 7, 8]), n_bars=2, context_bars=2).tolist() == [
        6,
        7,
    ]


def test_a_short_song_has_no_window() -> None:
    assert active_windows(with_onsets_in([0, 1]), n_bars=8).tolist() == []


def test_the_draw_is_a_function_of_the_seed() -> None:
    draws = [draw_excerpts(SHELF, split="test", count=6, seed=seed) for seed in (1, 1, 2)]
    places = [[(each.song, each.first_bar) for each in draw] for draw in draws]

    assert places[0] == places[1] != places[2]


def test_songs_repeat_only_when_all_have_given_one() -> None:
    songs = [each.song for each in draw_excerpts(SHELF, split="test", count=15, seed=0)]

    assert sorted(songs[:12]) == list(range(12))
    assert len(songs) == 15


def test_an_excerpt_is_the_bars_that_it_says() -> None:
    for each in draw_excerpts(SHELF, split="test", count=5, seed=3, context_bars=4):
        song = SHELF.score(each.song)

        assert each.first_bar >= 4
        assert diff(each.score, slice_bars(song, each.first_bar, each.first_bar + 8)) == []


def test_a_split_without_long_songs_is_refused() -> None:
    with pytest.raises(InputError, match="no song of the split 'test' has 30 bars"):
        draw_excerpts(SHELF, split="test", count=1, seed=0, n_bars=30)


def test_comparable_music_has_a_track_for_each_instrument() -> None:
    score = band(0)
    doubled = score.with_tracks([*score.tracks, score.tracks[2]])

    tracks = comparable(doubled).tracks

    assert sorted((t.is_drum, t.program) for t in tracks) == [
        (t.is_drum, t.program) for t in tracks
    ]
    assert len(tracks) == 3


def test_what_is_comparable_stays_as_it_is() -> None:
    once = comparable(band(0))

    assert diff(comparable(once), once) == []


def test_what_follows_has_to_exist_and_to_sound_and_is_no_part_of_the_excerpt() -> None:
    songs = with_onsets_in([0, 1, 2, 3, 6, 7, 8])

    assert active_windows(songs, n_bars=2, after_bars=2).tolist() == [0]
    assert active_windows(songs, n_bars=2).tolist() == [0, 1, 2, 6, 7]


def test_of_more_instruments_than_parts_those_with_the_most_notes_are_kept() -> None:
    def line(program: int) -> Track:
        n = 1 + program
        notes = Notes.of(
            onset=24 * np.arange(n), duration=[12] * n, pitch=[60] * n, velocity=[80] * n
        )
        return Track(notes=notes, program=program)

    whole = Score(ticks_per_quarter=24, tracks=tuple(line(program) for program in range(40)))

    assert [track.program for track in comparable(whole).tracks] == list(range(8, 40))
