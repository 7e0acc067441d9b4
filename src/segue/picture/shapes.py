"""What pictures are made of: boxes and words, and how they become PNG, SVG or PDF.

Places and sizes are in inches, from the left and from the top; words are in points, 1/72 inch.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

__all__ = ["Box", "Drawing", "Rgb", "Words", "rgb"]

Rgb = tuple[float, float, float]
"""Red, green and blue, in 0..1."""

DOTS_PER_INCH: Final = 150
_FINER: Final = 2
"""Dots are computed so many times as fine in both directions, then averaged: edges look smooth."""
_POINTS: Final = 72
_MEASURED: Final = 100.0
"""Widths of words are measured at this size: the same for dots and for SVG."""
_FAMILY: Final = "DejaVu Sans, Verdana, Arial, sans-serif"


def rgb(code: str) -> Rgb:
    """The colour of a code such as "#3b6fb6"."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


@dataclass(frozen=True)
class Box:
    """A filled rectangle; a line is a thin one."""

    left: float
    top: float
    right: float
    bottom: float
    colour: Rgb
    opacity: float = 1.0
    edge: float = 0.0
    """How wide a line of the same colour is around it, in points."""


@dataclass(frozen=True)
class Words:
    """One line of text."""

    text: str
    x: float
    baseline: float
    size: float
    colour: Rgb
    bold: bool = False
    align: Literal["start", "end"] = "start"
    """Which end of the text is at `x`."""

    @property
    def width(self) -> float:
        """In inches."""
        return _font(self.bold, _MEASURED).getlength(self.text) * self.size / _MEASURED / _POINTS


@dataclass
class Drawing:
    """A white sheet, and what is drawn on it, in order."""

    width: float
    height: float
    shapes: list[Box | Words] = field(default_factory=list)

    def svg(self) -> bytes:
        """As SVG; the words in it can be searched."""
        wide, high = _short(self.width * _POINTS), _short(self.height * _POINTS)
        lines = [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}pt" height="{high}pt" '
            f'viewBox="0 0 {wide} {high}" font-family="{_FAMILY}">',
            f'<rect width="{wide}" height="{high}" fill="#ffffff"/>',
            *(
                _svg_box(each) if isinstance(each, Box) else _svg_words(each)
                for each in self.shapes
            ),
            "</svg>",
        ]
        return "\n".join([*lines, ""]).encode()

    def image(self, *, finer: int = 1) -> Image.Image:
        """As dots, `DOTS_PER_INCH`, or twice as many: `finer` is 1 or 2."""
        size = [round(side * DOTS_PER_INCH) * _FINER for side in (self.width, self.height)]
        image = Image.new("RGB", (size[0], size[1]), "white")
        draw = ImageDraw.Draw(image, "RGBA")
        for shape in self.shapes:
            if isinstance(shape, Box):
                _paint_box(draw, shape)
            else:
                _paint_words(draw, shape)
        return image.reduce(_FINER // finer)


def _svg_box(box: Box) -> str:
    place = {"x": box.left, "y": box.top, "width": box.right - box.left}
    place["height"] = box.bottom - box.top
    told = "".join(f' {name}="{_short(value * _POINTS)}"' for name, value in place.items())
    told += f' fill="{_code(box.colour)}"'
    if box.opacity < 1:
        told += f' fill-opacity="{_short(box.opacity)}"'
    if box.edge:
        told += f' stroke="{_code(box.colour)}" stroke-width="{_short(box.edge)}"'
    return f"<rect{told}/>"


def _svg_words(words: Words) -> str:
    told = f'x="{_short(words.x * _POINTS)}" y="{_short(words.baseline * _POINTS)}"'
    told += f' font-size="{_short(words.size)}" fill="{_code(words.colour)}"'
    told += ' font-weight="bold"' if words.bold else ""
    told += ' text-anchor="end"' if words.align == "end" else ""
    return f"<text {told}>{escape(words.text)}</text>"


def _paint_box(draw: ImageDraw.ImageDraw, box: Box) -> None:
    scale, half = DOTS_PER_INCH * _FINER, box.edge / 2 / _POINTS
    left, top = round((box.left - half) * scale), round((box.top - half) * scale)
    right, bottom = round((box.right + half) * scale), round((box.bottom + half) * scale)
    corners = (left, top, max(left, right - 1), max(top, bottom - 1))
    draw.rectangle(corners, fill=_dots(box.colour, box.opacity))
    if box.edge:
        edge = max(1, round(2 * half * scale))
        draw.rectangle(corners, outline=_dots(box.colour), width=edge)


def _paint_words(draw: ImageDraw.ImageDraw, words: Words) -> None:
    scale = DOTS_PER_INCH * _FINER
    font = _font(words.bold, words.size * scale / _POINTS)
    anchor = "ls" if words.align == "start" else "rs"
    place = (words.x * scale, words.baseline * scale)
    draw.text(place, words.text, font=font, fill=_dots(words.colour), anchor=anchor)


@cache
def _font(bold: bool, size: float) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    font = Path(str(files("segue.picture") / name))
    return ImageFont.truetype(font, size, layout_engine=ImageFont.Layout.BASIC)


def _dots(colour: Rgb, opacity: float = 1.0) -> tuple[int, int, int, int]:
    red, green, blue, alpha = (round(255 * each) for each in (*colour, opacity))
    return red, green, blue, alpha


def _code(colour: Rgb) -> str:
    return "#" + "".join(f"{round(255 * each):02x}" for each in colour)


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
