"""The grid has the score's bars; classes of durations, tempi and instruments are what they say."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from segue.encoding.grid import event_grid, nearest_ticks
from segue.encoding.vocabulary import (
    DRUMS,
    DURATIONS,
    INSTRUMENT_ORDER,
    INSTRUMENT_RANK,
    MAX_POSITIONS,
    N_INSTRUMENTS,
    duration_class,
    tempo_class,
)
from segue.score import MetreMap, Score
from tests.strategies import scores
from tests.unit.encoding.quantising import bars_of

ANY_RESOLUTION = (*range(1, 49), 96, 100, 120, 192, 220, 384, 480, 960, 1000, 32767)


@given(scores(ticks_per_quarter=ANY_RESOLUTION))
def test_the_grid_has_the_score_s_bars_with_long_ones_cut(score: Score) -> None:
    grid = event_grid(score)
    bars = bars_of(score)

    assert grid.starts.tolist() == [*(bar.start for bar in bars), bars[-1].end]
    assert grid.lengths.min() >= 1
    assert grid.lengths.max() <= MAX_POSITIONS


@pytest.mark.parametrize("numerator", [9, 17, 255])
def test_a_bar_of_more_than_eight_quarters_is_written_as_several(numerator: int) -> None:
    score = Score(
        ticks_per_quarter=96,
        tracks=(),
        metre_map=MetreMap.constant(numerator=numerator, denominator=4),
    )

    lengths = event_grid(score).lengths.tolist()

    assert lengths == [MAX_POSITIONS] * (numerator // 8) + [numerator % 8 * 24]


@pytest.mark.parametrize("resolution", [96, 120, 192, 384, 480, 960])
def test_in_usual_resolutions_every_position_and_duration_is_a_tick(resolution: int) -> None:
    positions = np.arange(MAX_POSITIONS)

    exact = positions * resolution / 24

    assert np.array_equal(nearest_ticks(positions, resolution), exact)


@given(st.integers(1, 100_000), st.sampled_from(ANY_RESOLUTION))
@example(165, 120)  # 33 positions: as near to 32 as to 34
def test_a_duration_s_class_is_the_nearest(ticks: int, resolution: int) -> None:
    found = int(duration_class(np.array([ticks * 24 / resolution]))[0])
    distances = [abs(d * resolution - ticks * 24) for d in DURATIONS.tolist()]

    assert found == distances.index(min(distances))


def test_instruments_are_ordered_drums_bass_then_by_program() -> None:
    assert INSTRUMENT_ORDER.tolist() == [DRUMS, *range(32, 40), *range(32), *range(40, 128)]
    assert INSTRUMENT_ORDER[INSTRUMENT_RANK].tolist() == list(range(N_INSTRUMENTS))


@given(st.floats(1, 10_000))
def test_tempo_classes_are_a_ninth_apart_and_end_at_1_and_16(bpm: float) -> None:
    found = int(tempo_class(np.array([bpm]))[0])
    middle = 42 * (9 / 8) ** (found - 1)

    assert 1 <= found <= 16
    if 1 < found < 16:
        assert (8 / 9) ** 0.5 * 0.999 < bpm / middle < (9 / 8) ** 0.5 * 1.001
