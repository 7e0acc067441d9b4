"""Splits are drawn by tune and by checksum, so they hold when a corpus grows."""

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.corpus.duplicates import exact_duplicates
from segue.corpus.split import SPLITS, split_by_cluster


def checksums(n_songs: int) -> list[str]:
    return [sha256(str(song).encode()).hexdigest() for song in range(n_songs)]


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
    assert split_by_cluster(np.zeros(1, np.int64), ["a"]).tolist() == [0]


def row(
    path: str, *, tier: str = "research", sha256: str = "1", music: str = "1"
) -> dict[str, str]:
    return {
        "path": path, "archive": "songs.zip", "tier": tier, "sha256": sha256, "music_sha256": music,
    }  # fmt: skip


def test_of_equal_songs_the_first_stays() -> None:
    rows = [row("a.mid"), row("b.mid"), row("c.mid", sha256="2"), row("d.mid", music="2")]
    assert exact_duplicates(rows) == {
        1: "the same bytes as a.mid of songs.zip",
        2: "the same music as a.mid of songs.zip",
    }


def test_of_equal_songs_the_one_with_an_open_licence_stays() -> None:
    rows = [row("a.mid"), row("b.mid", tier="open"), row("c.mid", tier="open")]
    assert list(exact_duplicates(rows)) == [2, 0]
