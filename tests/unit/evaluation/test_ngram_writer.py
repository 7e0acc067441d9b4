"""The 5-gram as a writer."""

import numpy as np
import pytest

from segue.evaluation.music.excerpts import comparable
from segue.evaluation.ngrams.event_stream import EventStream
from segue.evaluation.ngrams.writer import NGramWriter
from segue.metrics import drum_patterns
from segue.score import Score, diff
from tests.unit.evaluation.bands import band


class Shelf:
    """Thirty songs of one style."""

    def split(self, name: str) -> np.ndarray:
        return np.arange(30)

    def score(self, index: int) -> Score:
        return comparable(band(index))


@pytest.fixture(scope="module")
def writer() -> NGramWriter:
    return NGramWriter.fit(EventStream.of_songs(Shelf(), split="train", seed=0))


def test_is_a_function_of_the_seed(writer: NGramWriter) -> None:
    prompts = [band(100), band(101)]
    first, again = (writer.continue_(prompts, bars=8, seed=3) for _ in range(2))
    assert [diff(a, b) for a, b in zip(first, again, strict=True)] == [[], []]


def test_writes_the_asked_bars_with_the_prompts_instruments(writer: NGramWriter) -> None:
    prompt = band(100)
    (written,) = writer.continue_([prompt], bars=4, seed=1)

    assert 0 < written.n_bars <= 4
    given = {(t.is_drum, t.program) for t in prompt.tracks}
    assert {(t.is_drum, t.program) for t in written.tracks} <= given


def test_has_learned_where_the_kick_is(writer: NGramWriter) -> None:
    written = writer.continue_([band(100 + k) for k in range(8)], bars=8, seed=0)
    kicks = sum(drum_patterns(score)[:, 0].sum(axis=0) for score in written)
    assert kicks[[0, 24]].sum() > 0.8 * kicks.sum()  # in that style always on 1 and 3


def test_silence_has_an_end(writer: NGramWriter) -> None:
    silent = band(0).with_tracks([])
    (written,) = writer.continue_([silent], bars=2, seed=0)
    assert written.n_notes == 0
