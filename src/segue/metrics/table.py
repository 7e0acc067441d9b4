"""The notes of a whole score as one table of columns, which every metric here reads.

Definitions, once for all metrics:

- **Grid.** Metrics about rhythm and repetition look at onsets on a grid of `STEPS_PER_QUARTER`
  steps, counted from the beginning of the bar. 12 is what MMT used for the figures that the field
  compares with, and holds sixteenths and triplets. A note belongs to the bar of its nearest step,
  so that one played a hair before the bar line counts as the downbeat that it is; in the last bar
  it counts as the last step.
- **Instrument.** 0..127 is a program, `DRUMS` (128) any drum kit. Metrics that compare instruments
  use it and not the track's index, so the order of the tracks changes no metric.
- **Bars** are the score's own (`Score.bar_grid`). An excerpt knows its length better than its last
  note does: pass `n_bars` where silent bars at the end are part of the music.

Exact durations and overlaps (polyphony, empty bars) are computed in ticks, without the grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.score import Score

__all__ = ["DRUMS", "STEPS_PER_QUARTER", "Music", "NoteTable", "as_table"]

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
FloatArray: TypeAlias = npt.NDArray[np.float64]

STEPS_PER_QUARTER: Final = 12
DRUMS: Final = 128


@dataclass(frozen=True, eq=False)
class NoteTable:
    """The notes of a score, track after track; columns have length N unless they say otherwise."""

    onset: IntArray
    """Ticks."""
    duration: IntArray
    """Ticks, at least 1."""
    onset_s: FloatArray
    """Seconds from the beginning, by the score's tempo."""
    offset_s: FloatArray
    """Where each note ends, in seconds."""
    pitch: IntArray
    velocity: IntArray
    track: IntArray
    """Index into the score's tracks."""
    instrument: IntArray
    """Program, or `DRUMS`."""
    bar: IntArray
    """The bar of the nearest step."""
    step: IntArray
    """The nearest step, counted from the bar's beginning."""
    bar_starts: IntArray
    """Ticks, (n_bars + 1,)."""
    bar_steps: IntArray
    """Steps in each bar, at least 1, (n_bars,)."""
    ticks_per_quarter: int
    seconds: float
    """How long the bars last."""

    def __len__(self) -> int:
        """How many notes."""
        return len(self.onset)

    @property
    def n_bars(self) -> int:
        """How many bars."""
        return len(self.bar_steps)

    @property
    def offset(self) -> IntArray:
        """Where each note ends, in ticks."""
        return self.onset + self.duration

    @property
    def is_drum(self) -> BoolArray:
        """Which notes are on a drum kit."""
        return np.equal(self.instrument, DRUMS)

    def pitched(self) -> "NoteTable":
        """Without the drums."""
        return self.select(~self.is_drum)

    def drums(self) -> "NoteTable":
        """The drums alone."""
        return self.select(self.is_drum)

    def select(self, mask: BoolArray) -> "NoteTable":
        """The notes of `mask`, in the same bars."""
        return replace(self, **{name: getattr(self, name)[mask] for name in _NOTE_COLUMNS})


_NOTE_COLUMNS: Final = (
    "onset", "duration", "onset_s", "offset_s", "pitch", "velocity", "track", "instrument", "bar",
    "step",
)  # fmt: skip

Music: TypeAlias = Score | NoteTable
"""What a metric takes: a score, or its table where several metrics read the same music."""


def as_table(music: Music, *, n_bars: int | None = None) -> NoteTable:
    """The table of `music`, over `n_bars` bars (default: as many as the score has).

    Args:
        music: a score; a table is returned as it is, whatever `n_bars` says.
        n_bars: at least the bars that hold onsets are in the table, even if this is less.
    """
    if isinstance(music, NoteTable):
        return music
    grid = music.bar_grid(n_bars=n_bars) if n_bars is not None else music.bar_grid()
    starts = np.asarray(grid.starts, np.int64)
    tpq = music.ticks_per_quarter
    bar_steps = np.maximum(1, _nearest_step(np.diff(starts), tpq))
    onset = _joined([track.notes.onset for track in music.tracks])
    bar, step = _place(onset, starts, bar_steps, tpq)
    sizes = [len(track.notes) for track in music.tracks]
    programs = [DRUMS if track.is_drum else track.program for track in music.tracks]
    duration = _joined([track.notes.duration for track in music.tracks])
    onset_s, offset_s, end_s = (
        music.tempo_map.seconds_at(ticks, tpq) for ticks in (onset, onset + duration, starts[-1])
    )
    return NoteTable(
        onset=onset,
        duration=duration,
        onset_s=onset_s,
        offset_s=offset_s,
        pitch=_joined([track.notes.pitch for track in music.tracks]),
        velocity=_joined([track.notes.velocity for track in music.tracks]),
        track=np.repeat(np.arange(len(sizes)), sizes),
        instrument=np.repeat(np.array(programs, np.int64), sizes),
        bar=bar,
        step=step,
        bar_starts=starts,
        bar_steps=bar_steps,
        ticks_per_quarter=tpq,
        seconds=float(end_s),
    )


def _joined(columns: Sequence[npt.NDArray[np.generic]]) -> IntArray:
    if not columns:
        return np.zeros(0, np.int64)
    return np.concatenate(columns).astype(np.int64)


def _nearest_step(ticks: IntArray, ticks_per_quarter: int) -> IntArray:
    """The step nearest to each offset in ticks; halves go up, in integers."""
    nearest: IntArray = (2 * ticks * STEPS_PER_QUARTER + ticks_per_quarter) // (
        2 * ticks_per_quarter
    )
    return nearest


def _place(
    onset: IntArray, starts: IntArray, bar_steps: IntArray, ticks_per_quarter: int
) -> tuple[IntArray, IntArray]:
    last = len(bar_steps) - 1
    bar = np.clip(np.searchsorted(starts, onset, side="right") - 1, 0, max(last, 0))
    step = _nearest_step(onset - starts[bar], ticks_per_quarter)
    over = step >= bar_steps[bar] if len(bar) else np.zeros(0, bool)
    moves = over & (bar < last)
    step = np.where(moves, 0, np.minimum(step, bar_steps[bar] - 1) if len(bar) else step)
    return bar + moves, step
