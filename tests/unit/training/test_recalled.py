"""Bars that masked ones of a training window may be like: as when music is written, and no leak."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.corpus import CorpusStore, build_corpus
from segue.encoding.table import Field
from segue.generation.recall import heard_of
from segue.generation.window import Region
from segue.midi import score_to_bytes
from segue.recall.likeliest import likeliest
from segue.score import slice_bars
from segue.training import recalled
from segue.training.packing import Pack, pack_split
from segue.training.recalled import Hole, RecalledBars, recalled_bars
from segue.training.windows import Window, cut_window, transposed
from tests.unit.generation.test_recall import FORM, song
from tests.unit.training.corpora import OPTIONS

N_BARS = 8
FIRST = 6
"""The window's first bar, in the song."""
IN_WINDOW = slice(FIRST, FIRST + N_BARS)


@pytest.fixture(name="pack", scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("recalled")
    (folder / "songs").mkdir()
    (folder / "songs" / "song.mid").write_bytes(score_to_bytes(song()))
    build_corpus([folder / "songs"], folder / "corpus", OPTIONS, workers=1)
    return pack_split(CorpusStore.open(folder / "corpus"), None, folder / "pack")


def window_of(pack: Pack) -> Window:
    window = cut_window(pack, 0, FIRST, events=10_000, max_bars=N_BARS)
    assert window is not None
    return window


def hole_of(first: int, last: int, parts: tuple[int, ...] = (0, 1, 2)) -> Hole:
    bars = (np.arange(N_BARS) >= first) & (np.arange(N_BARS) < last)
    return Hole(bars, np.isin(np.arange(3), parts), continues=last == N_BARS and len(parts) == 3)


def told(window: Window, hole: Hole, shift: int = 0) -> RecalledBars:
    return recalled_bars(window, hole, shift, np.random.default_rng(1))


@pytest.fixture(autouse=True)
def _all_of_the_song_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalled, "_ONLY_THE_WINDOW", 0.0)


@pytest.mark.parametrize(
    "hole", [hole_of(4, 5), hole_of(5, 7, (1,)), hole_of(5, 6, (0, 2)), hole_of(4, 8)]
)
@pytest.mark.parametrize("shift", [0, 3])
def test_bars_that_come_back_are_told_note_for_note(pack: Pack, hole: Hole, shift: int) -> None:
    window = window_of(pack)
    found = told(window, hole, shift)
    comes_back = hole.bars & np.isin(list(FORM[IN_WINDOW]), list(FORM[:FIRST] + "D"))
    truth = transposed(window.table[hole.masked(window.table)], window.roster, shift)
    bars = np.flatnonzero(comes_back)
    assert len(bars)
    for bar in bars:
        of_bar = [table[table[:, Field.BAR] == bar] for table in (found.table, truth)]
        assert np.array_equal(*of_bar)
    assert (found.expected[~hole.bars] == 0).all()
    assert (found.expected >= 0).all()
    assert (found.expected <= 1).all()


@pytest.mark.parametrize(("first", "last"), [(5, 7), (4, 8)])
def test_what_is_told_in_training_is_what_is_told_in_writing(
    pack: Pack, first: int, last: int
) -> None:
    hole = hole_of(first, last)
    region = Region(FIRST + first, FIRST + last)
    piece = slice_bars(song(), 0, region.first) if hole.continues else song()
    heard = heard_of(piece, region)
    nothing = np.zeros(0, np.int64)
    written = likeliest(replace(heard, now=type(heard.now).of(nothing, nothing, 16)))
    assert np.allclose(told(window_of(pack), hole).expected[hole.bars], written.expected)


@given(st.integers(0, 7), st.integers(1, 8), st.sampled_from([(0, 1, 2), (1,), (0, 2)]))
def test_nothing_is_told_of_what_is_masked(
    pack: Pack, first: int, count: int, parts: tuple[int, ...]
) -> None:
    hole = hole_of(first, min(first + count, N_BARS), parts)
    window = window_of(pack)
    before = told(window, hole)
    bars = np.repeat(np.arange(len(FORM)), np.diff(pack.note_end, prepend=0))
    hidden = np.isin(bars, FIRST + np.flatnonzero(hole.bars)) & np.isin(pack.notes[0], parts)
    if hole.continues:
        hidden |= bars >= FIRST + first
    spoilt = Pack.open(pack.path)
    spoilt.notes = [
        np.where(hidden, 1, column) if n else column for n, column in enumerate(pack.notes)
    ]
    after = told(replace(window, pack=spoilt), hole)
    assert np.array_equal(before.table, after.table)
    assert np.array_equal(before.expected, after.expected)


def test_around_some_windows_nothing_is_heard(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recalled, "_ONLY_THE_WINDOW", 1.0)
    alone = 5
    assert FORM[IN_WINDOW].count(FORM[FIRST + alone]) == 1
    hole, window = hole_of(alone, alone + 1), window_of(pack)
    truth = window.table[hole.masked(window.table)]
    assert not np.array_equal(told(window, hole).table, truth)
