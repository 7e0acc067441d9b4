"""One row of a picture: pitched notes above, drums in a lane below, bars across.

The horizontal axis is in quarters from the first bar shown, so that rows of different resolutions
line up; the vertical one in semitones, C by C, and in the drums' lane one line a drum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.picture.shapes import Box, Rgb, Words, rgb
from segue.picture.voices import Key, Voice, key_of
from segue.score import Score, Track

__all__ = ["Frame", "Window", "draw_drums", "draw_pitches", "drum_pitches", "pitch_range"]

SHADE: Final = rgb("#e9ebef")
BAR_LINE: Final = rgb("#9aa1ab")
OCTAVE_LINE: Final = rgb("#dde0e5")
INK: Final = rgb("#39404a")

NOTE_HEIGHT: Final = 0.86
DRUM_HEIGHT: Final = 0.7
DRUM_QUARTERS: Final = 0.16
"""Strokes have no length worth showing: all are drawn so wide, or as wide as they last if less."""

MIDDLE_C: Final = 60
MIN_SPAN: Final = 24


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Where a roll is on the sheet, in inches, and what it spans."""

    left: float
    right: float
    top: float
    bottom: float
    low: float = 0.0
    """The pitch, or the line of drums, at its lower edge."""
    high: float = 1.0
    quarters: float = 1.0

    def x(self, quarter: float) -> float:
        """Where a time is, in inches."""
        return self.left + (self.right - self.left) * quarter / self.quarters

    def y(self, line: float) -> float:
        """Where a pitch is, in inches; what is beyond the frame is at its edge."""
        share = min(1.0, max(0.0, (line - self.low) / (self.high - self.low)))
        return self.bottom - (self.bottom - self.top) * share

    def down(self, quarter: float, colour: Rgb, *, points: float) -> Box:
        """A line from the upper to the lower edge."""
        x, half = self.x(quarter), points / 144
        return Box(x - half, self.top, x + half, self.bottom, colour)

    def across(self, line: float, colour: Rgb, *, points: float) -> Box:
        """A line from the left to the right edge."""
        y, half = self.y(line), points / 144
        return Box(self.left, y - half, self.right, y + half, colour)

    def beside(self, line: float, text: str) -> Words:
        """A name before the left edge."""
        return Words(text, self.left - 0.05, self.y(line) + 0.035, 7, INK, align="end")


@dataclass(frozen=True, kw_only=True)
class Window:
    """The bars [first, last) of a score, of which [new_first, new_last) are new (0-based)."""

    score: Score
    first: int
    last: int
    new_first: int
    new_last: int

    @property
    def bar_lines(self) -> npt.NDArray[np.float64]:
        """Bar lines in quarters from the window's start. Shape (bars + 1,)."""
        starts = self.score.bar_grid(n_bars=self.last).starts[self.first : self.last + 1]
        return np.asarray((starts - starts[0]) / self.score.ticks_per_quarter, np.float64)

    def spans(self, track: Track) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
        """Start and end in quarters of the notes of `track`, (2, N), and which are seen, (N,)."""
        origin = self.score.bar_grid(n_bars=self.last).start(self.first)
        ticks = np.stack([track.notes.onset, track.notes.offset]) - origin
        spans = ticks / self.score.ticks_per_quarter
        end = self.bar_lines[-1]
        seen = (spans[1] > 0) & (spans[0] < end)
        return np.clip(spans, 0, end), seen


def pitch_range(windows: Sequence[Window]) -> tuple[int, int]:
    """The lowest and the highest pitch of the roll that all `windows` share, with some air."""
    pitches = _pitches(windows, is_drum=False) or {MIDDLE_C}
    low, high = min(pitches) - 2, max(pitches) + 2
    missing = max(0, MIN_SPAN - (high - low))
    return low - missing // 2, high + missing - missing // 2


def drum_pitches(windows: Sequence[Window]) -> list[int]:
    """The drums that are struck anywhere in `windows`, lowest key first."""
    return sorted(_pitches(windows, is_drum=True))


