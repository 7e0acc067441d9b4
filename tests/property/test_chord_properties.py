"""Chords and charts survive being written, moved and placed, whatever they are."""

from contextlib import suppress
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from segue.errors import InputError
from segue.theory.chart import Chart, parse_chart, starts_of, write_bar
from segue.theory.chords import NO_CHORD, Chord, parse_chord

ROOTS = st.sampled_from([letter + sign for letter in "CDEFGAB" for sign in ("", "#", "b")])
TRIADS = st.sampled_from(["", "m", "maj", "min", "-", "dim", "°", "aug", "+", "ø"])
HIGHEST = st.sampled_from(["", "6", "7", "9", "11", "13"])
CHANGES = st.lists(
    st.sampled_from(["sus4", "sus2", "b5", "#5", "b9", "#9", "#11", "b13", "add9", "no5"]),
    max_size=3,
    unique=True,
)


@st.composite
def chords(draw: st.DrawFn) -> Chord:
    """Any chord that the words make, or none."""
    if draw(st.integers(0, 9)) == 0:
        return NO_CHORD
    text = draw(ROOTS) + draw(TRIADS) + draw(HIGHEST)
    changes = draw(CHANGES)
    in_brackets = changes and draw(st.sampled_from([False, True]))
    text += f"({','.join(changes)})" if in_brackets else "".join(changes)
    return parse_chord(text + draw(st.sampled_from(["", "/E", "/Bb", "/F#"])))


@st.composite
def charts(draw: st.DrawFn) -> Chart:
    """Bars of up to five chords, some held."""
    bars = []
    for _ in range(draw(st.integers(1, 6))):
        first, *rest = draw(st.lists(st.one_of(st.none(), chords()), min_size=1, max_size=5))
        bars.append((first or draw(chords()), *rest))
    return Chart(tuple(bars))


@given(chords())
def test_a_chord_is_read_again_as_it_was_written(chord: Chord) -> None:
    assert parse_chord(str(chord)) == chord
    assert chord == NO_CHORD or {chord.root, chord.bass} & chord.tones


@given(chords(), st.integers(-24, 24), st.sampled_from([None, False, True]))
def test_a_moved_chord_has_all_its_tones_moved(
    chord: Chord, semitones: int, sharps: bool | None
) -> None:
    moved = chord.transposed(semitones, sharps=sharps)
    assert moved.tones == {(tone + semitones) % 12 for tone in chord.tones}
    assert moved.transposed(-semitones) == chord


@given(charts())
def test_a_chart_is_read_again_as_it_was_written(chart: Chart) -> None:
    assert parse_chart(str(chart)) == chart


@given(charts(), st.integers(1, 16))
def test_bars_that_are_placed_and_written_are_placed_the_same(chart: Chart, beats: int) -> None:
    for number in range(len(chart.bars)):
        bar = chart.bar(number, beats=beats)
        assert bar[0][0] == 0
        again = Chart((write_bar(bar, beats=beats),)).bar(0, beats=beats)
        assert again == bar or len(chart.bars[number]) not in (1, beats, 2 * beats, 4 * beats)


@given(st.integers(1, 32), st.integers(1, 32))
def test_starts_rise_within_the_bar(chords: int, beats: int) -> None:
    starts = starts_of(chords, beats)
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    assert starts[-1] < Fraction(1)


@given(st.text(max_size=40))
def test_any_text_is_a_chart_or_an_error(text: str) -> None:
    with suppress(InputError):
        assert parse_chart(text).bars
