"""An experiment's songs: the same from every kind of source, whole or not at all, and counted."""

from pathlib import Path

import numpy as np
import pytest

from segue.corpus import CorpusStore, build_corpus
from segue.corpus.export_paper import export_paper, note_table
from segue.encoding.octuple import sizes
from segue.errors import InputError
from segue.midi import score_to_bytes
from segue.midi.bulk import parse_bulk
from segue.paper.data import prepare_data
from tests.tunes import Version, tune, write_folder
from tests.unit.paper.experiments import N_SONGS, NOTES, settings, tables, write_array
from tests.unit.training.corpora import OPTIONS, build_tiny

CONFIG = settings().data


def write_late_songs(folder: Path) -> Path:
    """A corpus of songs of which the first note comes after eight bars of silence, 16 seconds."""
    songs = {}
    for seed in range(20):
        score = parse_bulk(tune(seed, Version(n_notes=60)))
        bars = 8 * 4 * score.ticks_per_quarter
        later = [track.with_notes(track.notes.shifted(bars)) for track in score.tracks]
        songs[f"{seed}.mid"] = score_to_bytes(score.with_tracks(later))
    write_folder(folder / "late", songs)
    build_corpus([folder / "late"], folder / "late-corpus", OPTIONS, workers=1)
    return folder / "late-corpus"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> CorpusStore:
    return build_tiny(tmp_path_factory.mktemp("corpus"), 24)


def test_an_array_is_split_70_15_15_and_every_song_is_in_one_split(tmp_path: Path) -> None:
    data = prepare_data(write_array(tmp_path), tmp_path / "data", CONFIG, NOTES)

    assert {name: len(songs) for name, songs in data.splits.items()} == {
        "train": 28, "valid": 6, "test": 6,
    }  # fmt: skip
    together = np.concatenate(list(data.splits.values())).reshape(N_SONGS, -1)
    np.testing.assert_array_equal(
        np.unique(together, axis=0), np.unique(tables().reshape(N_SONGS, -1), axis=0)
    )


def test_a_corpus_keeps_its_own_split(store: CorpusStore, tmp_path: Path) -> None:
    data = prepare_data(store.path, tmp_path / "data", CONFIG, NOTES)

    for name, songs in data.splits.items():
        expected = [note_table(store.song(i), n_notes=NOTES) for i in store.split(name).tolist()]
        np.testing.assert_array_equal(songs, expected)


def test_an_export_gives_what_its_corpus_gives(store: CorpusStore, tmp_path: Path) -> None:
    export_paper(store, tmp_path / "export", n_notes=2 * NOTES)
    ours = prepare_data(store.path, tmp_path / "ours", CONFIG, NOTES)
    theirs = prepare_data(tmp_path / "export", tmp_path / "theirs", CONFIG, NOTES)

    for name in ours.splits:
        np.testing.assert_array_equal(ours.splits[name], theirs.splits[name])


def test_octuples_of_a_corpus_are_in_their_ranges(store: CorpusStore, tmp_path: Path) -> None:
    config = settings(data__encoding="octuple", data__order="time").data
    data = prepare_data(store.path, tmp_path / "data", config, NOTES)
    songs = data.splits["train"]

    assert songs.shape[1:] == (NOTES, 8)
    assert ((songs >= 0) & (songs < np.array(sizes()))).all()
    (notes,) = data.representation.notes(songs[:1])
    assert notes.shape == (NOTES, 6)


@pytest.mark.parametrize(("encoding", "order"), [("embedding", "instrument"), ("octuple", "time")])
def test_a_song_that_begins_where_it_is_active_begins_at_once(
    tmp_path: Path, encoding: str, order: str
) -> None:
    late = CorpusStore.open(write_late_songs(tmp_path))
    changes = {"data__encoding": encoding, "data__order": order}
    starts = {}
    for start in ("file", "active"):
        config = settings(data__start=start, **changes).data
        data = prepare_data(late.path, tmp_path / start, config, NOTES)
        starts[start] = data.splits["train"][:, :, 2 if encoding == "octuple" else 4].min(axis=1)

    assert (starts["file"] >= 8).all()
    np.testing.assert_array_equal(starts["active"], 0)


