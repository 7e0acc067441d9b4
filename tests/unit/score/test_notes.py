"""Notes and tracks: what is accepted, what is refused and how, and that nothing can be changed."""

import re

import numpy as np
import pytest

from segue.errors import InputError
from segue.score import Notes, Score, Track

GOOD = {"onset": [0, 10], "duration": [5, 5], "pitch": [60, 61], "velocity": [1, 127]}


def test_notes_are_cast_and_sorted() -> None:
    notes = Notes.of(
        onset=np.array([10, 0, 0], np.int32),
        duration=[5, 9, 5],
        pitch=[1, 60, 60],
        velocity=np.array([9, 8, 7], np.uint8),
    )

    assert notes.onset.tolist() == [0, 0, 10]
    assert notes.duration.tolist() == [5, 9, 5]
    assert notes.velocity.tolist() == [7, 8, 9]
    assert [c.dtype for c in notes.columns().values()] == [np.int64, np.int64, np.uint8, np.uint8]
    assert notes.offset.tolist() == [5, 9, 15]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("onset", [0, -1], "onset must be 0..1099511627776, got -1 (note 1)"),
        ("onset", [0, 2**50], "got 1125899906842624 (note 1)"),
        ("duration", [0, 5], "duration must be 1..1099511627776, got 0 (note 0)"),
        ("pitch", [60, 128], "pitch must be 0..127, got 128 (note 1)"),
        ("velocity", [0, 9], "velocity must be 1..127, got 0 (note 0)"),
        ("velocity", [1], "2 of onset, 2 of duration, 2 of pitch, 1 of velocity"),
        ("onset", [0.5, 1.0], "onset must hold whole numbers, got float64; round them first"),
        ("pitch", [[60, 61]], "pitch must be one column, got an array of shape (1, 2)"),
    ],
)
def test_wrong_notes_are_refused_by_name_place_and_value(
    column: str, values: list[int], message: str
) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        Notes.of(**(GOOD | {column: values}))


def test_columns_cannot_be_written_to() -> None:
    notes = Notes.of(**GOOD)
    with pytest.raises(ValueError, match="read-only"):
        notes.pitch[0] = 3


def test_the_caller_s_arrays_stay_writeable_and_separate() -> None:
    onset = np.array([0, 10])
    notes = Notes.of(**(GOOD | {"onset": onset}))
    onset[0] = 99

    assert notes.onset[0] == 0


def test_no_notes() -> None:
    assert len(Notes.empty()) == 0
    assert Notes.concat([]) == Notes.empty()
    assert Notes.grouped(group=[], n_groups=2, **{name: [] for name in GOOD}) == [Notes.empty()] * 2


@pytest.mark.parametrize(
    "which", [[1, 0], np.array([True, True]), slice(None), slice(None, None, -1), [-1, -2]]
)
def test_a_selection_stays_sorted(which: list[int] | slice) -> None:
    assert Notes.of(**GOOD).select(which) == Notes.of(**GOOD)


def test_an_empty_selection() -> None:
    assert Notes.of(**GOOD).select([]) == Notes.empty()


def test_shifting_before_the_start_is_refused() -> None:
    with pytest.raises(InputError, match=r"shifting by -1 ticks puts an onset at -1"):
        Notes.of(**GOOD).shifted(-1)


def test_transposing_out_of_range_is_refused_and_not_clipped() -> None:
    with pytest.raises(InputError, match=r"by 67 semitones takes pitches 60\.\.61 out of 0\.\.127"):
        Notes.of(**GOOD).transposed(67)


def test_notes_are_not_equal_to_other_things() -> None:
    assert Notes.of(**GOOD) != "notes"
    assert Notes.of(**GOOD) != Notes.empty()


@pytest.mark.parametrize("program", [-1, 128])
def test_a_program_out_of_range_is_refused(program: int) -> None:
    with pytest.raises(InputError, match=rf"got {program} \(track 'Bass'\)"):
        Track(name="Bass", program=program, notes=Notes.empty())


@pytest.mark.parametrize("ticks_per_quarter", [0, 32768])
def test_a_resolution_out_of_range_is_refused(ticks_per_quarter: int) -> None:
    with pytest.raises(InputError, match=f"got {ticks_per_quarter}"):
        Score(ticks_per_quarter=ticks_per_quarter, tracks=())
