"""The table of notes: grid, bars, columns."""

import numpy as np

from segue.metrics import as_table
from segue.metrics.table import DRUMS
from tests.unit.metrics.music import BAR, QUARTER, SILENCE, melody, piece, track


def test_a_note_just_before_the_bar_line_is_the_next_downbeat() -> None:
    table = as_table(piece([(BAR - 5, 10, 60), (BAR + 5, 10, 60)]))

    assert table.bar.tolist() == [1, 1]
    assert table.step.tolist() == [0, 0]


def test_in_the_last_bar_a_late_note_stays_on_the_last_step() -> None:
    table = as_table(piece([(BAR - 5, 10, 60)]))

    assert (table.bar.tolist(), table.step.tolist()) == ([0], [47])


def test_steps_are_twelfths_of_a_quarter_and_halves_go_up() -> None:
    table = as_table(piece([(19, 1, 60), (20, 1, 60), (40, 1, 60), (QUARTER, 1, 60)]))

    assert table.step.tolist() == [0, 1, 1, 12]


def test_bars_follow_the_metre() -> None:
    table = as_table(piece(melody(60, 62, 64, 65, 67, 69), metre=(3, 4)))

    assert table.bar.tolist() == [0, 0, 0, 1, 1, 1]
    assert table.bar_steps.tolist() == [36, 36]


def test_silent_bars_at_the_end_are_counted_when_asked() -> None:
    score = piece(melody(60))

    assert as_table(score).n_bars == 1
    assert as_table(score, n_bars=8).n_bars == 8


def test_drums_are_one_instrument_whatever_the_kit() -> None:
    table = as_table(piece(track([(0, 1, 36)], program=25, is_drum=True), melody(60)))

    assert table.instrument.tolist() == [DRUMS, 0]
    assert len(table.drums()) == len(table.pitched()) == 1


def test_silence_has_a_table() -> None:
    table = as_table(SILENCE)

    assert len(table) == 0
    assert np.array_equal(table.bar_starts, [0])
