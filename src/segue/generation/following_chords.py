"""New music follows the chords that are given: pitches lean by the chord of their place.

A wish like that for a key (`leaning`), from position to position: tones of the chord stay as the
model has them, other tones of the key become less likely, and those outside it less again. Where a
chord begins, the bass leans towards its bass note as well. A tune (`tunes`) hardly leans between
the beats, so that it can pass from tone to tone. Nothing is forbidden: a passing note that the
model is sure of stays. In the last eighth before a change tones of the coming chord are no
strangers, so that it can be anticipated. The model is told the key of the chords, too.

Where no chord is named (`N.C.`), only the key leans, if one is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import BoolArray, Column
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    DRUMS,
    MAX_PARTS,
    MAX_POSITIONS,
    N_PITCH_CLASSES_OF_PARTS,
    POSITIONS_PER_QUARTER,
    IntArray,
)
from segue.generation.leaning import key_leaning
from segue.generation.network import Float32Array
from segue.generation.options import Options
from segue.generation.tunes import BASSES, tunes_of
from segue.generation.window import Region, Window
from segue.score import Score
from segue.theory.chart import Chart
from segue.theory.chords import NO_CHORD, Chord
from segue.theory.key import scale_of

__all__ = ["PitchLeaning", "key_told", "pitch_leaning"]

Scores = npt.NDArray[np.floating[Any]]

IN_KEY: Final = 5.0
"""Nats between a tone of the chord and another tone of the key. The figures here were chosen by
measurement (experiments/LOG.md)."""
OUTSIDE: Final = 8.0
"""Nats between a tone of the chord and one of neither."""
BASS: Final = 5.0
"""Nats between the bass note and any other, for a bass where a chord begins."""
PASSING: Final = 0.5
"""Instead of `IN_KEY`, for a tune between the beats."""
_ANTICIPATED: Final = POSITIONS_PER_QUARTER // 2
"""Positions before a change in which the coming chord may be heard already."""
_FREE: Final = 0
"""The row of the tables for no chord."""


@dataclass(frozen=True, eq=False)
class PitchLeaning:
    """What is added to the logits of pitches, by bar, position and instrument."""

    anywhere: Float32Array
    """Of each chord, (chords, N_PITCH_CLASSES_OF_PARTS)."""
    begun: Float32Array
    """The same for a bass where the chord begins."""
    passing: Float32Array
    """The same for a tune between the beats."""
    tunes: BoolArray
    """The parts that are tunes, (MAX_PARTS,)."""
    chords: IntArray
    """The row of each window bar and position, (NB, MAX_POSITIONS)."""
    begins: npt.NDArray[np.bool_]
    """Where a chord begins, (NB, MAX_POSITIONS)."""

    def leaned(
        self,
        scores: Scores,
        logits: Float32Array,
        latest: IntArray,
        drawn: Sequence[IntArray],
        instrument: IntArray,
    ) -> Scores:
        """Scores of the next pitches, (R, N_PITCH_CLASSES_OF_PARTS), leaning where they are to.

        There the model's own logits lean, and nothing else counts: what is asked may be far from a
        part's habits. `latest`: the events before, (R, N_COLUMNS); `drawn`: the part and the
        position, (R,) each, the part perhaps `END`; `instrument`: what the part plays, (R,).
        """
        lean = self.of(latest, np.minimum(drawn[0], MAX_PARTS - 1), drawn[1], instrument)
        leans = lean.any(axis=1) & (instrument != DRUMS)
        found: Scores = np.where(leans[:, None], logits + lean, scores)
        return found

    def of(
        self, latest: IntArray, part: IntArray, position: IntArray, instrument: IntArray
    ) -> Float32Array:
        """What is added to the logits of each row, (R, N_PITCH_CLASSES_OF_PARTS)."""
        bar, place = latest[:, Column.BAR], np.minimum(position, MAX_POSITIONS - 1)
        chord = self.chords[bar, place]
        is_begun = self.begins[bar, place] & np.isin(instrument, BASSES)
        passes = self.tunes[part] & (place % POSITIONS_PER_QUARTER > 0)
        found: Float32Array = np.where(is_begun[:, None], self.begun[chord], self.anywhere[chord])
        return np.where(passes[:, None], self.passing[chord], found)


def key_told(options: Options) -> int | None:
    """The key that the model is told: the one that is asked, or that of the chords; None: none."""
    if options.key_number is not None or options.chart is None:
        return options.key_number
    return options.chart.key if _names_any(options.chart) else None


def _names_any(chart: Chart) -> bool:
    return any(chord not in (NO_CHORD, None) for bar in chart.bars for chord in bar)


def pitch_leaning(
    options: Options, window: Window, score: Score, region: Region
) -> PitchLeaning | None:
    """How pitches lean in a window's bars of a region of a score; None where they do not."""
    chart = options.chart
    if chart is None or not _names_any(chart):
        lean = key_leaning(options.key_number)
        return None if lean is None else _everywhere(lean, window)
    key = chart.key if options.key_number is None else options.key_number
    placed = _Placed.of(chart, window, score, region)
    free = key_leaning(options.key_number)
    free = np.zeros(N_PITCH_CLASSES_OF_PARTS, np.float32) if free is None else free
    every = [(free, free, free)] + [_of_chord(now, coming, key) for now, coming in placed.pairs]
    anywhere, begun, passing = (np.stack(tables) for tables in zip(*every, strict=True))
    return PitchLeaning(anywhere, begun, passing, tunes_of(window), placed.rows, placed.begins)


