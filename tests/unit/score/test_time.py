"""Tempo, metre and bars: defaults, pickups, odd metres, limits."""

import re

import pytest

from segue.errors import InputError
from segue.score import BarGrid, MetreMap, Notes, Score, TempoMap, Track


def piece(*onsets: int, metre_map: MetreMap | None = None, ticks_per_quarter: int = 24) -> Score:
    notes = Notes.of(
        onset=onsets,
        duration=[1000] * len(onsets),
        pitch=[60] * len(onsets),
        velocity=[64] * len(onsets),
    )
    return Score(
        ticks_per_quarter=ticks_per_quarter,
        tracks=(Track(notes=notes),),
        metre_map=metre_map or MetreMap.constant(),
    )


# Tempo


def test_without_events_the_tempo_is_120_and_the_metre_4_4() -> None:
    score = piece()

    assert score.tempo_map.bpm_at(0) == 120
    assert score.metre_map.metre_at(10**9) == (4, 4)


def test_before_its_first_event_a_map_has_the_default() -> None:
    assert TempoMap.of(ticks=[10], us_per_quarter=[1]).us_at(9) == 500_000
    assert MetreMap.of(ticks=[10], numerator=[3], denominator=[8]).metre_at(9) == (4, 4)


def test_of_two_events_at_one_tick_the_later_holds() -> None:
    tempo = TempoMap.of(ticks=[5, 0, 5], us_per_quarter=[1, 2, 3])

    assert tempo.ticks.tolist() == [0, 5]
    assert tempo.us_per_quarter.tolist() == [2, 3]


def test_seconds_keep_the_shape_of_the_ticks() -> None:
    assert TempoMap.constant().seconds_at([[0, 24], [48, 72]], 24).tolist() == [[0, 0.5], [1, 1.5]]
    assert float(TempoMap.constant().seconds_at(24, 24)) == 0.5


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"ticks": [0], "us_per_quarter": [0]}, "us_per_quarter must be 1..16777215, got 0"),
        ({"ticks": [-1], "us_per_quarter": [1]}, "tempo tick must be 0..1099511627776, got -1"),
        ({"ticks": [0, 1], "us_per_quarter": [1]}, "2 tempo ticks but 1 values"),
    ],
)
def test_wrong_tempo_events_are_refused(columns: dict[str, list[int]], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        TempoMap.of(**columns)


# Metre


@pytest.mark.parametrize(
    ("metre", "message"),
    [
        ((0, 4), "numerator must be 1..255, got 0"),
        ((4, 0), "denominator must be 1..64, got 0"),
        ((4, 128), "denominator must be 1..64, got 128"),
        ((4, 12), "denominator must be a power of two, got 12 (event 0)"),
    ],
)
def test_wrong_metres_are_refused(metre: tuple[int, int], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        MetreMap.constant(numerator=metre[0], denominator=metre[1])


# Bars


@pytest.mark.parametrize(
    ("numerator", "denominator", "length"), [(4, 4, 96), (7, 8, 84), (17, 16, 102), (3, 2, 144)]
)
def test_a_bar_is_as_long_as_its_metre_says(numerator: int, denominator: int, length: int) -> None:
    metre = MetreMap.constant(numerator=numerator, denominator=denominator)

    assert piece(500, metre_map=metre).bar_grid().length(0) == length


def test_a_metre_event_inside_a_bar_cuts_it_short() -> None:
    metre = MetreMap.of(ticks=[0, 24, 156], numerator=[4, 4, 3], denominator=[4, 4, 4])
    grid = piece(300, metre_map=metre).bar_grid()

    assert grid.starts.tolist() == [0, 24, 120, 156, 228, 300, 372]
    assert grid.numerator.tolist() == [4, 4, 4, 3, 3, 3]


def test_bars_shorter_than_a_tick_have_one_tick() -> None:
    metre = MetreMap.constant(numerator=1, denominator=64)

    assert piece(2, metre_map=metre, ticks_per_quarter=1).bar_grid().starts.tolist() == [0, 1, 2, 3]


def test_bars_of_fractional_length_do_not_drift() -> None:
    metre = MetreMap.constant(numerator=1, denominator=64)
    grid = BarGrid.build(metre, ticks_per_quarter=24, n_bars=4)

    assert grid.starts.tolist() == [0, 1, 3, 4, 6]


def test_a_score_has_the_bars_of_its_onsets_whatever_rings_on() -> None:
    assert piece().n_bars == 0
    assert piece(0).n_bars == 1
    assert piece(95).n_bars == 1
    assert piece(96).n_bars == 2


def test_a_grid_reaches_as_far_as_asked_and_never_less_than_the_notes() -> None:
    score = piece(96)

    assert score.bar_grid(n_bars=5).n_bars == 5
    assert score.bar_grid(n_bars=1).n_bars == 2
    assert score.bar_grid(end_tick=97 + 96).n_bars == 3
    assert score.bar_grid(end_tick=score.end_tick).end_tick >= score.end_tick


def test_ticks_at_or_after_the_end_are_in_no_bar() -> None:
    assert piece(0).bar_grid().bar_of([0, 95, 96, 10**6]).tolist() == [0, 0, 1, 1]


def test_a_bar_that_is_not_there_is_told() -> None:
    grid = piece(0).bar_grid()

    assert grid.start(1) == grid.end_tick
    with pytest.raises(InputError, match=r"bar 1 is outside 0\.\.0; the grid has 1 bars"):
        grid.length(1)
    with pytest.raises(InputError, match="bar -1"):
        grid.start(-1)


def test_a_million_bars_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(InputError, match="more than 1000000"):
        piece(2**40).bar_grid()


def test_a_metre_far_behind_the_notes_costs_nothing() -> None:
    metre = MetreMap.of(ticks=[0, 2**40], numerator=[4, 3], denominator=[4, 4])

    assert piece(0, metre_map=metre).n_bars == 1


def test_each_of_ten_thousand_bars_is_found_by_its_start() -> None:
    grid = piece(0).bar_grid(n_bars=10_000)

    assert grid.bar_of(grid.starts).tolist() == list(range(10_001))  # the last is the end
