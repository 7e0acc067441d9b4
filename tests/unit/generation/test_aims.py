"""Denser bars: a part that lacks notes stays, its onsets come sooner; then nothing leans."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.roster import Roster
from segue.encoding.sequence import N_COLUMNS, NOTE_EVENT, Column
from segue.encoding.table import encode
from segue.encoding.vocabulary import MAX_PARTS, MAX_POSITIONS, IntArray
from segue.generation import Options
from segue.generation.aims import STAY, Aims, more_notes
from segue.generation.groups import ROWS
from segue.generation.network import Float32Array
from segue.generation.sampling import FloatArray, log_softmax
from tests.composers import band, line, score_of, small_composer
from tests.strategies import SEEDS

PART = 1
BAR = 96


def note(position: int) -> IntArray:
    """The event of a note of the part, (N_COLUMNS,)."""
    row = np.zeros(N_COLUMNS, np.int64)
    row[[Column.KIND, Column.LENGTH, Column.PART]] = NOTE_EVENT, BAR, PART
    row[Column.POSITION] = position
    return row


def after(position: int) -> IntArray:
    return np.tile(note(position), (ROWS, 1))


def aims(notes: int, *, written: int) -> Aims:
    """Of a part that is to have so many notes in its bar, and has written some of them."""
    asked = np.zeros((ROWS, MAX_PARTS), np.int64)
    asked[:, PART] = notes
    found = Aims(asked, ROWS)
    for number in range(written):
        found.written(np.arange(ROWS), after(number), after(max(0, number - 1)))
    return found


def logits(seed: int, position: int) -> Float32Array:
    """Of onsets after a note; those before it are as good as forbidden."""
    found = np.random.default_rng(seed).standard_normal((ROWS, MAX_POSITIONS), np.float32)
    found[:, :position] = found[:, BAR:] = -1e4
    return found


def chances(scores: Float32Array) -> FloatArray:
    return np.asarray(np.exp(log_softmax(scores)))


def test_a_denser_bar_has_half_as_many_notes_again_rounded_up() -> None:
    piece = score_of(line([60] * 16), line([50] * 6, step=192, program=33))
    found = more_notes(encode(piece, Roster.of_score(piece)))

    assert found[:2].tolist() == [3, 6]  # of the bass, that has two notes a bar; of the piano, four
    assert not more_notes(np.zeros((0, 6), np.int64)).any()


@pytest.mark.parametrize(("written", "leans"), [(1, True), (5, True), (6, False), (9, False)])
def test_a_part_leans_towards_one_more_note_while_it_has_too_few(written: int, leans: bool) -> None:
    found = aims(6, written=written).stay(after(written))

    assert found is not None
    assert found.tolist() == [STAY if leans else 0] * ROWS


def test_nothing_leans_at_the_end_of_a_bar_or_where_nothing_was_asked() -> None:
    at_end = aims(6, written=1).stay(after(BAR - 3))
    assert at_end is not None
    assert not at_end.any()
    assert Aims(None, ROWS).stay(after(0)) is None
    scores = logits(0, 0)
    assert Aims(None, ROWS).positions(scores, after(0), np.full(ROWS, PART)) is scores


def test_another_bar_and_another_part_are_counted_from_the_beginning() -> None:
    found = aims(2, written=3)
    other = note(8)
    other[Column.PART] = PART + 1
    found.written(np.array([0]), note(9)[None], other[None])
    found.bar_ended(1)

    leaning = found.stay(after(9))
    assert leaning is not None
    assert leaning.tolist() == [STAY, STAY, 0, 0]


@given(SEEDS, st.integers(0, BAR - 2), st.integers(1, 20))
def test_onsets_come_sooner_and_chords_stay_as_likely(
    seed: int, position: int, lacking: int
) -> None:
    scores = logits(seed, position)
    before = chances(scores)
    found = chances(
        aims(lacking + 1, written=1).positions(scores, after(position), np.full(ROWS, PART))
    )

    places = np.arange(MAX_POSITIONS)
    assert (found @ places <= before @ places + 1e-3).all()
    np.testing.assert_allclose(found[:, position], before[:, position], atol=1e-4)
    assert scores[0, position] == logits(seed, position)[0, position], "what was given stays"


@given(SEEDS, st.integers(0, BAR - 2))
def test_a_part_that_has_its_notes_keeps_the_model_s_onsets(seed: int, position: int) -> None:
    scores = logits(seed, position)
    assert aims(3, written=3).positions(scores, after(position), np.full(ROWS, PART)) is scores


def test_denser_takes_have_more_notes_and_a_wish_for_the_same_does_not() -> None:
    composer = small_composer()
    usual, same, denser = (
        sum(t.n_new_notes for t in composer.continue_(band(4), bars=4, options=Options(density=d)))
        for d in (None, "same", "denser")
    )
    assert denser > 1.2 * max(usual, same)
