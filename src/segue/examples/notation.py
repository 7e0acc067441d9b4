"""A small notation for writing music as text: lines of notes and grids of drum strokes.

A line is words separated by spaces; a bar line `|` may stand anywhere and must then be one. A word
is `pitches:quarters` and signs: `c#4:1.5`, `a3+c4+e4:.5.` (a chord, staccato), `r:1` (a rest). The
signs are `.` staccato, `~` legato (to the next note), `>` accent. Without `:quarters` a word lasts
as long as the one before it. `c4` is middle C.

A grid is a string of strokes a sixteenth apart: `X` accented, `x` plain, `o` soft, anything else a
rest; `|` and spaces are for the eye.

Dynamics are (quarter, velocity) points, joined by straight lines.
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np

from segue.score import Notes

__all__ = ["TICKS_PER_QUARTER", "Dynamics", "line", "strokes"]

TICKS_PER_QUARTER: Final = 480
STROKE: Final = Fraction(1, 4)
STROKE_TICKS: Final = 60
ACCENT: Final = 14

Dynamics = Sequence[tuple[float, int]]

_WORD = re.compile(
    r"(?P<pitches>[a-g][#b]?\d(?:\+[a-g][#b]?\d)*|r)(?::(?P<length>[\d.]*\d))?(?P<signs>[.~>]*)"
)
_SEMITONES: Final = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SOUNDING: Final = {".": Fraction(1, 2), "~": Fraction(1), "": Fraction(9, 10)}
"""The part of its length that a note sounds, by its articulation."""

_STROKES: Final = {"X": ACCENT, "x": 0, "o": -34}
"""What a stroke adds to the velocity."""


class _Note(NamedTuple):
    start: Fraction
    sounding: Fraction
    pitch: int
    accent: int


def line(text: str, dynamics: Dynamics, *, quarters_per_bar: int = 4) -> Notes:
    """The notes of a line.

    Raises:
        ValueError: a word that is none, or a bar line off the bar.
    """
    notes: list[_Note] = []
    now, length = Fraction(0), Fraction(1)
    for word in text.split():
        if word == "|":
            if now % quarters_per_bar:
                raise ValueError(f"bar line at quarter {now} of {text.strip()!r}")
            continue
        match = _WORD.fullmatch(word)
        if match is None:
            raise ValueError(f"not a note: {word!r}")
        length = Fraction(match["length"]) if match["length"] else length
        articulation = match["signs"].replace(">", "")
        sounding = length * _SOUNDING[articulation]
        if match["pitches"] != "r":
            accent = ACCENT if ">" in match["signs"] else 0
            pitches = [_pitch(name) for name in match["pitches"].split("+")]
            notes += [_Note(now, sounding, pitch, accent) for pitch in pitches]
        now += length
    return _notes(notes, dynamics)


def strokes(grids: Mapping[int, str], dynamics: Dynamics) -> Notes:
    """The notes of a drum kit: for each drum (its pitch) a grid of sixteenths."""
    notes = [
        _Note(index * STROKE, Fraction(STROKE_TICKS, TICKS_PER_QUARTER), drum, _STROKES[sign])
        for drum, grid in grids.items()
        for index, sign in enumerate(re.sub(r"[|\s]", "", grid))
        if sign in _STROKES
    ]
    return _notes(notes, dynamics)


def _pitch(name: str) -> int:
    alteration = name.count("#") - name[1:].count("b")
    return 12 * (int(name[-1]) + 1) + _SEMITONES[name[0]] + alteration


def _notes(notes: Sequence[_Note], dynamics: Dynamics) -> Notes:
    starts = np.array([float(note.start) for note in notes])
    quarters, levels = zip(*dynamics, strict=True)
    accents = np.array([note.accent for note in notes])
    velocity = np.rint(np.interp(starts, quarters, levels)) + accents
    return Notes.of(
        onset=[int(note.start * TICKS_PER_QUARTER) for note in notes],
        duration=[max(int(note.sounding * TICKS_PER_QUARTER), 1) for note in notes],
        pitch=[note.pitch for note in notes],
        velocity=np.clip(velocity, 1, 127).astype(np.int64),
    )
