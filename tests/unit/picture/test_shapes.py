"""A drawing is the same in dots and as SVG: boxes where they were put, words that can be read."""

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.picture.roll import Frame, Window, draw_pitches
from segue.picture.shapes import DOTS_PER_INCH, Box, Drawing, Words, rgb
from segue.picture.voices import voices_of
from segue.score import Notes, Score, Track

RED, BLUE, INK = rgb("#ff0000"), rgb("#0000ff"), rgb("#000000")
SVG = "{http://www.w3.org/2000/svg}"
dots = st.integers(0, 2 * DOTS_PER_INCH)


@given(dots, dots, dots, dots)
def test_a_box_fills_its_dots_and_no_others(left: int, right: int, top: int, bottom: int) -> None:
    left, right = sorted((left, right + 1))
    top, bottom = sorted((top, bottom + 1))
    places = [each / DOTS_PER_INCH for each in (left, top, right, bottom)]
    box = Box(places[0], places[1], places[2], places[3], RED)
    painted = np.asarray(Drawing(2.1, 2.1, [box]).image())
    ys, xs = np.nonzero((painted == (255, 0, 0)).all(axis=-1))
    if left < right and top < bottom:
        assert (xs.min(), xs.max() + 1, ys.min(), ys.max() + 1) == (left, right, top, bottom)
        assert len(xs) == (right - left) * (bottom - top)


def test_what_is_faint_lets_through_what_is_below() -> None:
    boxes = [Box(0, 0, 1, 1, BLUE), Box(0, 0, 1, 1, RED, 0.5)]
    red, green, blue = np.asarray(Drawing(1, 1, [*boxes]).image())[50, 50].tolist()
    assert (round(red, -1), green, round(blue, -1)) == (130, 0, 130)


def test_an_svg_says_the_same_boxes_and_words() -> None:
    drawing = Drawing(2, 1, [Box(0.5, 0.25, 1, 0.5, RED, 0.5, edge=0.4)])
    drawing.shapes.append(Words("Bass & <drums>", 1, 0.5, 9, INK, bold=True, align="end"))
    sheet = ElementTree.fromstring(drawing.svg())
    assert sheet.attrib["viewBox"] == "0 0 144 72"
    _, box = sheet.findall(f"{SVG}rect")
    assert [box.attrib[name] for name in ("x", "y", "width", "height")] == ["36", "18", "36", "18"]
    assert (box.attrib["fill"], box.attrib["fill-opacity"]) == ("#ff0000", "0.5")
    (words,) = sheet.findall(f"{SVG}text")
    assert words.text == "Bass & <drums>"
    assert (words.attrib["x"], words.attrib["text-anchor"]) == ("72", "end")


@pytest.mark.parametrize("text", ["Flöte", "Жук", "Λάδι", "E♭", "žestě", "“…”"])
def test_letters_of_european_languages_are_there(text: str) -> None:
    def painted(text: str) -> bytes:
        return Drawing(2, 1, [Words(text, 0.1, 0.5, 9, INK)]).image().tobytes()

    letters = {painted(letter) for letter in text}
    assert len(letters) == len(set(text))
    assert painted("\uffff") not in letters


def test_words_are_as_wide_as_what_is_painted() -> None:
    words = Words("Electric piano", 0.0, 0.5, 8, INK)
    dark = np.asarray(Drawing(2, 1, [words]).image()).min(axis=(0, 2)) < 128
    assert abs(np.flatnonzero(dark).max() / DOTS_PER_INCH - words.width) < 0.03
    assert Words("Electric piano", 0, 0, 8, INK, bold=True).width > words.width


def test_each_note_is_a_box_at_its_time_and_pitch() -> None:
    notes = Notes.of(onset=[0, 96], duration=[96, 192], pitch=[60, 72], velocity=[127, 1])
    score = Score(ticks_per_quarter=96, tracks=(Track(notes=notes),))
    window = Window(score=score, first=0, last=1, new_first=0, new_last=1)
    frame = Frame(left=1, right=5, top=0, bottom=2.4)
    shapes = draw_pitches(frame, window, voices_of([score]), (54, 78))
    first, second = (each for each in shapes if isinstance(each, Box) and each.edge)
    assert (first.left, first.right, second.left, second.right) == (1, 2, 2, 4)
    assert (first.top + first.bottom) / 2 == pytest.approx(1.8)
    assert (second.top + second.bottom) / 2 == pytest.approx(0.6)
    assert first.opacity == 1 > second.opacity > 0.3
