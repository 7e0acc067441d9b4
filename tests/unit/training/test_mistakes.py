"""Mistakes stand in what is read, and only there: in pitches and lengths of masked notes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from segue.encoding.sequence import MASKED, NOTE_EVENT, Column
from segue.encoding.vocabulary import DRUMS, IntArray
from segue.training.config import ExampleConfig
from segue.training.examples import Example, collate
from segue.training.mistakes import MOST, with_mistakes
from segue.units import N_PITCHES
from tests.unit.models.decoders import random_decoder
from tests.unit.training.corpora import EVENTS
from tests.unit.training.test_examples import MAX_BARS, examples_of

ALWAYS = ExampleConfig(events=EVENTS, mistakes=1.0)
NEVER = replace(ALWAYS, mistakes=0.0)


@pytest.fixture(name="examples", scope="module")
def _examples(packs: Path) -> list[Example]:
    drawn = examples_of(packs, ALWAYS)
    return [drawn[i] for i in range(60)]


def read_of(example: Example) -> IntArray:
    assert example.read is not None
    return example.read


def test_only_pitches_and_lengths_of_masked_notes_are_wrong(examples: list[Example]) -> None:
    wrong = 0
    for example in examples:
        columns, read = example.sequence.columns, read_of(example)
        rows, fields = np.nonzero(read != columns)
        assert set(fields) <= {Column.PITCH, Column.DURATION}
        assert (columns[rows, Column.KIND] == NOTE_EVENT).all()
        assert (columns[rows, Column.ROLE] == MASKED).all()
        wrong += len(rows)
    assert wrong > 0


def test_a_mistake_is_something_that_the_part_can_play(examples: list[Example]) -> None:
    for example in examples:
        columns, read = example.sequence.columns, read_of(example)
        drums = columns[:, Column.INSTRUMENT] == DRUMS
        for part in np.unique(columns[drums, Column.PART]):
            own = drums & (columns[:, Column.PART] == part)
            assert np.isin(read[own, Column.PITCH], columns[own, Column.PITCH]).all()
        pitched = (columns[:, Column.KIND] == NOTE_EVENT) & ~drums
        assert (read[pitched, Column.PITCH] < N_PITCHES).all()
        assert (read[:, Column.PITCH] >= 0).all()


def test_mistakes_are_as_many_as_is_said() -> None:
    notes = np.zeros((4000, len(Column)), np.int64)
    notes[:, Column.KIND], notes[:, Column.ROLE] = NOTE_EVENT, MASKED
    notes[:, Column.PITCH] = 20 + np.arange(4000) % 80

    shares = [
        np.mean(
            with_mistakes(notes, np.random.default_rng(seed))[:, Column.PITCH]
            != notes[:, Column.PITCH]
        )
        for seed in range(40)
    ]

    assert max(shares) < MOST + 0.03
    assert np.mean(shares) == pytest.approx(MOST / 2, abs=0.03)


def test_what_is_to_be_predicted_is_as_without_mistakes(packs: Path) -> None:
    wrong, right = examples_of(packs, ALWAYS), examples_of(packs, NEVER)

    for number in range(10):
        a, b = wrong[number], right[number]
        assert np.array_equal(a.sequence.columns, b.sequence.columns)
        assert np.array_equal(a.weights, b.weights)
        assert b.read is None


def test_mistakes_are_read_and_never_asked_for(examples: list[Example]) -> None:
    windows = collate(examples[:4], events=EVENTS, max_bars=MAX_BARS)
    decoder = random_decoder()
    assert windows.read is not None

    with torch.no_grad():
        told, untold = (decoder(each).nll for each in (windows, replace(windows, read=None)))
        same = decoder(replace(windows, read=windows.columns)).nll

    assert torch.equal(same, untold)
    assert torch.isfinite(told).all()
    assert not torch.allclose(told, untold)
