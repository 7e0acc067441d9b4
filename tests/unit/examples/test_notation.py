"""The notation of the examples says what it means."""

import pytest

from segue.examples.notation import ACCENT, line, strokes
from segue.score import Notes

LEVEL = [(0.0, 80)]


def rows(notes: Notes) -> list[tuple[int, ...]]:
    """(onset, duration, pitch, velocity) of every note."""
    return list(zip(*(column.tolist() for column in notes.columns().values()), strict=True))


def test_a_word_has_pitch_length_and_articulation() -> None:
    assert rows(line("c4:1 d4:.5. eb4~ r:1 f#5:2>", LEVEL)) == [
        (0, 432, 60, 80),
        (480, 120, 62, 80),
        (720, 240, 63, 80),
        (1440, 864, 78, 80 + ACCENT),
    ]


def test_b_flat_is_not_b() -> None:
    assert [pitch for _, _, pitch, _ in rows(line("b3 bb3", LEVEL))] == [59, 58]


def test_a_chord_is_one_word() -> None:
    assert [(onset, pitch) for onset, _, pitch, _ in rows(line("a3+c4+e4 a3", LEVEL))] == [
        (0, 57),
        (0, 60),
        (0, 64),
        (480, 57),
    ]


def test_dynamics_are_straight_lines_between_their_points() -> None:
    notes = line("c4 c4 c4 c4 c4", [(1, 40), (3, 80)])
    assert notes.velocity.tolist() == [40, 40, 60, 80, 80]


def test_strokes_stand_on_a_grid_of_sixteenths() -> None:
    assert rows(strokes({36: "X..x | ..o.", 38: "...."}, LEVEL)) == [
        (0, 60, 36, 80 + ACCENT),
        (360, 60, 36, 80),
        (720, 60, 36, 80 - 34),
    ]


@pytest.mark.parametrize("text", ["h4", "c", "c4:", "c4+r", "c4:1!"])
def test_what_is_no_note_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="not a note"):
        line(text, LEVEL)


def test_a_bar_line_within_a_bar_is_a_slip_of_the_pen() -> None:
    with pytest.raises(ValueError, match="bar line at quarter 3"):
        line("c4 d4 e4 | f4", LEVEL)


def test_no_notes_are_no_notes() -> None:
    assert rows(line("r:4 |", LEVEL)) == []
