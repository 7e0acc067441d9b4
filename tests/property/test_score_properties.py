"""What holds for every score: sorting, bars, tempo, and that cutting and joining are inverse."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from segue.errors import InputError
from segue.score import (
    BarGrid,
    MetreMap,
    Notes,
    Score,
    TempoMap,
    append_bars,
    diff,
    resample,
    slice_bars,
    splice,
    transpose,
)
from tests.strategies import RESOLUTIONS, SEEDS, metre_maps, notes, scores, tempo_maps


@given(notes(), SEEDS)
def test_the_order_of_given_notes_does_not_matter(played: Notes, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(played))
    columns = {name: column[order] for name, column in played.columns().items()}

    assert Notes.of(**columns) == played


@given(notes(), notes())
def test_notes_are_sorted_by_onset_pitch_duration_velocity(a: Notes, b: Notes) -> None:
    both = Notes.concat([a, b])
    rows = list(zip(both.onset, both.pitch, both.duration, both.velocity, strict=True))

    assert rows == sorted(rows)
    assert len(both) == len(a) + len(b)


@given(notes(), st.integers(0, 10_000))
def test_shifting_there_and_back_changes_nothing(played: Notes, ticks: int) -> None:
    assert played.shifted(ticks).shifted(-ticks) == played


@given(st.lists(notes(max_notes=5), max_size=4))
def test_grouping_is_the_same_as_track_by_track(parts: list[Notes]) -> None:
    columns = {
        name: np.concatenate([part.columns()[name] for part in parts] or [np.zeros(0, np.int64)])
        for name in ("onset", "duration", "pitch", "velocity")
    }
    group = np.repeat(np.arange(len(parts)), [len(part) for part in parts])

    assert Notes.grouped(group=group, n_groups=len(parts), **columns) == parts


@given(scores(), st.integers(-12, 12))
def test_transposing_there_and_back_changes_nothing(score: Score, semitones: int) -> None:
    try:
        moved = transpose(score, semitones)
    except InputError:
        assume(False)

    assert diff(score, transpose(moved, -semitones)) == []
    for before, after in zip(score.tracks, moved.tracks, strict=True):
        assert not before.is_drum or before.notes == after.notes


# Bars


def bars_one_by_one(metre: MetreMap, ticks_per_quarter: int, n_bars: int) -> list[int]:
    """The first bar lines by exact fractions, one bar after another."""
    starts = [0]
    exact = Fraction(0)
    segment = 0
    while len(starts) <= n_bars:
        beat = Fraction(4 * ticks_per_quarter, int(metre.denominator[segment]))
        exact += max(beat * int(metre.numerator[segment]), Fraction(1))
        if segment + 1 < len(metre) and int(exact) >= metre.ticks[segment + 1]:
            segment += 1
            exact = Fraction(int(metre.ticks[segment]))
        starts.append(int(exact))
    return starts


@given(metre_maps(), st.sampled_from(RESOLUTIONS), st.integers(0, 60))
def test_bar_lines_are_those_of_counting_bar_by_bar(
    metre: MetreMap, ticks_per_quarter: int, n_bars: int
) -> None:
    grid = BarGrid.build(metre, ticks_per_quarter=ticks_per_quarter, n_bars=n_bars)

    assert grid.starts.tolist() == bars_one_by_one(metre, ticks_per_quarter, n_bars)
    assert grid.n_bars == n_bars


@given(metre_maps(), st.sampled_from((1, 24, 480)), st.integers(0, 5000))
def test_bars_tile_the_time_and_reach_as_far_as_asked(
    metre: MetreMap, ticks_per_quarter: int, end_tick: int
) -> None:
    grid = BarGrid.build(metre, ticks_per_quarter=ticks_per_quarter, end_tick=end_tick)

    assert grid.starts[0] == 0
    assert (grid.lengths >= 1).all()
    assert grid.end_tick >= end_tick
    assert grid.n_bars == 0 or grid.starts[-2] < end_tick, "no more bars than needed"


@given(metre_maps(), st.sampled_from((24, 480)), st.lists(st.integers(0, 9000), max_size=20))
def test_each_tick_is_in_the_bar_that_holds_it(
    metre: MetreMap, ticks_per_quarter: int, ticks: list[int]
) -> None:
    grid = BarGrid.build(metre, ticks_per_quarter=ticks_per_quarter, end_tick=9001)
    for tick, bar in zip(ticks, grid.bar_of(ticks).tolist(), strict=True):
        assert grid.start(bar) <= tick < grid.start(bar) + grid.length(bar)
        assert (grid.numerator[bar], grid.denominator[bar]) == metre.metre_at(grid.start(bar))


@given(metre_maps(), st.sampled_from(RESOLUTIONS))
def test_every_metre_event_begins_a_bar(metre: MetreMap, ticks_per_quarter: int) -> None:
    grid = BarGrid.build(metre, ticks_per_quarter=ticks_per_quarter, end_tick=4001)

    assert set(metre.ticks.tolist()) <= set(grid.starts.tolist())


@given(scores())
def test_the_bars_of_a_score_hold_every_onset(score: Score) -> None:
    for track in score.tracks:
        assert (score.bar_grid().bar_of(track.notes.onset) < score.n_bars).all()


# Tempo


def seconds_one_by_one(tempo: TempoMap, tick: int, ticks_per_quarter: int) -> Fraction:
    total = Fraction(0)
    ends = [*tempo.ticks.tolist()[1:], None]
    for begin, end, us in zip(
        tempo.ticks.tolist(), ends, tempo.us_per_quarter.tolist(), strict=True
    ):
        span = max(0, (tick if end is None else min(tick, end)) - begin)
        total += Fraction(span * us, ticks_per_quarter * 1_000_000)
    return total


@given(tempo_maps(), st.sampled_from(RESOLUTIONS), st.lists(st.integers(0, 2**30), max_size=8))
def test_seconds_are_those_of_exact_fractions(
    tempo: TempoMap, ticks_per_quarter: int, ticks: list[int]
) -> None:
    expected = [float(seconds_one_by_one(tempo, tick, ticks_per_quarter)) for tick in ticks]

    assert tempo.seconds_at(ticks, ticks_per_quarter).tolist() == pytest.approx(expected, rel=1e-12)


@given(tempo_maps(), st.sampled_from((1, 96, 480)), st.lists(st.integers(0, 10**6), max_size=8))
def test_ticks_of_seconds_are_the_ticks_again(
    tempo: TempoMap, ticks_per_quarter: int, ticks: list[int]
) -> None:
    assume((tempo.us_per_quarter > 100).all())  # else a tick is lost in the float's last digits
    seconds = tempo.seconds_at(ticks, ticks_per_quarter)

    assert tempo.ticks_at(seconds, ticks_per_quarter).tolist() == ticks


# Cutting and joining


@given(scores(ticks_per_quarter=(480, 960)), st.data())
def test_a_score_cut_in_two_joins_again(score: Score, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, score.n_bars))
    first, second = slice_bars(score, 0, cut), slice_bars(score, cut, score.n_bars)
    joined = append_bars(first, second, at_bar=cut)

    for before, after in zip(score.tracks, joined.tracks, strict=True):
        assert before.notes == after.notes
    assert joined.bar_grid().starts.tolist() == score.bar_grid().starts.tolist()
    for tick in range(0, score.last_onset + 1, 97):
        assert joined.tempo_map.us_at(tick) == score.tempo_map.us_at(tick)
        assert joined.metre_map.metre_at(tick) == score.metre_map.metre_at(tick)


@given(scores(ticks_per_quarter=(480, 960)), st.data())
def test_a_slice_has_the_bars_it_was_cut_from(score: Score, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, score.n_bars))
    last = data.draw(st.integers(first, score.n_bars))
    part = slice_bars(score, first, last)
    lengths = score.bar_grid().lengths[first:last]

    assert part.bar_grid(n_bars=last - first).lengths.tolist() == lengths.tolist()
    assert part.n_bars <= last - first


@given(scores(), st.data())
def test_replacing_bars_by_themselves_changes_nothing(score: Score, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, score.n_bars))
    last = data.draw(st.integers(first, score.n_bars))
    same = splice(score, slice_bars(score, first, last), first_bar=first, last_bar=last)

    assert diff(score, same) == []


@given(scores(min_tracks=1), scores(max_tracks=2), st.data())
def test_splicing_touches_only_the_chosen_bars_and_tracks(
    score: Score, other: Score, data: st.DataObject
) -> None:
    other = resample(other, score.ticks_per_quarter)
    first = data.draw(st.integers(0, score.n_bars))
    last = data.draw(st.integers(first, score.n_bars + 2))
    chosen = data.draw(st.sets(st.integers(0, len(score.tracks) - 1)))
    grid = score.bar_grid(n_bars=last)
    start, end = grid.start(first), grid.start(last)
    room = [t.with_notes(t.notes.select(t.notes.onset < end - start)) for t in other.tracks]
    result = splice(
        score, other.with_tracks(room), first_bar=first, last_bar=last, tracks=sorted(chosen)
    )

    assert len(result.tracks) == len(score.tracks)
    for index, (before, after) in enumerate(zip(score.tracks, result.tracks, strict=True)):
        inside = (before.notes.onset >= start) & (before.notes.onset < end)
        kept = before.notes.select(~inside) if index in chosen else before.notes
        new = [room[index].notes.shifted(start)] if index in chosen and index < len(room) else []
        assert after.notes == Notes.concat([kept, *new])


@given(scores(ticks_per_quarter=(24, 96, 480)), st.integers(1, 30))
def test_resampling_to_a_multiple_and_back_changes_nothing(score: Score, factor: int) -> None:
    finer = resample(score, score.ticks_per_quarter * factor)

    assert diff(score, resample(finer, score.ticks_per_quarter)) == []
    assert finer.duration_s == pytest.approx(score.duration_s)


@given(scores(), st.sampled_from((1, 12, 24)))
def test_resampled_notes_that_touched_still_touch(score: Score, ticks_per_quarter: int) -> None:
    coarser = resample(score, ticks_per_quarter)
    ratio = ticks_per_quarter / score.ticks_per_quarter
    for before, after in zip(score.tracks, coarser.tracks, strict=True):
        exact = np.sort(before.notes.offset * ratio)
        assert (
            np.abs(np.sort(after.notes.onset) - np.sort(before.notes.onset * ratio)) <= 0.5
        ).all()
        assert (np.sort(after.notes.offset) - exact <= 1.5).all()
        assert (after.notes.duration >= 1).all()


@given(scores(max_tracks=2), scores(max_tracks=2))
def test_there_are_no_differences_exactly_between_equal_scores(a: Score, b: Score) -> None:
    assert diff(a, a) == []
    assert (diff(a, b) == []) == (a == b)
