"""New notes are played around the beat as the part's own notes are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.grid import event_grid
from segue.encoding.table import Field
from segue.encoding.vocabulary import IntArray
from segue.generation.feel import Feels
from segue.score import Notes
from tests.composers import band, boosted, line, score_of

GRID = event_grid(score_of(line([60] * 32, step=480), ticks_per_quarter=480))
LATE = 7
"""Ticks; a position has 20."""


def played(onsets: list[int]) -> Notes:
    count = len(onsets)
    return Notes.of(onset=onsets, duration=[9] * count, pitch=[60] * count, velocity=[80] * count)


def table(part: int, positions: list[int], bar: int = 6) -> IntArray:
    rows = np.zeros((len(positions), len(Field)), np.int64)
    rows[:, Field.BAR], rows[:, Field.PART], rows[:, Field.POSITION] = bar, part, positions
    return rows


def test_who_plays_behind_the_beat_goes_on_so_and_who_is_on_the_grid_stays_there() -> None:
    late = played([480 * beat + LATE for beat in range(8)])
    straight = played([480 * beat for beat in range(8)])
    feels = Feels.of([late, straight], GRID, near=4800)
    assert feels.offsets[1] is None
    rows = np.concatenate([table(0, [0, 24, 30]), table(1, [0, 24, 30])])
    grid = 6 * 1920 + 20 * np.array([0, 24, 30, 0, 24, 30])
    assert (feels.moved(rows, GRID, take=1) - grid).tolist() == [LATE] * 3 + [0] * 3


def test_each_place_of_a_beat_has_its_own_offsets() -> None:
    notes = played([480 * beat + off for beat in range(8) for off in (0, 240 + LATE)])
    feels = Feels.of([notes], GRID, near=4800)
    moved = feels.moved(table(0, [0, 12, 24, 36]), GRID, take=1)
    assert (moved - 6 * 1920).tolist() == [0, 240 + LATE, 480, 720 + LATE]


@given(st.lists(st.integers(0, 1919), min_size=1, max_size=30, unique=True), st.integers(1, 64))
def test_notes_stay_in_their_bar_and_take_offsets_that_were_played(
    ticks: list[int], take: int
) -> None:
    notes = played(sorted(ticks))
    feels = Feels.of([notes], GRID, near=1920)
    rows = table(0, list(range(0, 96, 5)))
    moved = feels.moved(rows, GRID, take=take)
    assert ((moved >= 6 * 1920) & (moved < 7 * 1920)).all()
    assert (np.abs(moved - 6 * 1920 - 20 * rows[:, Field.POSITION]) <= 10).all()
    assert moved.tolist() == feels.moved(rows, GRID, take=take).tolist()


def test_a_take_swings_as_its_prompt_does() -> None:
    late = line([60] * 32, step=24)
    late = late.with_notes(late.notes.shifted(1))  # a quarter of a position behind the beat
    piece = band(2).with_tracks([*band(2).tracks, late])
    composer = boosted([0], 4.0)
    (take,) = composer.continue_(piece, bars=2, takes=1)
    onset = take.new_bars.tracks[3].notes.onset
    assert len(onset)
    assert (onset % 4 == 1).all()
    straight = np.concatenate([take.new_bars.tracks[i].notes.onset for i in range(3)])
    assert (straight % 4 == 0).all()
