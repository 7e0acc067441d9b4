"""One row of a picture: pitched notes above, drums in a lane below, bars across.

The horizontal axis is in quarters from the first bar shown, so that rows of different resolutions
line up; the vertical one in semitones, C by C, and in the drums' lane one line a drum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba

from segue.picture.voices import Key, Rgb, Voice, key_of
from segue.score import Score, Track

__all__ = ["Window", "draw_drums", "draw_pitches", "drum_pitches", "pitch_range"]

SHADE: Final = "#e9ebef"
BAR_LINE: Final = "#9aa1ab"
OCTAVE_LINE: Final = "#dde0e5"
INK: Final = "#39404a"

NOTE_HEIGHT: Final = 0.86
DRUM_HEIGHT: Final = 0.7
DRUM_QUARTERS: Final = 0.16
"""Strokes have no length worth showing: all are drawn so wide, or as wide as they last if less."""

MIDDLE_C: Final = 60
MIN_SPAN: Final = 24


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
    axes: Axes, window: Window, voices: Mapping[Key, Voice], pitches: tuple[int, int]
) -> None:
    """Draw the pitched tracks of `window` between the two `pitches`."""
    low, high = pitches
    octaves = [pitch for pitch in range(low, high + 1) if pitch % 12 == 0]
    for pitch in octaves:
        axes.axhline(pitch, color=OCTAVE_LINE, linewidth=0.7, zorder=1)
    for track in window.score.tracks:
        if track.is_drum or not len(track.notes):
            continue
        spans, seen = window.spans(track)
        lines = track.notes.pitch[seen].astype(np.float64)
        colour = voices[key_of(track)].colour
        axes.add_collection(
            _boxes(spans[:, seen], lines, track.notes.velocity[seen], colour, NOTE_HEIGHT)
        )
    axes.set_ylim(low, high)
    axes.set_yticks(octaves, [f"C{pitch // 12 - 1}" for pitch in octaves])
    _draw_bars(axes, window)


def draw_drums(
    axes: Axes, window: Window, voices: Mapping[Key, Voice], drums: Sequence[int]
) -> None:
    """Draw the drum tracks of `window`, a line for each of `drums`."""
    for track in window.score.tracks:
        if not track.is_drum or not len(track.notes):
            continue
        spans, seen = window.spans(track)
        strokes = spans[:, seen]
        strokes[1] = np.minimum(strokes[1], strokes[0] + DRUM_QUARTERS)
        strokes[1] = np.maximum(strokes[1], strokes[0] + DRUM_QUARTERS / 2)
        lines = np.searchsorted(drums, track.notes.pitch[seen]).astype(np.float64)
        colour = voices[key_of(track)].colour
        axes.add_collection(_boxes(strokes, lines, track.notes.velocity[seen], colour, DRUM_HEIGHT))
    axes.set_ylim(-0.8, len(drums) - 0.2)
    axes.set_yticks([(len(drums) - 1) / 2], ["drums"])
    _draw_bars(axes, window)


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
    spans: npt.NDArray[np.float64],
    lines: npt.NDArray[np.float64],
    velocity: npt.NDArray[np.uint8],
    colour: Rgb,
    height: float,
) -> PolyCollection:
    """One box a note, centred on its line, the fainter the softer. `spans` is (2, N)."""
    start, end = spans
    low, high = lines - height / 2, lines + height / 2
    corners = np.stack(
        [np.stack(corner, -1) for corner in ((start, low), (start, high), (end, high), (end, low))],
        axis=1,
    )  # (N, 4, 2)
    faces = np.empty((len(lines), 4))
    faces[:, :3] = colour
    faces[:, 3] = 0.35 + 0.65 * velocity / 127
    return PolyCollection(
        list(corners), facecolors=faces, edgecolors=[to_rgba(colour)], linewidths=0.4, zorder=3
    )


def _draw_bars(axes: Axes, window: Window) -> None:
    lines = window.bar_lines
    axes.set_xlim(0, lines[-1])
    for line in lines:
        axes.axvline(line, color=BAR_LINE, linewidth=0.6, zorder=2)
    old = [(window.first, window.new_first), (window.new_last, window.last)]
    for first, last in old:
        if last > first:
            axes.axvspan(*lines[[first - window.first, last - window.first]], color=SHADE, zorder=0)
    for bar in {window.new_first, window.new_last} - {window.first, window.last}:
        axes.axvline(lines[bar - window.first], color=INK, linewidth=1.6, zorder=4)
    axes.tick_params(length=0, labelsize=7, labelcolor=INK)
    axes.set_xticks([])
    for spine in axes.spines.values():
        spine.set_color(BAR_LINE)
        spine.set_linewidth(0.6)
