"""Bar self-similarity."""

import pytest

from segue.errors import InputError
from segue.metrics import bar_similarity, bars_in_common, distinct_bars
from tests.unit.metrics.music import BAR, SILENCE, melody, piece, track

A = (60, 62, 64, 65)
B = (67, 67, 69, 69)


def test_a_literal_repetition_is_one() -> None:
    assert bar_similarity(piece(melody(*A, *A)), lag=1) == 1.0


def test_alternating_bars_come_back_after_two() -> None:
    score = piece(melody(*A, *B, *A, *B))

    assert bar_similarity(score, lag=1) == 0.0
    assert bar_similarity(score, lag=2) == 1.0
    assert distinct_bars(score) == 0.5


def test_half_the_notes_are_a_third_of_the_union() -> None:
    assert bar_similarity(piece(melody(60, 62, 64, 65, 60, 62, 70, 71)), lag=1) == (
        pytest.approx(1 / 3)
    )


def test_the_same_pitch_on_another_instrument_is_another_thing() -> None:
    piano = track(melody(*A), program=0)
    guitar = track(
        [(onset + BAR, length, pitch) for onset, length, pitch in melody(*A)], program=25
    )

    assert bar_similarity(piece(piano, guitar), lag=1) == 0.0


def test_pairs_of_silent_bars_are_left_out() -> None:
    score = piece([(0, 10, 60), (BAR, 10, 60), (5 * BAR, 10, 60)])

    assert bar_similarity(score, lag=1) == pytest.approx(1 / 3)  # 1-2 alike, 2-3 and 5-6 not


def test_silence_and_a_lag_beyond_the_end_are_nothing() -> None:
    assert bar_similarity(SILENCE, lag=1) == 0.0
    assert bar_similarity(piece(melody(*A, *A)), lag=2) == 0.0
    assert distinct_bars(SILENCE) == 0.0


def test_a_lag_is_at_least_a_bar() -> None:
    with pytest.raises(InputError, match="at least 1 bar, got 0"):
        bar_similarity(SILENCE, lag=0)


def test_bars_of_two_pieces_are_compared_one_by_one() -> None:
    first, second = piece(melody(*A, *B)), piece(melody(*A, *A))

    assert bars_in_common(first, first) == 1.0
    assert bars_in_common(first, second) == 0.5
    assert bars_in_common(first, piece(melody(*B, *A))) == 0.0
    assert bars_in_common(SILENCE, SILENCE) is None


def test_what_lies_a_prompt_s_length_apart_is_the_self_similarity_at_that_lag() -> None:
    whole = piece(melody(*A, *B, *A, *A))

    assert bars_in_common(piece(melody(*A, *B)), piece(melody(*A, *A))) == (
        bar_similarity(whole, lag=2)
    )
