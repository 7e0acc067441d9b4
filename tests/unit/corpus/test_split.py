"""Splits are drawn by tune and by checksum, so they hold when a corpus grows."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.corpus.duplicates import keepers
from segue.corpus.split import SPLITS, split_by_cluster


def digests(names: Sequence[str]) -> npt.NDArray[np.uint8]:
    found = b"".join(sha256(name.encode()).digest() for name in names)
    return np.frombuffer(found, np.uint8).reshape(-1, 32)


def checksums(n_songs: int) -> npt.NDArray[np.uint8]:
    return digests([str(song) for song in range(n_songs)])


@given(st.lists(st.integers(0, 20), min_size=1, max_size=60))
def test_a_cluster_is_never_torn(drawn: list[int]) -> None:
    _, clusters = np.unique(drawn, return_inverse=True)
    splits = split_by_cluster(clusters, checksums(len(drawn)))
    for cluster in range(clusters.max() + 1):
        assert len(set(splits[clusters == cluster].tolist())) == 1


def test_the_shares_are_70_15_15() -> None:
    splits = split_by_cluster(np.arange(20_000), checksums(20_000))
    shares = np.bincount(splits, minlength=3) / 20_000
    assert shares == pytest.approx([0.70, 0.15, 0.15], abs=0.01)


def test_new_songs_move_no_other() -> None:
    names = checksums(3_000)
    before = split_by_cluster(np.arange(2_000), names[:2_000])
    after = split_by_cluster(np.arange(3_000), names)
    assert np.array_equal(before, after[:2_000])


@pytest.mark.parametrize("n_clusters", [3, 4, 5, 10])
def test_a_few_songs_still_make_three_splits(n_clusters: int) -> None:
    splits = split_by_cluster(np.arange(n_clusters), checksums(n_clusters))
    assert set(splits.tolist()) == set(range(len(SPLITS)))


def test_a_single_song_is_for_training() -> None:
    assert split_by_cluster(np.zeros(1, np.int64), checksums(1)).tolist() == [0]


def test_a_cluster_goes_by_the_least_of_its_checksums() -> None:
    clusters = np.array([0, 1, 0, 2, 1, 0])
    names = checksums(6)
    order = np.array([5, 4, 3, 2, 1, 0])
    _, renamed = np.unique(clusters[order], return_inverse=True)
    assert np.array_equal(
        split_by_cluster(clusters, names)[order], split_by_cluster(renamed, names[order])
    )


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=30))
def test_of_equal_songs_the_first_with_an_open_licence_stays_else_the_first(
    songs: list[tuple[int, bool]],
) -> None:
    music = digests([str(number) for number, _ in songs])
    found = keepers(music, np.array([is_open for _, is_open in songs], np.bool_))
    for number, keeper in zip((number for number, _ in songs), found.tolist(), strict=True):
        alike = [i for i, (other, _) in enumerate(songs) if other == number]
        assert keeper == min(alike, key=lambda i: (not songs[i][1], i))