def _everywhere(lean: Float32Array, window: Window) -> PitchLeaning:
    shape = (len(window.bars), MAX_POSITIONS)
    table, tunes = lean[None], np.zeros(MAX_PARTS, bool)
    rows, begins = np.zeros(shape, np.int64), np.zeros(shape, bool)
    return PitchLeaning(table, table, table, tunes, rows, begins)


def _of_chord(now: Chord, coming: Chord, key: int) -> tuple[Float32Array, ...]:
    """Anywhere, for a bass where the chord begins, and for a tune between the beats.

    Three tables of all pitches.
    """
    pitches = np.arange(DRUM_PITCH_OFFSET) % 12
    lean = np.zeros(N_PITCH_CLASSES_OF_PARTS, np.float32)
    strangers = ~np.isin(pitches, list(now.tones | coming.tones))
    lean[:DRUM_PITCH_OFFSET][strangers] = -IN_KEY
    lean[:DRUM_PITCH_OFFSET][strangers & ~np.isin(pitches, scale_of(key))] = -OUTSIDE
    begun = lean.copy()
    begun[:DRUM_PITCH_OFFSET][pitches != now.bass] -= BASS
    return lean, begun, np.where(lean == -IN_KEY, np.float32(-PASSING), lean)


@dataclass(frozen=True, eq=False)
class _Placed:
    """A chart on the positions of a window."""

    pairs: list[tuple[Chord, Chord]]
    """Chords, each with the one that may be heard already; of rows from 1 on."""
    rows: IntArray
    begins: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, chart: Chart, window: Window, score: Score, region: Region) -> "_Placed":
        grid = score.bar_grid(n_bars=region.last)
        line = _line(chart, score, region)
        ticks = np.array([tick for tick, _ in line], np.float64)
        step = score.ticks_per_quarter / POSITIONS_PER_QUARTER
        rows = np.full((len(window.bars), MAX_POSITIONS), _FREE, np.int64)
        begins = np.zeros(rows.shape, bool)
        pairs: dict[tuple[Chord, Chord], int] = {}
        for bar in np.flatnonzero(window.written).tolist():
            begin = window.grid.starts[window.bars_of_piece[bar]]
            if not grid.start(region.first) <= begin < grid.start(region.last):
                continue
            at = begin + step * np.arange(int(window.bars.lengths[bar]))
            now = np.searchsorted(ticks, at + step / 2, side="right") - 1
            soon = np.searchsorted(ticks, at + step * (_ANTICIPATED + 0.5), side="right") - 1
            for place, (index, ahead) in enumerate(zip(now.tolist(), soon.tolist(), strict=True)):
                chord, coming = line[index][1], line[ahead][1]
                if chord == NO_CHORD:
                    continue
                pair = (chord, chord if coming == NO_CHORD else coming)
                rows[bar, place] = pairs.setdefault(pair, len(pairs) + 1)
            begins[bar, : len(at)] = np.abs(ticks[now] - at) <= step
        return cls(list(pairs), rows, begins)


def _line(chart: Chart, score: Score, region: Region) -> list[tuple[Fraction, Chord]]:
    """The chords of a region with the ticks at which they begin."""
    grid = score.bar_grid(n_bars=region.last)
    found = []
    for bar in range(region.first, region.last):
        chords = chart.bar(bar - region.first, beats=int(grid.numerator[bar]))
        found += [(grid.start(bar) + start * grid.length(bar), chord) for start, chord in chords]
    return found
