"""From a window of music to a training example: what is hidden of it, and what the model is told.

All numbers are shares of examples, drawn with the generator that the caller gives, in an order that
never changes: a run's examples are functions of its seed.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.controls import N_CONTROLS
from segue.encoding.events import Field
from segue.encoding.sequence import MASKED, Bars, BoolArray, Column, Sequence, build_sequence
from segue.encoding.vocabulary import DRUMS, N_PARTS, IntArray
from segue.theory.key import estimate_key
from segue.training.config import DataConfig
from segue.training.cutting import Window
from segue.units import N_PITCHES

_VISIBLE_WEIGHT: Final = 0.5
"""Of what is visible around masked cells: it teaches too, but is never what is asked for."""
_TRANSPOSITIONS: Final = (-5, 6)
"""Semitones, both included: every key once."""
_FROM_NOTHING: Final = 0.15
"""Of the continuations, those of which nothing is visible."""
_FROM_LATENTS_ALONE: Final = 0.4
"""The same where latents are given: without a past they are all that there is to go by."""
_LONGEST_HOLE: Final = (2, 3)
"""Of a window's bars, the most that are masked in the middle."""
_KEY_TOLD: Final = 0.3
_TEMPO_TOLD: Final = 0.8
_PARTS_TOLD_CONTINUING: Final = 0.2
_PARTS_TOLD_INFILLING: Final = 0.5
_CONTROL_TOLD: Final = 0.5
_CELL_TOLD: Final = 0.7


class _Hole(IntEnum):
    """What is masked where the ending is not."""

    BARS = 0
    """Some bars of all tracks."""
    TRACKS = 1
    """All bars of some tracks."""
    BARS_OF_TRACKS = 2


@dataclass(frozen=True)
class Example:
    """A window with what the model is told of it; arrays of one row of a `Batch`."""

    sequence: Sequence
    weights: npt.NDArray[np.float64]
    masked_parts: npt.NDArray[np.float64]
    latent_given: BoolArray
    look_back: bool


def make_example(window: Window, config: DataConfig, rng: np.random.Generator) -> Example:
    """Mask some of a window, and tell or hide its latents, controls, key, tempo."""
    table = _transposed(window.table, rng) if config.transpose else window.table
    n_bars = len(window.bars)
    planned = rng.random() < config.latents
    continuation = rng.random() < config.continuation
    if continuation:
        from_nothing = _FROM_LATENTS_ALONE if planned else _FROM_NOTHING
        masked, written = _mask_ending(table, n_bars, from_nothing, rng)
    else:
        masked, written = _mask_cells(table, n_bars, rng)
    bars = _known_bars(window.bars, table, rng)
    sequence = build_sequence(table, bars, masked, written)
    _hide_controls(sequence.columns, config, rng)
    latent_given = _plan(written, config, rng) if planned else np.zeros_like(written)
    told = rng.random() < (_PARTS_TOLD_CONTINUING if continuation else _PARTS_TOLD_INFILLING)
    role = sequence.columns[1:, Column.ROLE]
    return Example(
        sequence=sequence,
        weights=np.where(continuation | (role == MASKED), 1.0, _VISIBLE_WEIGHT),
        masked_parts=sequence.masked_parts.astype(np.float64) * told,
        latent_given=latent_given,
        look_back=not (latent_given.any() and rng.random() < config.no_look_back),
    )


def _transposed(table: IntArray, rng: np.random.Generator) -> IntArray:
    lowest, highest = _TRANSPOSITIONS
    shift = int(rng.integers(lowest, highest + 1))
    melodic = table[:, Field.PART] != DRUMS
    pitch = table[melodic, Field.PITCH]
    if not len(pitch) or pitch.min() + shift < 0 or pitch.max() + shift >= N_PITCHES:
        return table
    moved = table.copy()
    moved[melodic, Field.PITCH] += shift
    return moved


def _mask_ending(
    table: IntArray, n_bars: int, from_nothing: float, rng: np.random.Generator
) -> tuple[BoolArray, BoolArray]:
    first = 0 if rng.random() < from_nothing else int(rng.integers(n_bars))
    return table[:, Field.BAR] >= first, np.arange(n_bars) >= first


def _mask_cells(
    table: IntArray, n_bars: int, rng: np.random.Generator
) -> tuple[BoolArray, BoolArray]:
    """Some bars of all tracks, all bars of some tracks, or some bars of some tracks."""
    bars = np.ones(n_bars, bool)
    tracks = np.unique(table[:, Field.TRACK])
    kind = _Hole(int(rng.integers(len(_Hole))))
    if kind != _Hole.TRACKS:
        first = int(rng.integers(n_bars))
        share, of = _LONGEST_HOLE
        length = int(rng.integers(1, max(2, n_bars * share // of + 1)))
        bars = (np.arange(n_bars) >= first) & (np.arange(n_bars) < first + length)
    if kind != _Hole.BARS:
        count = int(rng.integers(1, max(2, len(tracks))))
        tracks = rng.choice(tracks, size=count, replace=False)
    masked = bars[table[:, Field.BAR]] & np.isin(table[:, Field.TRACK], tracks)
    return masked, bars


def _known_bars(bars: Bars, table: IntArray, rng: np.random.Generator) -> Bars:
    keys = np.zeros(len(bars), np.int64)
    if rng.random() < _KEY_TOLD:
        melodic = table[table[:, Field.PART] != DRUMS, Field.PITCH]
        keys[:] = 1 + estimate_key(np.bincount(melodic % 12, minlength=12).astype(np.float64))
    tempi = bars.tempi if rng.random() < _TEMPO_TOLD else np.zeros_like(bars.tempi)
    return Bars(bars.lengths, bars.numerators, tempi, keys)


def _hide_controls(columns: IntArray, config: DataConfig, rng: np.random.Generator) -> None:
    controls = columns[:, Column.CONTROLS :]
    if rng.random() >= config.controls:
        controls[:] = 0
        return
    known = rng.random(N_CONTROLS) < _CONTROL_TOLD
    cell = columns[:, Column.BAR] * N_PARTS + columns[:, Column.PART]
    told = rng.random(int(cell.max()) + 1) < _CELL_TOLD
    controls *= known[None, :] & told[cell][:, None]


def _plan(written: BoolArray, config: DataConfig, rng: np.random.Generator) -> BoolArray:
    given = written.copy()
    if rng.random() < config.plan_cut:
        index = np.flatnonzero(written)
        given[index[int(rng.integers(len(index))) :]] = False
    return given
