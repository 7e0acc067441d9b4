"""Arrangements: parts come and go as they were counted to, and a take keeps to its own."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.sequence import BoolArray
from segue.errors import InputError
from segue.generation.arrangement import (
    HISTORY,
    N_SITUATIONS,
    Arranging,
    arrangement,
    part_grid,
    situation,
)
from segue.score import Notes, Track, slice_bars
from tests.composers import band, small_composer
from tests.strategies import SEEDS

GRIDS = st.lists(
    st.lists(st.booleans(), min_size=3, max_size=3), min_size=HISTORY, max_size=HISTORY
).map(lambda rows: np.array(rows, bool))


def always(probability: float, together: float = 0.0) -> Arranging:
    return Arranging(np.full(N_SITUATIONS, probability), together)


@given(GRIDS)
def test_a_situation_tells_the_lags_and_how_often_a_part_played(history: BoolArray) -> None:
    found = situation(history)
    assert ((found >= 0) & (found < N_SITUATIONS)).all()
    assert (found >> 4).tolist() == history.sum(axis=0).tolist()
    for bit, lag in enumerate((1, 2, 4, 8)):
        assert (found >> bit & 1).tolist() == history[-lag].astype(int).tolist()


@given(GRIDS, SEEDS, st.floats(0, 0.99))
def test_silent_parts_stay_silent_and_others_do_as_their_probability_says(
    history: BoolArray, seed: int, together: float
) -> None:
    heard = history.any(axis=0)
    random = np.random.default_rng(seed)
    assert (always(1, together).draw(history, 5, random) == heard).all()
    drawn = Arranging.shipped().draw(history, 20, random)
    assert drawn.shape == (20, 3)
    assert not drawn[:, ~heard].any()


@given(GRIDS, SEEDS, st.floats(0, 0.99))
def test_of_several_parts_one_plays_in_every_bar_and_one_alone_may_rest(
    history: BoolArray, seed: int, together: float
) -> None:
    never = always(0, together).draw(history, 5, np.random.default_rng(seed))
    several = history.any(axis=0).sum() > 1
    assert never.sum(axis=1).tolist() == [int(several)] * 5


def test_the_more_in_common_the_more_often_all_do_the_same() -> None:
    history = np.ones((HISTORY, 8), bool)
    same = []
    for together in (0.0, 0.5, 0.95):
        drawn = always(0.5, together).draw(history, 2000, np.random.default_rng(0))
        assert drawn.mean() == pytest.approx(0.5, abs=0.05)
        same.append((drawn == drawn[:, :1]).all(axis=1).mean())
    assert same[0] < same[1] < same[2]


def test_what_was_drawn_is_counted_again() -> None:
    truth = replace(Arranging.shipped(), together=0)  # dice in common are few
    random = np.random.default_rng(4)
    history = random.random((HISTORY, 400)) < 0.7
    grid = np.concatenate([history, truth.draw(history, 400, random)])
    counted = Arranging.counted([grid])
    met = np.bincount(
        np.concatenate([situation(grid[b - HISTORY : b]) for b in range(HISTORY, len(grid))]),
        minlength=N_SITUATIONS,
    )
    often = met > 1000
    often[0] = False  # silent for eight bars: that a part joins is not counted
    assert often.sum() > 5
    assert np.abs(counted.plays - truth.plays)[often].max() < 0.05  # three standard errors


def test_json_goes_there_and_back_and_refuses_what_is_out_of_range() -> None:
    shipped = Arranging.shipped()
    again = Arranging.from_json(shipped.to_json())
    assert (again.plays == shipped.plays).all()
    assert again.together == shipped.together
    with pytest.raises(InputError, match="144 probabilities"):
        Arranging.from_json('{"plays": [0.5], "together": 0}')
    with pytest.raises(InputError, match="together"):
        Arranging.from_json(always(0.5, 1.0).to_json())


@given(SEEDS, st.integers(1, 8), st.integers(1, 6))
def test_an_arrangement_is_of_the_piece_and_never_all_silent(
    seed: int, take: int, bars: int
) -> None:
    piece = band(4)
    allowed = np.array([True, False, True])
    found = arrangement(piece, 4, bars, allowed=allowed, seed=seed, take=take)
    assert found.shape == (bars, 3)
    assert found.any()
    assert not found[:, ~allowed].any()
    same = arrangement(piece, 4, bars, allowed=allowed, seed=seed, take=take)
    assert (found == same).all()


def test_a_part_without_notes_that_may_play_comes_in() -> None:
    piece = band(4)
    flute = Track(notes=Notes.empty(), program=73)
    allowed = np.array([False, False, False, True])
    found = arrangement(
        piece.with_tracks([*piece.tracks, flute]), 4, 4, allowed=allowed, seed=1, take=1
    )
    assert found[:, 3].mean() > 0.5


def test_a_take_plays_what_its_arrangement_says_bar_by_bar() -> None:
    piece, bars = band(4), 6
    composer = small_composer(context=256)
    for take in composer.continue_(piece, bars=bars, takes=3, seed=2):
        every = np.ones(3, bool)
        planned = arrangement(piece, 4, bars, allowed=every, seed=2, take=take.number)
        played = part_grid(take.score, 4 + bars)[4:]
        assert (played == planned).all()
    one_bar = slice_bars(piece, 0, 1)
    assert composer.continue_(one_bar, bars=2, takes=1)[0].new_bars.n_notes
