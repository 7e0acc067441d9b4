"""A packed song is the encoded song, and a window of it the same events that encoding gives."""

from pathlib import Path

import numpy as np
import pytest

from segue.corpus import CorpusStore
from segue.encoding.grid import event_grid
from segue.encoding.roster import Roster
from segue.encoding.sequence import Column
from segue.encoding.table import Field, encode
from segue.encoding.vocabulary import tempo_class
from segue.errors import CorpusError
from segue.training.config import ExampleConfig
from segue.training.examples import Examples, collate
from segue.training.packing import PACK_NAME, Pack, open_packs, pack_corpus, pack_song, pack_split
from segue.training.windows import cut_window
from tests.unit.training.corpora import build_tiny

EVENTS = 64


@pytest.fixture(name="pack", scope="module")
def _pack(store: CorpusStore, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_split(store, "train", tmp_path_factory.mktemp("pack"))


def examples(pack: Pack, **changes: float) -> Examples:
    config = ExampleConfig(events=EVENTS, **changes)  # type: ignore[arg-type]
    return Examples(pack, config, seed=1, length=40, max_bars=16)


def test_a_packed_song_is_what_encoding_its_score_gives(store: CorpusStore) -> None:
    for index in range(len(store)):
        score = store.score(index)
        packed = pack_song(store.song(index))
        assert packed is not None

        grid = event_grid(score)
        table = encode(score, Roster.of_score(score), grid)

        n_bars = len(packed.bars)
        assert np.array_equal(packed.bars.lengths, grid.lengths[:n_bars])
        assert np.array_equal(packed.bars.numerators, grid.numerators[:n_bars])
        bpm = [score.tempo_map.bpm_at(int(tick)) for tick in grid.starts[:n_bars]]
        assert np.array_equal(packed.bars.tempi, tempo_class(np.array(bpm)))
        assert np.array_equal(packed.notes, table[:, Field.PART :])
        counts = np.bincount(table[:, Field.BAR], minlength=len(packed.note_end))
        assert np.array_equal(np.diff(packed.note_end, prepend=0), counts)


def test_a_window_is_the_notes_of_its_bars(pack: Pack) -> None:
    window = cut_window(pack, 0, 1, events=EVENTS, max_bars=4)
    assert window is not None

    begin = int(pack.bar_of_song[0]) + 1
    n_bars = len(window.bars)
    notes = slice(pack.first_note(begin), int(pack.note_end[begin + n_bars - 1]))
    assert len(window.table) == notes.stop - notes.start
    assert np.array_equal(window.table[:, Field.PITCH], pack.notes[2][notes])
    assert window.table[:, Field.BAR].max() < n_bars


def test_only_parts_that_have_begun_are_on_the_roster(pack: Pack) -> None:
    for song in range(len(pack)):
        window = cut_window(pack, song, 0, events=EVENTS, max_bars=2)
        assert window is not None

        assert set(np.unique(window.table[:, Field.PART])) == set(range(len(window.roster)))


def test_controls_and_parts_are_given_only_where_they_should_be(pack: Pack) -> None:
    batch = collate(
        [examples(pack, controls=0.0, parts=0.0)[n] for n in range(8)], events=EVENTS, max_bars=16
    )
    assert not batch.columns[..., Column.CONTROLS :].any()
    assert not batch.masked_parts.any()

    batch = collate(
        [examples(pack, controls=1.0, parts=1.0)[n] for n in range(8)], events=EVENTS, max_bars=16
    )
    assert batch.columns[..., Column.CONTROLS :].any()
    assert batch.masked_parts.any()


def test_the_first_song_of_every_tune_comes_first(pack: Pack) -> None:
    _, first = np.unique(pack.tune_of_song, return_index=True)

    assert sorted(first) == list(range(len(first)))


def test_a_damaged_pack_is_named(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no packed training set"):
        Pack.open(tmp_path)
    (tmp_path / PACK_NAME).write_text('{"format_version": 99}')
    with pytest.raises(CorpusError, match="version 99"):
        Pack.open(tmp_path)


@pytest.mark.parametrize(("n_songs", "split"), [(1, None), (2, "valid"), (8, "valid")])
def test_a_corpus_without_splits_is_packed_as_a_whole(
    tmp_path: Path, n_songs: int, split: str | None
) -> None:
    packs = pack_corpus(build_tiny(tmp_path, n_songs), tmp_path / "pack")

    assert packs["valid"].card["split"] == split
    if split is None:
        assert len(packs["train"]) == len(packs["valid"]) == n_songs


def test_packing_that_was_killed_leaves_no_pack(
    store: CorpusStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack_corpus(store, tmp_path)

    def full(path: Path, column: np.ndarray) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="disk full"):
        pack_split(store, "train", tmp_path / "train")

    assert open_packs(tmp_path) is None
