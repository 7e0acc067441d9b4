"""Corruptions spoil what they say, and nothing else."""

import numpy as np
from hypothesis import given

from segue.paper.corruptions import drop_tracks, scatter, shuffle_in_time, transpose_tracks
from tests.strategies import SEEDS
from tests.unit.paper.experiments import tables


@given(SEEDS)
def test_scattering_keeps_the_notes_and_the_lengths(seed: int) -> None:
    songs = list(tables(seed))
    dealt = scatter(songs, np.random.default_rng(seed))

    assert [len(song) for song in dealt] == [len(song) for song in songs]
    together = [np.concatenate(each).tolist() for each in (songs, dealt)]
    assert sorted(together[0]) == sorted(together[1])


@given(SEEDS)
def test_shuffling_moves_times_within_tracks(seed: int) -> None:
    for song, spoilt in zip(
        tables(seed), shuffle_in_time(list(tables(seed)), np.random.default_rng(seed)), strict=True
    ):
        np.testing.assert_array_equal(song[:, :4], spoilt[:, :4])
        for track in (0, 1):
            own = song[:, 2] == track
            assert sorted(song[own, 4:].tolist()) == sorted(spoilt[own, 4:].tolist())


@given(SEEDS)
def test_transposing_moves_each_track_as_a_whole(seed: int) -> None:
    songs = list(tables(seed))
    for song, spoilt in zip(songs, transpose_tracks(songs, np.random.default_rng(1)), strict=True):
        moved = spoilt[:, 0] - song[:, 0]
        np.testing.assert_array_equal(song[:, 1:], spoilt[:, 1:])
        for track in (0, 1):
            own = moved[song[:, 2] == track]
            assert np.ptp(own) == 0 if len(own) else True


@given(SEEDS)
def test_one_track_is_dropped_where_there_are_several(seed: int) -> None:
    songs = list(tables(seed))
    for song, spoilt in zip(songs, drop_tracks(songs, np.random.default_rng(1)), strict=True):
        before, after = set(song[:, 2]), set(spoilt[:, 2])
        assert len(before - after) == (1 if len(before) > 1 else 0)
        assert len(spoilt) == np.isin(song[:, 2], list(after)).sum()
