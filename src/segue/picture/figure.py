"""Whole pictures: rows of rolls one under another, a legend of the instruments above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from segue.errors import InputError
from segue.files import replacing
from segue.picture.roll import (
    INK,
    Window,
    draw_drums,
    draw_pitches,
    drum_pitches,
    pitch_range,
)
from segue.picture.voices import Key, Voice, voices_of
from segue.score import Score

__all__ = ["LARGE", "SMALL", "Size", "draw_roll", "draw_takes", "save_figure"]

FORMATS: Final = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
METADATA: Final = {"png": {"Software": None}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""Without a date and a version the same music gives the same bytes."""

DOTS_PER_INCH: Final = 150
ROW_GAP: Final = 0.42
LEGEND_LINE: Final = 0.24
MARGIN: Final = 0.12
LEFT: Final = 0.55


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
    height = legend + row * len(windows) + 2 * MARGIN
    figure = Figure(figsize=(size.width, height), dpi=DOTS_PER_INCH)
    pitches = pitch_range(windows)
    for index, (window, label) in enumerate(zip(windows, labels, strict=True)):
        top = height - MARGIN - legend - index * row - ROW_GAP
        roll = _axes(figure, top=top, height=size.roll_height)
        draw_pitches(roll, window, voices, pitches)
        _draw_heading(roll, window, label)
        if drums:
            lane = _axes(figure, top=top - size.roll_height, height=size.drums_height)
            draw_drums(lane, window, voices, drums)
    _draw_legend(figure, voices, size.legend_columns)
    save_figure(figure, path)


def save_figure(figure: Figure, path: str | Path) -> None:
    """Write a figure as PNG, SVG or PDF by its suffix, whole or not at all, always the same bytes.

    Raises:
        InputError: a suffix that is none of the three, or a file that cannot be written.
    """
    path = Path(path)
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"{path}: a picture ends in {', '.join(FORMATS)}")
    with (
        replacing(path) as temporary,
        # The salt gives the same SVG again; as text, its words can be searched.
        rc_context({"svg.hashsalt": "segue", "svg.fonttype": "none"}),
    ):
        figure.savefig(temporary, format=kind, metadata=METADATA[kind])


def _axes(figure: Figure, *, top: float, height: float) -> Axes:
    """Axes over the picture's width; `top` and `height` in inches from below."""
    whole, total = figure.get_figwidth(), figure.get_figheight()
    width = whole - LEFT - MARGIN
    return figure.add_axes((LEFT / whole, (top - height) / total, width / whole, height / total))


def _draw_heading(axes: Axes, window: Window, label: str) -> None:
    """Bar numbers as a musician counts them, from 1, and the row's label over its new bars."""
    lines = window.bar_lines
    every = max(1, -(-(window.last - window.first) // 32))
    for bar in range(window.first, window.last, every):
        axes.text(
            lines[bar - window.first], 1.02, f"{bar + 1}",
            transform=axes.get_xaxis_transform(), fontsize=6, color=INK, va="bottom",
        )  # fmt: skip
    if window.new_first > window.first:
        _write_above(axes, 0.0, "prompt", weight="normal")
    _write_above(axes, lines[window.new_first - window.first], label, weight="bold")


def _write_above(axes: Axes, at: float, text: str, *, weight: str) -> None:
    axes.annotate(
        text,
        xy=(at, 1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(0, 12),
        textcoords="offset points",
        fontsize=9,
        weight=weight,
        color=INK,
    )


def _draw_legend(figure: Figure, voices: Mapping[Key, Voice], columns: int) -> None:
    patches = [Patch(facecolor=voice.colour, label=voice.name) for voice in voices.values()]
    figure.legend(
        handles=patches,
        loc="upper center",
        ncols=columns,
        frameon=False,
        fontsize=8,
        labelcolor=INK,
        handlelength=1.0,
        handleheight=1.0,
        borderaxespad=0.2,
    )
