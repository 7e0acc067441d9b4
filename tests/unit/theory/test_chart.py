"""Charts: bars of chords as musicians write them in a line, and where in a bar they begin."""

from fractions import Fraction

import pytest

from segue.errors import InputError
from segue.theory.chart import parse_chart, starts_of, write_bar

READ = {
    "Am F C G": "Am F C G",
    "  Am,F  C ,G ": "Am F C G",
    "Am F | C G/B": "Am F | C G/B",
    "| Am F | C G/B |": "Am F | C G/B",
    "Am || F |": "Am F",
    "Am . . G | %": "Am . . G | Am . . G",
    "| Am F |": "| Am F |",
    "C7(b9, b13) N.C.": "C7(b9, b13) N.C.",
    "Am": "Am",
}
WRONG = {
    "Am Hmm C": "bar 2: 'Hmm' is not a chord",
    "Am | F Hmm": "bar 2: 'Hmm' is not a chord",
    "": "no chords; write e.g. Am F C G",
    " | |": "no chords",
    "% Am": "bar 1: % repeats the bar before it here",
    "Am | . F": "bar 2: a dot holds a chord of its bar",
    "| " + "C " * 33: "bar 1: 33 chords; a bar holds 32",
}


@pytest.mark.parametrize(("text", "written"), READ.items())
def test_a_line_is_read_as_it_is_meant(text: str, written: str) -> None:
    chart = parse_chart(text)
    assert str(chart) == written
    assert parse_chart(str(chart)) == chart


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_mistakes_name_their_bar(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_chart(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("chords", "beats", "in_beats"),
    [
        (1, 4, [0]),
        (2, 4, [0, 2]),
        (3, 4, [0, 2, 3]),
        (4, 4, [0, 1, 2, 3]),
        (2, 3, [0, 2]),
        (3, 3, [0, 1, 2]),
        (2, 6, [0, 3]),
        (8, 4, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]),
    ],
)
def test_chords_share_the_beats_of_a_bar(chords: int, beats: int, in_beats: list[float]) -> None:
    assert [float(start * beats) for start in starts_of(chords, beats)] == in_beats


def test_fewer_chords_than_bars_come_again() -> None:
    chart = parse_chart("Am F")
    names = [str(chart.bar(bar, beats=4)[0][1]) for bar in range(5)]
    assert names == ["Am", "F", "Am", "F", "Am"]


def test_a_chord_on_the_last_beat_is_written_with_dots() -> None:
    (bar,) = parse_chart("| C . . G |").bars
    starts = [(Fraction(0), bar[0]), (Fraction(3, 4), bar[3])]
    assert write_bar(starts, beats=4) == bar  # type: ignore[arg-type]


def test_transposed_chords_are_spelled_as_their_key_is() -> None:
    assert str(parse_chart("D C#dim G A7/C#").transposed(2)) == "E D#dim A B7/D#"
    assert str(parse_chart("C Am F G/B").transposed(3)) == "Eb Cm Ab Bb/D"
    assert parse_chart("Am F C G").key in (0, 21)
