"""What a model reads when it writes is, event for event, what it read when it was trained."""

from pathlib import Path

import numpy as np
import pytest

from segue.corpus import CorpusStore
from segue.encoding.sequence import VISIBLE, Column, build_sequence
from segue.encoding.table import Field
from segue.encoding.vocabulary import IntArray
from segue.generation import Options
from segue.generation.cast import cast_of
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.generation.window import cut_window as cut_for_writing
from segue.score import Score, slice_bars
from segue.training.packing import Pack, pack_split
from segue.training.windows import Window
from segue.training.windows import cut_window as cut_for_training

ALL = 10_000


def trained_on(window: Window, first: int) -> IntArray:
    """What a training window shows where all bars from `first` on are masked, (T, C)."""
    bar = window.table[:, Field.BAR]
    written = np.arange(len(window.bars)) >= first
    sequence = build_sequence(window.table, window.roster, window.bars, bar >= first, written)
    shown: IntArray = sequence.columns[sequence.columns[:, Column.ROLE] == VISIBLE]
    return shown


def written_after(score: Score, first: int) -> IntArray:
    """What is shown of a piece that ends before bar `first`, and is to go on there, (T, C)."""
    prompt, region = slice_bars(score, 0, first), Region(first, score.n_bars)
    cast = cast_of(Piece.of(prompt), prompt, region, Options(), seed=1, take=1)
    parts, roster = cast.score_of_parts(cast.score), cast.roster_of_parts
    return cut_for_writing(parts, roster, region, events=ALL, max_bars=ALL).prefix(ALL)


@pytest.fixture(name="pack")
def _pack(store: CorpusStore, tmp_path: Path) -> Pack:
    return pack_split(store, "train", tmp_path)


def test_a_continuation_sees_what_training_shows_of_the_same_bars(
    store: CorpusStore, pack: Pack
) -> None:
    scores = [store.score(int(song)) for song in store.split("train")]
    for number in range(len(pack)):
        window = cut_for_training(pack, number, 0, events=ALL, max_bars=ALL)
        assert window is not None
        first = len(window.bars) // 2
        shown = trained_on(window, first)
        assert len(shown) > first
        assert any(np.array_equal(shown, written_after(score, first)) for score in scores)
