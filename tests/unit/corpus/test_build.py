"""Building is deterministic, goes on where it was stopped, and never leaves half a corpus."""

import json
from pathlib import Path

import pytest

from segue.corpus import CorpusOptions, CorpusStore, Progress, build_corpus, ingest, shards, share
from segue.corpus.parse import parse_song
from segue.corpus.shards import ShardTask
from segue.errors import CorpusError
from tests.tunes import Version, tune, write_folder, write_tar


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    """Seven songs in a folder."""
    return write_folder(tmp_path / "songs", {f"{seed}.mid": tune(seed) for seed in range(7)})


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files a shard."""
    monkeypatch.setattr(share, "FILES_PER_SLICE", 2)


def test_the_same_songs_give_the_same_corpus(songs: Path, tmp_path: Path) -> None:
    first = build_corpus([songs], tmp_path / "one", workers=1)
    second = build_corpus([songs], tmp_path / "two", workers=1)
    assert first == second
    assert (tmp_path / "one/manifest.json").read_bytes() == (
        tmp_path / "two/manifest.json"
    ).read_bytes()


def test_shards_leave_no_trace(
    songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = build_corpus([songs], tmp_path / "one", workers=1)
    monkeypatch.setattr(share, "FILES_PER_SLICE", 2)
    assert build_corpus([songs], tmp_path / "two", workers=1) == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "songs", "two"]


@pytest.mark.usefixtures("small_shards")
def test_an_interrupted_build_makes_only_what_is_missing(
    songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = shards.make_shard

    def make_two_then_stop(task: ShardTask) -> None:
        if len(made) == 2:
            raise KeyboardInterrupt
        make(task)
        made.append(task.path.name)

    def make_and_note(task: ShardTask) -> None:
        make(task)
        made.append(task.path.name)

    monkeypatch.setattr(ingest, "make_shard", make_two_then_stop)
    with pytest.raises(KeyboardInterrupt):
        build_corpus([songs], tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(ingest, "make_shard", make_and_note)
    resumed = build_corpus([songs], tmp_path / "out", workers=1)
    assert made == [f"{first:09d}.npz" for first in (0, 2, 4, 6)]
    assert resumed == build_corpus([songs], tmp_path / "fresh", workers=1)


@pytest.mark.usefixtures("small_shards")
def test_a_build_stopped_after_parsing_reads_nothing_again(
    songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(progress: Progress) -> None:
        if progress.phase == "cluster":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_corpus([songs], tmp_path / "out", workers=1, on_progress=stop)
    seen: list[Progress] = []
    monkeypatch.setattr(ingest, "_groups", lambda *_: pytest.fail("it was read again"))
    build_corpus([songs], tmp_path / "out", workers=1, on_progress=seen.append)
    assert seen[0] == Progress("parse", 7, 7)


def test_songs_that_change_between_attempts_are_read_again(songs: Path, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.phase == "write":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_corpus([songs], tmp_path / "out", workers=1, on_progress=stop)
    (songs / "3.mid").write_bytes(tune(99, Version(n_notes=150)))
    build_corpus([songs], tmp_path / "out", workers=1)
    store = CorpusStore.open(tmp_path / "out")
    assert sorted(store.n_notes.tolist())[-1] == 375


def test_a_file_that_is_not_its_ledger_s_is_rejected(songs: Path, tmp_path: Path) -> None:
    lines = [{"path": "1.mid", "tier": "open", "sha256": "0" * 64}, {"path": "2.mid"}]
    (tmp_path / "songs.ledger.jsonl").write_text("\n".join(map(json.dumps, lines)))
    manifest = build_corpus([songs], tmp_path / "out", workers=1)
    assert manifest.n_songs == 6
    assert manifest.tiers == {"unknown": 6}
    assert "sha256 is not the ledger's" in (tmp_path / "out/rejected.jsonl").read_text()


def test_without_near_duplicates_every_song_is_a_tune(tmp_path: Path) -> None:
    versions = {f"{k}.mid": tune(1, Version(transpose=k)) for k in range(4)}
    folder = write_folder(tmp_path / "songs", versions)
    options = CorpusOptions(near_duplicates=False)
    assert build_corpus([folder], tmp_path / "a", options, workers=1).n_clusters == 4
    assert build_corpus([folder], tmp_path / "b", workers=1).n_clusters == 1


def test_what_is_there_is_replaced_only_when_asked(songs: Path, tmp_path: Path) -> None:
    build_corpus([songs], tmp_path / "out", workers=1)
    (songs / "7.mid").write_bytes(tune(7))
    with pytest.raises(CorpusError, match="there is a corpus already"):
        build_corpus([songs], tmp_path / "out", workers=1)
    assert build_corpus([songs], tmp_path / "out", workers=1, replace=True).n_songs == 8
    assert len(CorpusStore.open(tmp_path / "out")) == 8


def test_a_folder_that_is_no_corpus_is_never_replaced(songs: Path, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="exists and is not a corpus"):
        build_corpus([songs], songs, workers=1, replace=True)


def test_if_no_file_can_be_used_the_reasons_are_told(tmp_path: Path) -> None:
    files = {"a.mid": b"", "b.mid": b"x", "c.mid": tune(1, Version(n_notes=10))}
    folder = write_folder(tmp_path / "songs", files)
    with pytest.raises(CorpusError, match=r"none of 3 files .*not a readable MIDI file \(2 files"):
        build_corpus([folder], tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


def test_a_damaged_archive_stops_the_build_before_anything_is_there(tmp_path: Path) -> None:
    archive = write_tar(tmp_path / "songs.tar.xz", {f"{i}.mid": tune(i) for i in range(3)})
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(CorpusError, match="damaged"):
        build_corpus([archive], tmp_path / "out", workers=1)
    assert not (tmp_path / "out").exists()


def test_what_only_the_careful_reader_reads_is_counted(songs: Path, tmp_path: Path) -> None:
    data = tune(20)
    start = data.index(b"MTrk", data.index(b"MTrk") + 1)  # the second track's length: too short
    damaged = data[: start + 4] + (40).to_bytes(4, "big") + data[start + 8 :]
    write_folder(songs, {"damaged.mid": damaged})
    made = build_corpus([songs], tmp_path / "out", workers=1)
    whole = parse_song(data, CorpusOptions())

    assert parse_song(damaged, CorpusOptions()).n_bars == whole.n_bars
    assert made.n_rescued_songs == 1
    assert made.n_rescued_notes == len(whole.song)
    assert CorpusStore.open(tmp_path / "out").manifest == made


def test_a_manifest_of_before_the_careful_reader_is_counted_is_read(
    songs: Path, tmp_path: Path
) -> None:
    build_corpus([songs], tmp_path / "out", workers=1)
    path = tmp_path / "out" / "manifest.json"
    content = json.loads(path.read_text())
    del content["n_rescued_songs"], content["n_rescued_notes"]
    path.write_text(json.dumps(content))

    manifest = CorpusStore.open(tmp_path / "out").manifest
    assert (manifest.n_rescued_songs, manifest.n_rescued_notes) == (0, 0)