def draw_pitches(
    frame: Frame, window: Window, voices: Mapping[Key, Voice], pitches: tuple[int, int]
) -> list[Box | Words]:
    """The pitched tracks of `window` between the two `pitches`."""
    low, high = pitches
    frame = replace(frame, low=low, high=high, quarters=window.bar_lines[-1])
    octaves = [pitch for pitch in range(low, high + 1) if pitch % 12 == 0]
    shapes = _behind(frame, window)
    shapes += [frame.across(pitch, OCTAVE_LINE, points=0.7) for pitch in octaves]
    shapes += _bar_lines(frame, window)
    for track in window.score.tracks:
        if track.is_drum or not len(track.notes):
            continue
        spans, seen = window.spans(track)
        lines = track.notes.pitch[seen].astype(np.float64)
        colour = voices[key_of(track)].colour
        shapes += _boxes(
            frame, spans[:, seen], lines, track.notes.velocity[seen], colour, NOTE_HEIGHT
        )
    names = [frame.beside(pitch, f"C{pitch // 12 - 1}") for pitch in octaves]
    return [*shapes, *_around(frame, window), *names]


def draw_drums(
    frame: Frame, window: Window, voices: Mapping[Key, Voice], drums: Sequence[int]
) -> list[Box | Words]:
    """The drum tracks of `window`, a line for each of `drums`."""
    top = len(drums) - 0.2
    frame = replace(frame, low=-0.8, high=top, quarters=window.bar_lines[-1])
    shapes = _behind(frame, window) + _bar_lines(frame, window)
    for track in window.score.tracks:
        if not track.is_drum or not len(track.notes):
            continue
        spans, seen = window.spans(track)
        strokes = spans[:, seen]
        strokes[1] = np.minimum(strokes[1], strokes[0] + DRUM_QUARTERS)
        strokes[1] = np.maximum(strokes[1], strokes[0] + DRUM_QUARTERS / 2)
        lines = np.searchsorted(drums, track.notes.pitch[seen]).astype(np.float64)
        colour = voices[key_of(track)].colour
        shapes += _boxes(frame, strokes, lines, track.notes.velocity[seen], colour, DRUM_HEIGHT)
    name = frame.beside((len(drums) - 1) / 2, "drums")
    return [*shapes, *_around(frame, window), name]


def _pitches(windows: Sequence[Window], *, is_drum: bool) -> set[int]:
    """The pitches that are seen in tracks of one kind."""
    return {
        int(pitch)
        for window in windows
        for track in window.score.tracks
        if track.is_drum == is_drum
        for pitch in track.notes.pitch[window.spans(track)[1]]
    }


def _boxes(
    frame: Frame,
    spans: npt.NDArray[np.float64],
    lines: npt.NDArray[np.float64],
    velocity: npt.NDArray[np.uint8],
    colour: Rgb,
    height: float,
) -> list[Box | Words]:
    """One box a note, centred on its line, the fainter the softer. `spans` is (2, N)."""
    opacity = 0.35 + 0.65 * velocity / 127
    return [
        Box(
            *(frame.x(start), frame.y(line + height / 2)),
            *(frame.x(end), frame.y(line - height / 2)),
            colour,
            faint,
            edge=0.4,
        )
        for start, end, line, faint in zip(
            spans[0].tolist(), spans[1].tolist(), lines.tolist(), opacity.tolist(), strict=True
        )
    ]


def _behind(frame: Frame, window: Window) -> list[Box | Words]:
    """The shade of the bars that are not new."""
    lines = window.bar_lines
    old = [(window.first, window.new_first), (window.new_last, window.last)]
    return [
        Box(
            *(frame.x(lines[first - window.first]), frame.top),
            *(frame.x(lines[last - window.first]), frame.bottom),
            SHADE,
        )
        for first, last in old
        if last > first
    ]


def _bar_lines(frame: Frame, window: Window) -> list[Box | Words]:
    return [frame.down(line, BAR_LINE, points=0.6) for line in window.bar_lines[1:-1].tolist()]


def _around(frame: Frame, window: Window) -> list[Box | Words]:
    """The lines before and after what is new, and the frame itself."""
    lines = window.bar_lines
    bars = sorted({window.new_first, window.new_last} - {window.first, window.last})
    return [
        *(frame.down(lines[bar - window.first], INK, points=1.6) for bar in bars),
        *(frame.down(at, BAR_LINE, points=0.6) for at in (0, frame.quarters)),
        *(frame.across(at, BAR_LINE, points=0.6) for at in (frame.low, frame.high)),
    ]
