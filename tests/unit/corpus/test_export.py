"""Exports hold the corpus's own notes, say plainly what may be done with them, and are whole."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from segue.corpus import CorpusStore
from segue.corpus.export_huggingface import export_huggingface
from segue.corpus.export_paper import export_paper, note_table
from segue.errors import InputError


@pytest.fixture
def store(built: Path) -> CorpusStore:
    return CorpusStore.open(built)


def ledger_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text().splitlines()]


def assert_checksums_hold(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    named = {name: digest for digest, name in (line.split("  ") for line in lines)}
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(named) == present - {"SHA256SUMS"}
    assert all(
        sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in named.items()
    )


def test_the_paper_s_array_has_a_row_a_note(store: CorpusStore, tmp_path: Path) -> None:
    done = export_paper(store, tmp_path / "out", n_notes=200)
    notes = np.load(tmp_path / "out" / "notes.npy")
    ledger = ledger_of(tmp_path / "out")
    assert notes.shape == (done.songs, 200, 6) == (5, 200, 6)
    assert notes.dtype == np.float32
    assert done.left_out == {"of another tier": 0, "fewer than 200 notes": 7}
    assert [row["row"] for row in ledger] == list(range(5))
    assert [row["path"] for row in ledger] == [*(f"{i}.mid" for i in range(4)), "band/again.mid"]
    assert_checksums_hold(tmp_path / "out")


def test_the_paper_s_order_is_instrument_by_instrument(store: CorpusStore) -> None:
    table = note_table(store.song(0), n_notes=200)
    score = store.score(0)
    first, second = score.tracks[0].notes, score.tracks[1].notes
    assert table[:, 0].tolist() == [*first.pitch.tolist(), *second.pitch.tolist()][:200]
    assert table[:, 2].tolist() == [0] * 120 + [1] * 80
    assert table[:, 3].tolist() == [0] * 120 + [40] * 80
    seconds = score.tempo_map.seconds_at(first.onset, score.ticks_per_quarter)
    assert table[:120, 4] == pytest.approx(seconds)
    ends = score.tempo_map.seconds_at(first.offset, score.ticks_per_quarter)
    assert table[:120, 5] == pytest.approx(ends - seconds, abs=1e-5)


def test_the_order_of_time_mixes_the_instruments(store: CorpusStore) -> None:
    table = note_table(store.song(0), n_notes=50, order="time")
    assert np.all(np.diff(table[:, 4]) >= 0)
    assert set(table[:, 2]) == {0, 1, 2}


def test_only_the_tiers_asked_for_are_exported(store: CorpusStore, tmp_path: Path) -> None:
    done = export_paper(store, tmp_path / "out", n_notes=100, tiers=("open",))
    card = (tmp_path / "out" / "README.md").read_text()
    assert done.songs == 4
    assert done.left_out["of another tier"] == 8
    assert "Every song has an open licence" in card
    assert "Do not publish" not in card


def test_a_card_says_that_closed_songs_must_not_be_published(
    store: CorpusStore, tmp_path: Path
) -> None:
    export_huggingface(store, tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text()
    assert "**8 of 12 songs have no open licence. Do not publish this export**" in card
    assert "license_name: not-for-redistribution" in card
    assert "| elsewhere | research | none stated | 8 |" in card


def test_the_huggingface_folder_holds_every_song_once(store: CorpusStore, tmp_path: Path) -> None:
    done = export_huggingface(store, tmp_path / "out")
    rows = []
    for ours, theirs in (("train", "train"), ("valid", "validation"), ("test", "test")):
        for path in sorted((tmp_path / "out" / "data").glob(f"{theirs}-*.parquet")):
            some = pq.read_table(path).to_pylist()
            assert {row["split"] for row in some} == {ours}
            rows += some
    assert done.songs == len(rows) == len(store)
    by_sha = {digest: i for i, digest in enumerate(store.metadata["sha256"].to_pylist())}
    for row in rows:
        song = store.song(by_sha[row["sha256"]])
        assert row["onset"] == song.onset.tolist()
        assert row["track_is_drum"] == song.track_is_drum.tolist()
        assert row["tempo_us"] == song.tempo_us.tolist()
    ledger = ledger_of(tmp_path / "out")
    assert [line["path"] for line in ledger] == [row["path"] for row in rows]
    assert_checksums_hold(tmp_path / "out")


def test_the_card_s_header_names_the_files_of_each_split(
    store: CorpusStore, tmp_path: Path
) -> None:
    export_huggingface(store, tmp_path / "out", tiers=("open",), name="House songs")
    _, header, _ = (tmp_path / "out" / "README.md").read_text().split("---\n", 2)
    assert "pretty_name: House songs\n" in header
    assert "size_categories:\n- n<1K\n" in header
    named = [line.split("path: ")[1] for line in header.splitlines() if "path: " in line]
    assert named
    assert all(list((tmp_path / "out").glob(pattern)) for pattern in named)


def test_a_tier_that_no_song_has_is_named(store: CorpusStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'no song of the tier "free".*open, research'):
        export_huggingface(store, tmp_path / "out", tiers=("free",))


def test_an_export_without_songs_is_refused(store: CorpusStore, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to export"):
        export_paper(store, tmp_path / "out", n_notes=100_000)
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_exists_is_overwritten(store: CorpusStore, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        export_paper(store, tmp_path, n_notes=100)


def test_a_failed_export_leaves_nothing(store: CorpusStore, tmp_path: Path) -> None:
    def interrupt(progress: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_huggingface(store, tmp_path / "out", on_progress=interrupt)
    assert list(tmp_path.iterdir()) == []
