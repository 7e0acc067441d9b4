"""Measuring the yardstick: what excerpts of real music share with the training songs.

Excerpts are drawn as prompts and continuations are (`excerpts`): some bars of a song of a split
that the model was not trained on, the `CONTEXT_BARS` before them being the music that was there
already. They are of several lengths, since takes are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.corpus import CorpusStore
from segue.errors import CorpusError
from segue.evaluation.music.excerpts import Songs, draw_excerpts
from segue.novelty import (
    Fingerprint,
    Kind,
    KnownMusic,
    PassageIndex,
    Ruler,
    Yardstick,
    longest_of,
    measure_passages,
    size_of,
)
from segue.novelty.fingerprint import BITS
from segue.score import Score, slice_bars

__all__ = ["LENGTHS", "Heard", "draw_heard", "make_known_music", "measure_yardstick"]

CONTEXT_BARS: Final = 8
LENGTHS: Final = (1, 2, 4, 8, 16, 32)
"""Bars of the excerpts, as many of each."""


@dataclass(frozen=True, eq=False)
class Heard:
    """An excerpt of real music, and the music before it."""

    own: Score
    new: Score
    song: int
    first_bar: int
    """Of `new` in the song."""


def draw_heard(songs: Songs, *, split: str, count: int, n_bars: int, seed: int) -> list[Heard]:
    """Draw excerpts with what came before them.

    Raises:
        InputError: no song of the split is long enough.
    """
    drawn = draw_excerpts(
        songs, split=split, count=count, seed=seed, n_bars=n_bars, context_bars=CONTEXT_BARS
    )
    return [
        Heard(
            own=slice_bars(songs.score(e.song), e.first_bar - CONTEXT_BARS, e.first_bar),
            new=e.score,
            song=e.song,
            first_bar=e.first_bar,
        )
        for e in drawn
    ]


def make_known_music(
    store: CorpusStore,
    index: PassageIndex,
    *,
    split: str,
    count: int,
    seed: int,
    lengths: Sequence[int] = LENGTHS,
    n_bits: int = BITS,
    on_step: Callable[[str, int, int], None] = lambda phase, done, total: None,
) -> KnownMusic:
    """The fingerprint of an index, and both yardsticks: `count` excerpts of each length in bars.

    Raises:
        CorpusError: the index is of another corpus, or of the split that is to be new music.
        InputError: no song of the split is long enough.
    """
    if index.manifest.corpus != store.manifest.content_sha256:
        raise CorpusError(f"{index.path} is not an index of {store.path}; make one of it")
    if index.manifest.split == split:
        raise CorpusError(
            f'{index.path} is of the split "{split}" itself; give --split another, whose songs the'
            " model has not seen"
        )
    texts = (part.text for part in index.parts)
    fingerprint = Fingerprint.of(texts, n_bits)
    on_step("grams", 1, 1)
    heard = []
    for number, n_bars in enumerate(lengths):
        heard += draw_heard(store, split=split, count=count, n_bars=n_bars, seed=seed + number)
        on_step("drawing", number + 1, len(lengths))
    exact = measure_yardstick(heard, index, lambda done: on_step("exactly", done, len(heard)))
    bound = measure_yardstick(heard, fingerprint, lambda done: on_step("at most", done, len(heard)))
    return KnownMusic(fingerprint, bound, exact, index.manifest.corpus)


def measure_yardstick(
    heard: list[Heard], ruler: Ruler, on_excerpt: Callable[[int], None] = lambda done: None
) -> Yardstick:
    """The yardstick of these excerpts, measured with a ruler."""
    size = np.zeros((len(Kind), len(heard)), np.int32)
    length = np.zeros_like(size)
    for number, each in enumerate(heard):
        measured = measure_passages(each.new, ruler, [each.own])
        for kind in Kind:
            longest = longest_of(measured, kind)
            size[kind, number] = size_of(measured, kind)
            length[kind, number] = longest.counted if longest else 0
        on_excerpt(number + 1)
    return Yardstick(size, length)
