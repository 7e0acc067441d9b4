"""What the model is shown: the active bars nearest to the region, each note on its side."""

from typing import Any

import numpy as np
import pytest

from segue.encoding.roster import Roster
from segue.encoding.sequence import BAR_EVENT, VISIBLE, Column
from segue.encoding.table import Field
from segue.generation import window as windows_
from segue.generation.window import Region, Window
from segue.score import Notes, Score, Track
from tests.composers import band, line, score_of


def roster_of(score: Score) -> Roster:
    programs = [128 if track.is_drum else track.program for track in score.tracks]
    return Roster(np.array(programs), np.arange(len(programs)))


def cut_window(score: Score, region: Region, *, events: int, max_bars: int) -> Window:
    return windows_.cut_window(score, roster_of(score), region, events=events, max_bars=max_bars)


def cut_windows(scores: list[Score], region: Region, **limits: Any) -> list[Window]:
    return windows_.cut_windows(scores, [roster_of(s) for s in scores], region, **limits)


def bars_shown(score: Score, region: Region, *, events: int = 500, max_bars: int = 64) -> list[int]:
    window = cut_window(score, region, events=events, max_bars=max_bars)
    return [int(bar) for bar in window.bars_of_piece]


def test_silence_before_the_music_and_before_the_region_is_not_shown() -> None:
    score = score_of(line([60] * 8, start=3 * 384))
    assert bars_shown(score, Region(8, 10)) == [3, 4, 8, 9]


def test_silence_at_the_end_shows_the_model_the_same_as_none() -> None:
    score = score_of(line([60, 62, 64, 65] * 3))
    at_once = cut_window(score, Region(3, 5), events=500, max_bars=64)
    later = cut_window(score, Region(5, 7), events=500, max_bars=64)
    assert np.array_equal(at_once.visible, later.visible)
    assert np.array_equal(at_once.prefix(500), later.prefix(500))
    assert np.array_equal(at_once.bar_events(), later.bar_events())


def test_of_too_much_music_the_nearest_bars_are_shown() -> None:
    # 13 events a bar: 12 notes and the bar itself.
    assert bars_shown(band(bars=8), Region(8, 9), events=39) == [6, 7, 8]
    assert bars_shown(band(bars=8), Region(4, 5), events=120) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert bars_shown(band(bars=8), Region(4, 5), events=60) == [1, 2, 3, 4, 5]
    assert bars_shown(band(bars=8), Region(4, 5), max_bars=4) == [2, 3, 4, 5]


def test_a_bar_with_more_than_fits_is_shown_in_part() -> None:
    window = cut_window(band(bars=3), Region(3, 4), events=8, max_bars=64)
    prefix = window.prefix(8)
    assert len(prefix) == 8
    assert prefix[0, Column.KIND] == BAR_EVENT
    assert (prefix[:, Column.BAR] == 0).all()


def test_what_is_ahead_has_its_place_in_a_prefix_that_is_too_long() -> None:
    score = band(bars=9)
    window = cut_window(score, Region(4, 5, tracks=(1,)), events=200, max_bars=64)
    prefix = window.prefix(40)
    first = int(np.argmax(window.written))
    assert len(prefix) == 40
    assert (prefix[:, Column.ROLE] == VISIBLE).all()
    assert (prefix[:, Column.BAR] >= first).sum() == 20
    assert (np.diff(prefix[:, Column.BAR]) >= 0).all()


def test_a_note_just_before_the_region_is_shown_and_one_just_before_its_end_is_not() -> None:
    early = Notes.of(onset=[380, 764], duration=[10, 10], pitch=[60, 61], velocity=[80, 80])
    score = score_of(Track(notes=early), line([50] * 12, program=33))
    window = cut_window(score, Region(1, 2), events=500, max_bars=64)
    shown = window.visible[window.visible[:, Field.PART] == 0]
    assert shown[:, [Field.BAR, Field.POSITION, Field.PITCH]].tolist() == [[0, 95, 60]]
    replaced = window.hidden[window.hidden[:, Field.PART] == 0]
    assert replaced[:, [Field.BAR, Field.POSITION, Field.PITCH]].tolist() == [[1, 95, 61]]


def test_versions_share_their_bars() -> None:
    full, half = band(bars=6), band(bars=6)
    half = half.with_tracks([half.tracks[0], *score_of(line([60] * 8), line([62] * 8)).tracks])
    windows = cut_windows([full, half], Region(6, 8), events=40, max_bars=64)
    assert windows[0].bars_of_piece.tolist() == windows[1].bars_of_piece.tolist() == [4, 5, 6, 7]
    assert len(windows[1].visible) < len(windows[0].visible)


def test_nothing_after_the_region_is_shown_where_it_is_not_to_be() -> None:
    windows = cut_windows([band(4)], Region(1, 2), events=99, max_bars=64, show_after=False)
    assert windows[0].bars_of_piece.tolist() == [0, 1]


@pytest.mark.parametrize("key", [None, 0, 23])
def test_a_key_is_told_in_every_bar_or_in_none(key: int | None) -> None:
    window = cut_window(band(2), Region(2, 3), events=99, max_bars=64).with_key(key)
    assert set(window.bars.keys.tolist()) == {0 if key is None else key + 1}
