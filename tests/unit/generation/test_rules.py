"""Rules: what is passed over goes to what comes after, and never to one note more."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.sequence import N_COLUMNS, NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import END, MAX_PARTS, N_PART_CLASSES, IntArray
from segue.generation.groups import ROWS
from segue.generation.network import Float32Array
from segue.generation.rules import Rules
from segue.generation.sampling import FloatArray, log_softmax
from segue.generation.window import Region
from segue.models.decoder_grammar import FORBIDDEN, allowed_parts
from tests.composers import band
from tests.strategies import SEEDS
from tests.unit.generation.test_window import cut_window

INSTRUMENTS = torch.arange(MAX_PARTS)[None].expand(ROWS, -1)


def rules(allowed: BoolArray, required: BoolArray | None = None) -> Rules:
    window = cut_window(band(4), Region(4, 6), events=64, max_bars=16)
    shape = (ROWS, len(window.bars), MAX_PARTS)
    everywhere = None if required is None else np.broadcast_to(required, shape)
    return Rules([window], np.broadcast_to(allowed, shape), everywhere)


def after(part: int | None) -> IntArray:
    """Events after which every row goes on: a note of a part, or the bar's beginning."""
    rows = np.zeros((ROWS, N_COLUMNS), np.int64)
    rows[:, Column.LENGTH] = 96
    if part is not None:
        rows[:, Column.KIND], rows[:, Column.PART] = NOTE_EVENT, part
    return rows


def logits(seed: int, latest: IntArray) -> Float32Array:
    random = np.random.default_rng(seed)
    found = 3 * random.standard_normal((ROWS, N_PART_CLASSES), np.float32)
    possible = allowed_parts(torch.from_numpy(latest)[:, None], INSTRUMENTS)[:, 0].numpy()
    return np.where(possible, found, np.float32(FORBIDDEN))


def probabilities(scores: Float32Array | FloatArray) -> FloatArray:
    return np.asarray(np.exp(log_softmax(scores)))


def given_by(logits: Float32Array) -> FloatArray:
    return probabilities(logits)


@given(SEEDS, st.integers(0, MAX_PARTS - 1), st.booleans())
def test_without_rules_nothing_changes(seed: int, part: int, after_note: bool) -> None:
    latest = after(part if after_note else None)
    given_ = logits(seed, latest)
    found = probabilities(rules(np.ones(MAX_PARTS, bool)).parts(given_, latest))
    np.testing.assert_allclose(found, given_by(given_), atol=2e-5, rtol=1e-4)


def test_where_no_part_is_forbidden_or_due_the_model_is_left_alone() -> None:
    latest = after(3)
    given_ = logits(1, latest)
    assert rules(np.ones(MAX_PARTS, bool)).parts(given_, latest) is given_
    own = np.arange(MAX_PARTS) < MAX_PARTS - 2
    assert rules(own).parts(given_, latest) is not given_
    assert rules(np.ones(MAX_PARTS, bool), own).parts(given_, latest) is not given_
    given_[:, :MAX_PARTS][:, ~own] = FORBIDDEN
    assert rules(own).parts(given_, latest) is given_


@given(SEEDS, st.integers(0, MAX_PARTS - 1), st.floats(0.05, 0.95))
def test_what_is_forbidden_is_passed_over_and_adds_no_note(
    seed: int, part: int, share: float
) -> None:
    latest = after(part)
    allowed = np.random.default_rng(seed).random(MAX_PARTS) < share
    allowed[part] = True
    given_ = logits(seed, latest)
    found = probabilities(rules(allowed).parts(given_, latest))
    np.testing.assert_allclose(found.sum(axis=-1), np.ones(ROWS), atol=1e-4, rtol=0)
    assert not found[:, :MAX_PARTS][:, ~allowed].any()
    again = given_by(given_)[:, part]
    np.testing.assert_allclose(found[:, part], again, atol=2e-5, rtol=1e-4)


@given(SEEDS, st.integers(0, MAX_PARTS - 2), st.data())
def test_a_part_that_is_due_gets_what_would_pass_it_over(
    seed: int, part: int, data: st.DataObject
) -> None:
    due = data.draw(st.integers(part + 1, MAX_PARTS - 1))
    required = np.zeros(MAX_PARTS, bool)
    required[due] = True
    latest = after(part)
    given_ = logits(seed, latest)
    before = given_by(given_)
    found = probabilities(rules(np.ones(MAX_PARTS, bool), required).parts(given_, latest))
    passed = before[:, due:].sum(axis=-1)
    np.testing.assert_allclose(found[:, due], passed, atol=2e-5, rtol=1e-4)
    assert found[:, END].max() == 0
    np.testing.assert_allclose(found[:, part], before[:, part], atol=2e-5, rtol=1e-4)


def test_a_full_bar_ends_whatever_is_due() -> None:
    strict = rules(np.ones(MAX_PARTS, bool), np.ones(MAX_PARTS, bool))
    latest = after(0)
    for _ in range(1000):
        strict.written(np.arange(ROWS), latest, latest)
    found = strict.parts(logits(1, latest), latest)
    assert found.argmax(axis=-1).tolist() == [END] * ROWS
    assert found[:, END].tolist() == [0] * ROWS
    for row in range(ROWS):
        strict.bar_ended(row)
    assert strict.parts(logits(1, latest), latest)[:, END].max() <= FORBIDDEN
