"""The paper's note table: what it holds, what it refuses, and the way back."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.paper import (
    COLUMNS,
    check_tables,
    note_table,
    quantise_table,
    score_from_table,
    share_outside_midi,
)
from segue.errors import InputError
from segue.score import Score
from tests.strategies import SEEDS, scores

Table = npt.NDArray[np.float64]


def sorted_rows(table: Table) -> Table:
    return table[np.lexsort(np.round(table, 4).T)]


def tables(seed: int, n_songs: int = 4, n_notes: int = 5) -> Table:
    """Songs that MIDI can hold."""
    random = np.random.default_rng(seed)
    whole = random.integers(1, 128, (n_songs, n_notes, 4)).astype(float)
    return np.concatenate([whole, random.random((n_songs, n_notes, 2)) * 60], axis=2)


@given(scores())
def test_a_score_comes_back_as_its_rows_in_milliseconds(score: Score) -> None:
    table = note_table(score)
    again = note_table(score_from_table(table))

    np.testing.assert_allclose(
        sorted_rows(again), sorted_rows(quantise_table(table)), rtol=0, atol=1e-6
    )


@given(scores(), st.sampled_from(["instrument", "time"]))
def test_a_table_has_a_row_a_note_in_the_order_asked_for(score: Score, order: str) -> None:
    table = note_table(score, order=order)  # type: ignore[arg-type]

    assert table.shape == (sum(len(track.notes) for track in score.tracks), len(COLUMNS))
    assert (np.diff(table[:, 2 if order == "instrument" else 4]) >= 0).all()


def test_another_order_is_refused() -> None:
    with pytest.raises(InputError, match='no note order "pitch"; there are instrument, time'):
        note_table(Score(ticks_per_quarter=4, tracks=()), order="pitch")  # type: ignore[arg-type]


@given(SEEDS)
def test_sound_songs_are_kept_as_they_are(seed: int) -> None:
    good = tables(seed)
    checked = check_tables(good)

    assert checked.tables is good
    assert sum(checked.excluded.values()) == 0


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (0, np.nan, "a value that is no finite number"),
        (5, np.inf, "a value that is no finite number"),
        (1, 128.0, "a value outside 0 to 127"),
        (2, -1.0, "a value outside 0 to 127"),
        (3, 1.5, "a value that is not whole"),
        (4, -0.01, "a time below 0 or beyond reason"),
    ],
)
def test_a_song_with_a_bad_value_is_left_out_and_counted(
    column: int, value: float, reason: str
) -> None:
    songs = tables(1)
    songs[2, 3, column] = value
    checked = check_tables(songs)

    assert checked.kept.tolist() == [0, 1, 3]
    assert checked.excluded[reason] == sum(checked.excluded.values()) == 1
    np.testing.assert_array_equal(checked.tables, songs[[0, 1, 3]])


def test_another_shape_is_no_table() -> None:
    with pytest.raises(InputError, match=r"the shape \(songs, notes, 6\), got \(4, 5\)"):
        check_tables(np.zeros((4, 5)))
    with pytest.raises(InputError, match=r"the shape \(notes, 6\), got \(4, 5\)"):
        score_from_table(np.zeros((4, 5)))


def test_a_row_that_midi_cannot_hold_is_named() -> None:
    table = tables(2)[0]
    table[3, 1] = 0.4  # rounds to the end of a note

    with pytest.raises(InputError, match=r"note 3 of the table: velocity is 0\.4"):
        score_from_table(table)


def test_the_share_of_invalid_notes_counts_notes() -> None:
    songs = tables(3, n_songs=1, n_notes=10)
    songs[0, 0] = np.nan
    songs[0, 1, 0] = 127.6
    songs[0, 2, 0] = 127.4

    assert share_outside_midi(songs) == pytest.approx(0.2)
    with pytest.raises(InputError, match="at least one note"):
        share_outside_midi(songs[:, :0])