def test_songs_are_taken_of_all_splits_alike(store: CorpusStore, tmp_path: Path) -> None:
    whole = prepare_data(store.path, tmp_path / "whole", CONFIG, NOTES)
    config = settings(data__songs=12).data
    half = prepare_data(store.path, tmp_path / "half", config, NOTES)

    for name, songs in half.splits.items():
        assert len(songs) == round(len(whole.splits[name]) / 2)


def test_short_songs_are_left_out_and_counted(store: CorpusStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too few songs for the experiment: 0 in the train split"):
        prepare_data(store.path, tmp_path / "data", CONFIG, 10_000)
    assert list(tmp_path.iterdir()) == []


def test_bad_songs_are_left_out_and_counted(tmp_path: Path) -> None:
    songs = tables()
    songs[3, 2, 0] = np.nan
    songs[5, 1, 3] = 128
    np.save(tmp_path / "bad.npy", songs)
    data = prepare_data(tmp_path / "bad.npy", tmp_path / "data", CONFIG, NOTES)

    assert sum(len(songs) for songs in data.splits.values()) == N_SONGS - 2
    assert data.excluded["a value that is no finite number"] == 1
    assert data.excluded["a value outside 0 to 127"] == 1


def test_prepared_songs_are_read_again(tmp_path: Path) -> None:
    source = write_array(tmp_path)
    first = prepare_data(source, tmp_path / "data", CONFIG, NOTES)
    source.write_bytes(b"gone")
    again = prepare_data(source, tmp_path / "data", CONFIG, NOTES)

    np.testing.assert_array_equal(first.splits["test"], again.splits["test"])
    assert first.representation == again.representation


def test_songs_of_other_settings_are_refused(tmp_path: Path) -> None:
    source = write_array(tmp_path)
    prepare_data(source, tmp_path / "data", CONFIG, NOTES)

    with pytest.raises(InputError, match=r"other settings \(notes 12, seed 1\)"):
        prepare_data(source, tmp_path / "data", settings(data__seed=2).data, 6)


def test_an_interrupted_preparation_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    source = write_array(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr("segue.paper.data.check_tables", stop)
        with pytest.raises(KeyboardInterrupt):
            prepare_data(source, tmp_path / "data", CONFIG, NOTES)
    assert not (tmp_path / "data").exists()
    assert len(prepare_data(source, tmp_path / "data", CONFIG, NOTES).splits["train"]) == 28


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no array", r"is not an \.npy file of numbers"),
        (np.zeros((4, 6), dtype=np.float32), r"shape \(songs, notes, 6\), got float32 of \(4, 6\)"),
        (np.zeros((4, 5, 6), dtype=np.float32), "has 5 notes a song, and 12 are asked for"),
        (np.zeros((4, 12, 6), dtype=np.int64), "must hold floats"),
        (np.zeros((4, 12, 6), dtype=np.float32), "too few songs for the experiment: 1 in the"),
    ],
)
def test_an_array_that_cannot_serve_is_refused(
    tmp_path: Path, content: object, message: str
) -> None:
    path = tmp_path / "songs.npy"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        np.save(path, content)  # type: ignore[arg-type]

    with pytest.raises(InputError, match=message):
        prepare_data(path, tmp_path / "data", CONFIG, NOTES)


def test_what_a_table_cannot_give_is_refused(tmp_path: Path) -> None:
    config = settings(data__start="active").data
    with pytest.raises(InputError, match="a note table has no bars"):
        prepare_data(write_array(tmp_path), tmp_path / "data", config, NOTES)
    with pytest.raises(InputError, match="no corpus, no export of one and no"):
        prepare_data(tmp_path / "nothing", tmp_path / "data", CONFIG, NOTES)
