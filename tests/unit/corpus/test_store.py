"""A store gives back the songs that went in, refuses what is not one, and travels as its path."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from segue.corpus import CorpusStore
from segue.errors import CorpusError, InputError
from segue.midi.bulk import parse_bulk
from segue.score import diff
from tests.tunes import tune


def test_a_song_is_the_file_that_it_was(built: Path) -> None:
    store = CorpusStore.open(built)
    paths = store.metadata["path"].to_pylist()
    assert diff(parse_bulk(tune(2)), store.score(paths.index("2.mid"))) == []


def test_metadata_describes_every_song(built: Path) -> None:
    store = CorpusStore.open(built)
    rows = store.metadata.to_pylist()
    assert [row["n_notes"] for row in rows] == [len(store.song(i)) for i in range(len(store))]
    assert store.n_notes.tolist() == [row["n_notes"] for row in rows]
    assert [row["n_bars"] for row in rows] == [store.score(i).n_bars for i in range(len(store))]
    assert {row["tier"] for row in rows} == {"open", "research"}
    assert {row["source"] for row in rows} == {"house", "elsewhere"}


def test_splits_are_of_songs_and_make_up_the_whole(built: Path) -> None:
    store = CorpusStore.open(built)
    parts = [store.split(name) for name in ("train", "valid", "test")]
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(store)))
    names = store.metadata["split"].to_pylist()
    assert all(names[index] == "train" for index in parts[0])


def test_versions_of_a_tune_are_in_one_cluster_and_split(built: Path) -> None:
    rows = CorpusStore.open(built).metadata.to_pylist()
    first, second = (row for row in rows if row["path"] in ("band/4.mid", "band/again.mid"))
    assert (first["cluster"], first["split"]) == (second["cluster"], second["split"])
    assert len({row["cluster"] for row in rows}) == len(rows) - 1


def test_what_was_left_out_is_there_with_its_reason(built: Path) -> None:
    rejected = [json.loads(line) for line in (built / "rejected.jsonl").read_text().splitlines()]
    reasons = {row["path"]: row["reason"] for row in rejected}
    assert reasons["copy.mid"] == "the same bytes as band/4.mid of loose"
    assert reasons["bad.mid"].startswith("not a readable MIDI file")


def test_columns_are_views_that_cannot_be_written(built: Path) -> None:
    song = CorpusStore.open(built).song(0)
    assert song.onset.base is not None
    with pytest.raises(ValueError, match="read-only"):
        song.onset[0] = 1


@pytest.mark.parametrize("index", [12, -13])
def test_a_song_that_is_not_there_is_an_index_error(built: Path, index: int) -> None:
    with pytest.raises(IndexError, match="of a corpus of 12"):
        CorpusStore.open(built).song(index)


def test_negative_indices_count_from_the_end(built: Path) -> None:
    store = CorpusStore.open(built)
    assert np.array_equal(store.song(-1).onset, store.song(11).onset)


def test_a_store_is_pickled_as_its_path(built: Path) -> None:
    store = CorpusStore.open(built)
    frozen = pickle.dumps(store)
    assert len(frozen) < 500
    assert len(pickle.loads(frozen)) == len(store)


def test_a_split_that_does_not_exist_is_named(built: Path) -> None:
    with pytest.raises(InputError, match='no split "dev"; the splits are train, valid, test'):
        CorpusStore.open(built).split("dev")


def test_a_folder_without_a_corpus_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="segue corpus build"):
        CorpusStore.open(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "damaged"),
        ("[]", "not the manifest of a Segue corpus"),
        ('{"format": "segue-corpus", "format_version": 99}', "format version 99"),
        ('{"format": "segue-corpus", "format_version": 1}', "damaged"),
    ],
)
def test_a_wrong_manifest_is_refused(copied: Path, text: str, message: str) -> None:
    (copied / "manifest.json").write_text(text)
    with pytest.raises(CorpusError, match=message):
        CorpusStore.open(copied)


def test_a_file_cut_short_is_refused(copied: Path) -> None:
    column = copied / "columns" / "pitch.npy"
    column.write_bytes(column.read_bytes()[:-5])
    with pytest.raises(CorpusError, match=r"pitch\.npy"):
        CorpusStore.open(copied)


def test_a_column_of_another_length_is_refused(copied: Path) -> None:
    np.save(copied / "columns" / "pitch.npy", np.zeros(3, np.uint8))
    with pytest.raises(CorpusError, match=r"pitch\.npy: 3 rows where .*segue corpus verify"):
        CorpusStore.open(copied)
