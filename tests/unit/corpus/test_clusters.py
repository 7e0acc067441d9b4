"""Versions of one tune are one cluster; different tunes are not, however many there are."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.corpus import CorpusOptions, clusters, rarity
from segue.corpus.clusters import _pairs_of_equals, _signatures, cluster_songs
from segue.corpus.parse import parse_song
from segue.corpus.rarity import Telling, telling_shingles
from segue.corpus.scratch import Scratch
from segue.corpus.shards import song_fingerprint
from tests.tunes import Version, tune

SIMILARITY = CorpusOptions().similarity
OPTIONS = CorpusOptions(min_notes=1)


@cache
def fingerprint(data: bytes) -> npt.NDArray[np.uint32]:
    return song_fingerprint(parse_song(data, OPTIONS).song)


def clusters_of(files: Sequence[bytes]) -> list[int]:
    sets = [fingerprint(data) for data in files]
    offsets = np.cumsum([0, *map(len, sets)])
    labels: list[int] = cluster_songs(np.concatenate(sets), offsets, similarity=SIMILARITY).tolist()
    return labels


@pytest.mark.parametrize(
    "version",
    [
        Version(transpose=5),
        Version(transpose=-11),
        Version(us_per_quarter=300_000),
        Version(ticks_per_quarter=96),
        Version(reverse_tracks=True),
        Version(programs=(73, 33)),
        Version(wrong_notes=0.05),
        Version(n_notes=70),
        Version(n_notes=300),
        Version(transpose=3, us_per_quarter=700_000, reverse_tracks=True, wrong_notes=0.03),
    ],
    ids=lambda version: ",".join(
        f"{name}={value}"
        for name, value in vars(version).items()
        if value != getattr(Version(), name)
    ),
)
def test_a_version_of_a_tune_is_in_its_cluster(version: Version) -> None:
    others = [tune(seed) for seed in range(10, 30)]
    labels = clusters_of([tune(1), *others, tune(1, version)])
    assert labels == [*range(21), 0]


def test_different_tunes_are_different_clusters() -> None:
    assert clusters_of([tune(seed) for seed in range(60)]) == list(range(60))


def test_an_excerpt_links_what_it_has_in_common_with_both() -> None:
    """A chain of likenesses is one cluster: no tune may reach another split by a detour."""
    sets = [np.arange(0, 100), np.arange(50, 150), np.arange(100, 200), np.arange(900, 1000)]
    mixed = [np.sort(each.astype(np.uint32) * np.uint32(2654435761)) for each in sets]
    shingles = np.concatenate(mixed)
    labels = cluster_songs(shingles, np.arange(0, 401, 100), similarity=SIMILARITY)
    assert labels.tolist() == [0, 0, 0, 1]


def test_songs_without_melody_are_clusters_of_their_own() -> None:
    labels = cluster_songs(np.empty(0, np.uint32), np.zeros(4, np.int64), similarity=SIMILARITY)
    assert labels.tolist() == [0, 1, 2]


def test_clusters_do_not_depend_on_the_order_of_the_songs() -> None:
    files = [tune(seed, Version(transpose=k)) for seed in range(8) for k in range(3)]
    forwards, backwards = clusters_of(files), clusters_of(files[::-1])[::-1]
    assert {frozenset(np.flatnonzero(np.array(forwards) == label)) for label in forwards} == {
        frozenset(np.flatnonzero(np.array(backwards) == label)) for label in backwards
    }


@given(st.lists(st.integers(0, 5), max_size=30))
def test_pairs_of_equals_are_all_pairs_of_equals(keys: list[int]) -> None:
    found = sorted(
        pair
        for low, high in _pairs_of_equals(np.array(keys, np.uint32))
        for pair in zip(low.tolist(), high.tolist(), strict=True)
    )
    n = len(keys)
    assert found == [(i, j) for i in range(n) for j in range(i + 1, n) if keys[i] == keys[j]]


@pytest.mark.parametrize("shared", [0, 100, 300])
def test_signatures_estimate_the_jaccard_similarity(shared: int, tmp_path: Path) -> None:
    random = np.random.default_rng(shared)
    hashes = random.choice(2**32, size=800 - shared, replace=False).astype(np.uint32)
    shingles = np.concatenate([hashes[:400], hashes[400 - shared :]])
    telling = Telling(shingles, np.ones(800, np.uint16), np.array([0, 400, 800]))
    signatures, _ = _signatures(telling, Scratch(tmp_path), lambda done: None)
    agreement = np.mean(signatures[0] == signatures[1])
    assert agreement == pytest.approx(shared / (800 - shared), abs=0.1)


@given(st.lists(st.sets(st.integers(0, 40), max_size=12), max_size=12), st.integers(1, 9))
def test_shingles_that_many_songs_have_are_left_out_however_few_fit_in_memory(
    songs: list[set[int]], block: int
) -> None:
    sets = [np.array(sorted(song), np.uint32) * np.uint32(100_000_007) for song in songs]
    offsets = np.cumsum([0, *map(len, sets)])
    every = np.concatenate([np.empty(0, np.uint32), *sets])
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(rarity, "_BLOCK", block)
        patch.setattr(rarity, "_LEAST_COMMON", 2)
        found = telling_shingles(every, offsets, Scratch(Path(folder)))
        hashes, counts = np.unique(every, return_counts=True)
        times = dict(zip(hashes.tolist(), counts.tolist(), strict=True))
        for song, shingles in enumerate(sets):
            wanted = [hash_ for hash_ in shingles.tolist() if times[hash_] <= 2]
            mine = slice(found.offsets[song], found.offsets[song + 1])
            assert found.shingles[mine].tolist() == wanted
            assert found.songs_with[mine].tolist() == [times[hash_] for hash_ in wanted]


def test_clusters_do_not_depend_on_how_much_is_compared_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = [tune(seed, Version(transpose=k)) for seed in range(8) for k in range(3)]
    whole = clusters_of(files)
    monkeypatch.setattr(rarity, "_BLOCK", 500)
    monkeypatch.setattr(clusters, "_PAIRS_AT_ONCE", 2)
    assert clusters_of(files) == whole
