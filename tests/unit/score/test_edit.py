"""Slicing, appending, splicing, resampling: the conventions, and what is refused."""

import pytest

from segue.errors import InputError
from segue.score import (
    MetreMap,
    Notes,
    Score,
    TempoMap,
    Track,
    append_bars,
    diff,
    resample,
    slice_bars,
    splice,
    transpose,
)


def line(*onsets: int, duration: int = 24, **more: object) -> Track:
    notes = Notes.of(
        onset=onsets,
        duration=[duration] * len(onsets),
        pitch=[60] * len(onsets),
        velocity=[64] * len(onsets),
    )
    return Track(notes=notes, **more)  # type: ignore[arg-type]


def piece(*tracks: Track, **more: object) -> Score:
    return Score(ticks_per_quarter=24, tracks=tracks, **more)  # type: ignore[arg-type]


def onsets(score: Score) -> list[list[int]]:
    return [track.notes.onset.tolist() for track in score.tracks]


def test_a_slice_holds_the_notes_that_begin_in_it_at_full_length() -> None:
    score = piece(line(0, 90, 96, 191, 192, duration=500), line())
    part = slice_bars(score, 1, 2)

    assert onsets(part) == [[0, 95], []]
    assert part.tracks[0].notes.duration.tolist() == [500, 500]


def test_a_slice_carries_the_tempo_and_metre_in_force() -> None:
    score = piece(
        line(0, 400),
        tempo_map=TempoMap.of(ticks=[0, 50, 200], us_per_quarter=[1, 2, 3]),
        metre_map=MetreMap.of(ticks=[0, 96], numerator=[4, 3], denominator=[4, 4]),
    )
    part = slice_bars(score, 1, 3)

    assert part.tempo_map == TempoMap.of(ticks=[0, 104], us_per_quarter=[2, 3])
    assert part.metre_map == MetreMap.constant(numerator=3)


def test_a_slice_that_ends_with_a_short_bar_keeps_it_short() -> None:
    metre = MetreMap.of(ticks=[0, 24], numerator=[4, 3], denominator=[4, 4])
    pickup = slice_bars(piece(line(0, 24), metre_map=metre), 0, 1)

    assert pickup.bar_grid(n_bars=1).end_tick == 24


def test_a_slice_past_the_end_is_empty() -> None:
    assert slice_bars(piece(line(0)), 5, 9).n_notes == 0


@pytest.mark.parametrize(("first", "last"), [(-1, 2), (3, 2)])
def test_a_range_that_is_none_is_refused(first: int, last: int) -> None:
    with pytest.raises(InputError, match=f"bars {first}..{last} are not a range"):
        slice_bars(piece(line(0)), first, last)


def test_appending_begins_at_the_bar_after_the_last_onset() -> None:
    joined = append_bars(piece(line(0, 100)), piece(line(0, name="new"), line(7)))

    assert onsets(joined) == [[0, 100, 192], [199]]
    assert joined.tracks[0].name == ""


def test_appending_brings_its_tempo_and_metre_only_where_they_change() -> None:
    before = piece(line(0), tempo_map=TempoMap.constant(7))
    same = append_bars(before, piece(line(0), tempo_map=TempoMap.constant(7)))
    other = append_bars(before, piece(line(0), metre_map=MetreMap.constant(numerator=3)))

    assert same.tempo_map == TempoMap.constant(7)
    assert same.metre_map == MetreMap.constant()
    assert other.tempo_map == TempoMap.of(ticks=[0, 96], us_per_quarter=[7, 500_000])
    assert other.metre_map == MetreMap.of(ticks=[0, 96], numerator=[4, 3], denominator=[4, 4])


def test_appending_replaces_what_begins_after_the_join() -> None:
    joined = append_bars(piece(line(0, 100, 200)), piece(line(5)), at_bar=1)

    assert onsets(joined) == [[0, 101]]


def test_joining_needs_one_resolution() -> None:
    other = Score(ticks_per_quarter=480, tracks=())
    with pytest.raises(InputError, match=r"call resample\(score, 24\) first"):
        append_bars(piece(line(0)), other)
    with pytest.raises(InputError, match="cannot join 480 ticks a quarter to 24"):
        splice(piece(line(0)), other, first_bar=0, last_bar=1)


def test_splicing_replaces_one_track_in_a_range_of_bars() -> None:
    score = piece(line(0, 100, 200), line(0, 100, 200))
    result = splice(score, piece(line(), line(1, 2)), first_bar=1, last_bar=2, tracks=[1])

    assert onsets(result) == [[0, 100, 200], [0, 97, 98, 200]]


def test_splicing_adds_new_tracks() -> None:
    result = splice(piece(line(0)), piece(line(), line(3)), first_bar=0, last_bar=1)

    assert onsets(result) == [[], [3]]


def test_splicing_refuses_notes_outside_the_range() -> None:
    with pytest.raises(InputError, match="begins at tick 96 of the replacement"):
        splice(piece(line(0)), piece(line(96)), first_bar=0, last_bar=1)


def test_splicing_refuses_an_unknown_track() -> None:
    with pytest.raises(InputError, match=r"no track 2; the score has tracks 0\.\.0"):
        splice(piece(line(0)), piece(line(0)), first_bar=0, last_bar=1, tracks=[2])


def test_resampling_rounds_halves_up_and_keeps_a_tick() -> None:
    coarse = resample(piece(line(1, 2, 3, duration=1)), 12)

    assert onsets(coarse) == [[1, 1, 2]]
    assert coarse.tracks[0].notes.duration.tolist() == [1, 1, 1]


def test_resampling_to_an_impossible_resolution_is_refused() -> None:
    with pytest.raises(InputError, match="got 0"):
        resample(piece(), 0)


def test_transposing_names_the_track_that_does_not_fit() -> None:
    with pytest.raises(InputError, match="track 1 'low': transposing by -61"):
        transpose(piece(line(0, is_drum=True), line(0, name="low")), -61)


def test_differences_are_told_in_words_and_not_without_end() -> None:
    a = piece(line(*range(100)), name="A")
    b = piece(line(0, program=5), line(), name="A", tempo_map=TempoMap.constant(9))
    lines = diff(a, b)

    assert lines[:3] == [
        "number of tracks: 1 became 2",
        "tempo at tick 0: 500000 us a quarter became 9 us a quarter",
        "track 0 program: 0 became 5",
    ]
    assert lines[3] == "track 0 missing note: onset 1, pitch 60, duration 24, velocity 64"
    assert lines[-1] == "track 0: 89 more notes differ"
