"""Whole pictures: rows of rolls one under another, a legend of the instruments above."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from segue.errors import InputError
from segue.files import replacing
from segue.picture.roll import (
    INK,
    Frame,
    Window,
    draw_drums,
    draw_pitches,
    drum_pitches,
    pitch_range,
)
from segue.picture.shapes import DOTS_PER_INCH, Box, Drawing, Words
from segue.picture.voices import Voice, voices_of
from segue.score import Score

__all__ = ["LARGE", "SMALL", "Size", "draw_roll", "draw_takes"]

_ENDINGS: Final = (".png", ".svg", ".pdf")

ROW_GAP: Final = 0.42
LEGEND_LINE: Final = 0.24
MARGIN: Final = 0.12
LEFT: Final = 0.55
_SWATCH: Final = 0.18
"""From the left edge of a voice's colour to its name."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large a picture is, in inches; its words are as large in all."""

    width: float
    roll_height: float
    drums_height: float
    legend_columns: int


LARGE: Final = Size(width=12.0, roll_height=1.75, drums_height=0.55, legend_columns=6)
SMALL: Final = Size(width=7.0, roll_height=0.8, drums_height=0.28, legend_columns=4)
"""For many on a page."""


def draw_roll(
    score: Score,
    path: str | Path,
    *,
    title: str = "",
    bars: tuple[int, int] | None = None,
    new_bars: tuple[int, int] | None = None,
) -> None:
    """Draw `score` as a piano roll into the file `path`, a PNG, SVG or PDF by its suffix.

    Args:
        score: what to draw.
        path: written whole or not at all.
        title: what stands above the roll.
        bars: the bars [first, last) to show; by default all.
        new_bars: the bars [first, last) that are new; the others are shaded. By default all.

    Raises:
        InputError: a suffix that is none of the three, bars that the score has not, or a file that
            cannot be written.
    """
    first, last = bars if bars is not None else (0, max(score.n_bars, 1))
    new_first, new_last = new_bars if new_bars is not None else (first, last)
    _draw([_window(score, first, last, new_first, new_last)], [title], path, LARGE)


def draw_takes(
    prompt: Score,
    takes: Sequence[Score],
    path: str | Path,
    *,
    labels: Sequence[str] | None = None,
    new_bars: tuple[int, int] | None = None,
    context_bars: int = 8,
    size: Size = LARGE,
) -> None:
    """Draw `takes`, each a whole score, one under another; what was there before is shaded.

    Args:
        prompt: what the musician gave.
        takes: suggestions, each holding the prompt's bars too.
        path: written whole or not at all; PNG, SVG or PDF by its suffix.
        labels: what stands above each row; by default "take 1" and so on.
        new_bars: the bars [first, last) that are new; by default those after the prompt.
        context_bars: how many bars around the new ones are shown at most.
        size: of the picture.

    Raises:
        InputError: no takes, a suffix that is none of the three, or a file that cannot be written.
    """
    if not takes:
        raise InputError(f"{path}: there are no takes to draw")
    labels = labels or [f"take {number}" for number in range(1, len(takes) + 1)]
    windows = []
    for take in takes:
        new_first, new_last = new_bars or (prompt.n_bars, max(take.n_bars, prompt.n_bars + 1))
        first = max(new_first - context_bars, 0)
        last = max(new_last, min(take.n_bars, new_last + context_bars))
        windows.append(_window(take, first, last, new_first, new_last))
    _draw(windows, labels, path, size)


def _window(score: Score, first: int, last: int, new_first: int, new_last: int) -> Window:
    if not 0 <= first < last:
        raise InputError(f"bars {first}..{last} cannot be drawn: the first must be below the last")
    new_first, new_last = max(new_first, first), min(new_last, last)
    return Window(score=score, first=first, last=last, new_first=new_first, new_last=new_last)


def _draw(windows: Sequence[Window], labels: Sequence[str], path: str | Path, size: Size) -> None:
    voices = voices_of([window.score for window in windows])
    drums = drum_pitches(windows)
    row = size.roll_height + (size.drums_height if drums else 0) + ROW_GAP
    legend_lines = -(-len(voices) // size.legend_columns)
    legend = legend_lines * LEGEND_LINE
    drawing = Drawing(size.width, legend + row * len(windows) + 2 * MARGIN)
    pitches = pitch_range(windows)
    for index, (window, label) in enumerate(zip(windows, labels, strict=True)):
        top = MARGIN + legend + index * row + ROW_GAP
        roll = _frame(size, top=top, height=size.roll_height)
        drawing.shapes += draw_pitches(roll, window, voices, pitches)
        drawing.shapes += _heading(roll, window, label)
        if drums:
            lane = _frame(size, top=top + size.roll_height, height=size.drums_height)
            drawing.shapes += draw_drums(lane, window, voices, drums)
    drawing.shapes += _legend(list(voices.values()), size)
    _save(drawing, Path(path))


def _save(drawing: Drawing, path: Path) -> None:
    """Write a drawing whole or not at all; the same music gives the same bytes."""
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise InputError(f"{path}: a picture ends in {', '.join(_ENDINGS)}")
    with replacing(path) as temporary:
        match ending:
            case ".svg":
                temporary.write_bytes(drawing.svg())
            case ".png":
                dots = (DOTS_PER_INCH, DOTS_PER_INCH)
                drawing.image().save(temporary, format="PNG", dpi=dots)
            case _:
                told: dict[str, Any] = {"title": "", "resolution": 2 * DOTS_PER_INCH}
                told |= dict.fromkeys(("creationDate", "modDate"), time.gmtime(0))
                drawing.image(finer=2).save(temporary, format="PDF", **told)


def _frame(size: Size, *, top: float, height: float) -> Frame:
    """A frame over the picture's width."""
    return Frame(left=LEFT, right=size.width - MARGIN, top=top, bottom=top + height)


def _heading(frame: Frame, window: Window, label: str) -> list[Words]:
    """Bar numbers as a musician counts them, from 1, and the row's label over its new bars."""
    lines = window.bar_lines
    frame = replace(frame, quarters=lines[-1])
    every = max(1, -(-(window.last - window.first) // 32))
    words = [
        Words(f"{bar + 1}", frame.x(lines[bar - window.first]), frame.top - 0.04, 6, INK)
        for bar in range(window.first, window.last, every)
    ]
    above = frame.top - 12 / 72
    if window.new_first > window.first:
        words.append(Words("prompt", frame.x(0), above, 9, INK))
    new = frame.x(lines[window.new_first - window.first])
    return [*words, Words(label, new, above, 9, INK, bold=True)]


def _legend(voices: Sequence[Voice], size: Size) -> list[Box | Words]:
    """Each voice's colour and name, in columns; they are as wide as the longest name needs."""
    names = [Words(voice.name, 0, 0, 8, INK) for voice in voices]
    room = (size.width - LEFT - MARGIN) / size.legend_columns
    step = min(room, _SWATCH + 0.3 + max((name.width for name in names), default=0))
    columns = min(size.legend_columns, len(voices))
    left = (size.width - columns * step) / 2
    shapes: list[Box | Words] = []
    for number, (voice, name) in enumerate(zip(voices, names, strict=True)):
        line, column = divmod(number, size.legend_columns)
        x, middle = left + column * step, MARGIN + (line + 0.4) * LEGEND_LINE
        shapes.append(Box(x, middle - 0.055, x + 0.11, middle + 0.055, voice.colour))
        shapes.append(replace(name, x=x + _SWATCH, baseline=middle + 0.04))
    return shapes
