"""Windows of a corpus as training examples.

Example number i of a run is a function of (corpus, options, seed, i) alone: a run that was killed goes on
with the very examples that it would have seen, on any number of devices.
"""

from dataclasses import dataclass

import numpy as np
import torch

from segue.corpus import CorpusStore, Song
from segue.encoding.controls import N_CONTROLS
from segue.encoding.events import Field, Grid, encode_columns, grid_of_bars
from segue.encoding.sequence import (
    N_COLUMNS,
    Bars,
    BoolArray,
    Column,
    Sequence,
    build_sequence,
)
from segue.encoding.vocabulary import DRUMS, N_PARTS, IntArray, tempo_class
from segue.models.batch import Batch
from segue.score import BarGrid, MetreMap
from segue.score.metre import MAX_DENOMINATOR
from segue.theory.key import estimate_key
from segue.training.config import DataConfig
from segue.units import US_PER_MINUTE

_ATTEMPTS = 50
_VISIBLE_WEIGHT = 0.5
"""Of what is visible around masked cells: it teaches too, but is never what is asked for."""


@dataclass(frozen=True)
class Window:
    """Some whole bars of a song, before anything of them is masked."""

    table: IntArray
    """The notes, a `NoteTable` with bars counted from the window's first, (N, 7)."""
    bars: Bars


@dataclass(frozen=True)
class Example:
    """A window with what the model is told of it; arrays of one row of a `Batch`."""

    sequence: Sequence
    weights: np.ndarray
    masked_parts: np.ndarray
    latent_given: BoolArray
    look_back: bool


def song_grid(song: Song) -> Grid:
    """The model's bars of a song, as far as its notes begin."""
    metre = MetreMap.of(
        ticks=song.metre_ticks,
        numerator=song.metre_numerator,
        denominator=song.metre_denominator,
    )
    last = int(song.onset[-1]) + 1
    tpq = song.ticks_per_quarter
    return grid_of_bars(BarGrid.build(metre, ticks_per_quarter=tpq, end_tick=last), tpq)


def bars_of(grid: Grid, tempo_ticks: IntArray, tempo_us: IntArray, first: int, last: int) -> Bars:
    """What is known of the bars [first, last) of a song before any note; no key yet."""
    at = np.searchsorted(tempo_ticks, grid.starts[first:last], side="right") - 1
    bpm = US_PER_MINUTE / tempo_us[np.maximum(at, 0)].astype(np.float64)
    return Bars(
        lengths=grid.lengths[first:last],
        numerators=np.clip(grid.numerators[first:last], 1, 32),
        tempi=tempo_class(bpm),
        keys=np.zeros(last - first, np.int64),
    )


def cut_window(song: Song, note: int, *, events: int, max_bars: int) -> Window | None:
    """The bars from that of note number `note` on that fit into `events`; None where none does.

    Two events are reckoned for each bar, since an infilled bar is begun twice, and one for the end.
    """
    grid = song_grid(song)
    first = int(grid.to_positions(song.onset[note : note + 1].astype(np.int64))[0, 0])
    begin = int(np.searchsorted(song.onset, grid.starts[first]))
    end = min(begin + events, len(song.onset))
    part = np.where(song.track_is_drum, DRUMS, song.track_program).astype(np.int64)
    table = encode_columns(
        onset=song.onset[begin:end],
        duration=song.duration[begin:end],
        pitch=song.pitch[begin:end],
        velocity=song.velocity[begin:end],
        track=song.track[begin:end],
        part_of_track=part,
        grid=grid,
    )
    complete = grid.n_bars if end == len(song.onset) else int(table[-1, Field.BAR])
    table[:, Field.BAR] -= first
    n_bars = min(complete - first, max_bars)
    if n_bars < 1:
        return None
    notes = np.bincount(table[:, Field.BAR], minlength=n_bars)[:n_bars]
    n_bars = int(np.searchsorted(np.cumsum(notes + 2), events - 1, side="right"))
    table = table[table[:, Field.BAR] < n_bars]
    if n_bars < 1 or not len(table):
        return None
    return Window(table, bars_of(grid, song.tempo_ticks, song.tempo_us, first, first + n_bars))


class Windows(torch.utils.data.Dataset[Example]):
    """All windows that a run may see, by number.

    Raises:
        CorpusError: by the store, where it is damaged.
    """

    def __init__(
        self,
        store: CorpusStore,
        songs: IntArray,
        config: DataConfig,
        *,
        seed: int,
        length: int,
        max_bars: int,
    ) -> None:
        self.store, self.songs, self.config = store, songs, config
        self.seed, self.length, self.max_bars = seed, length, max_bars

    def __len__(self) -> int:
        """How many examples the run has."""
        return self.length

    def __getitem__(self, index: int) -> Example:
        """Example number `index`."""
        rng = np.random.default_rng([self.seed, index])
        return make_example(self._draw(rng), self.config, rng)

    def window(self, index: int) -> Window:
        """The window that example number `index` is made of."""
        return self._draw(np.random.default_rng([self.seed, index]))

    def _draw(self, rng: np.random.Generator) -> Window:
        """A window with music in it: of a random song, from a random note on."""
        for _ in range(_ATTEMPTS):
            song = self.store.song(int(rng.choice(self.songs)))
            if song.metre_denominator.max(initial=1) > MAX_DENOMINATOR:
                continue
            last = max(1, len(song.onset) - self.config.events // 2)
            window = cut_window(
                song,
                int(rng.integers(last)),
                events=self.config.events,
                max_bars=self.max_bars,
            )
            if window is not None and len(window.table) >= self.config.events // 8:
                return window
        raise RuntimeError(f"{_ATTEMPTS} songs in a row have no window with enough notes")


def make_example(window: Window, config: DataConfig, rng: np.random.Generator) -> Example:
    """Mask some of a window, and tell or hide its latents, controls, key, tempo."""
    table = _transposed(window.table, rng) if config.transpose else window.table
    n_bars = len(window.bars)
    continuation = rng.random() < config.continuation
    if continuation:
        masked, written = _mask_ending(table, n_bars, rng)
    else:
        masked, written = _mask_cells(table, n_bars, rng)
    bars = _known_bars(window.bars, table, rng)
    sequence = build_sequence(table, bars, masked, written)
    _hide_controls(sequence.columns, config, rng)
    latent_given = _plan(written, config, rng)
    told = rng.random() < (0.2 if continuation else 0.5)
    role = sequence.columns[1:, Column.ROLE]
    return Example(
        sequence=sequence,
        weights=np.where(continuation | (role == 1), 1.0, _VISIBLE_WEIGHT),
        masked_parts=sequence.masked_parts * float(told),
        latent_given=latent_given,
        look_back=not (latent_given.any() and rng.random() < config.no_look_back),
    )


def _transposed(table: IntArray, rng: np.random.Generator) -> IntArray:
    shift = int(rng.integers(-5, 7))
    melodic = table[:, Field.PART] != DRUMS
    pitch = table[melodic, Field.PITCH]
    if not len(pitch) or pitch.min() + shift < 0 or pitch.max() + shift > 127:
        return table
    moved = table.copy()
    moved[melodic, Field.PITCH] += shift
    return moved


def _mask_ending(
    table: IntArray, n_bars: int, rng: np.random.Generator
) -> tuple[BoolArray, BoolArray]:
    first = 0 if rng.random() < 0.15 else int(rng.integers(n_bars))
    return table[:, Field.BAR] >= first, np.arange(n_bars) >= first


def _mask_cells(
    table: IntArray, n_bars: int, rng: np.random.Generator
) -> tuple[BoolArray, BoolArray]:
    """Some bars of all tracks, all bars of some tracks, or some bars of some tracks."""
    bars = np.ones(n_bars, bool)
    tracks = np.unique(table[:, Field.TRACK])
    kind = rng.integers(3)
    if kind != 1:
        first = int(rng.integers(n_bars))
        length = int(rng.integers(1, max(2, n_bars * 2 // 3 + 1)))
        bars = (np.arange(n_bars) >= first) & (np.arange(n_bars) < first + length)
    if kind != 0:
        count = int(rng.integers(1, max(2, len(tracks))))
        tracks = rng.choice(tracks, size=count, replace=False)
    masked = bars[table[:, Field.BAR]] & np.isin(table[:, Field.TRACK], tracks)
    return masked, bars


def _known_bars(bars: Bars, table: IntArray, rng: np.random.Generator) -> Bars:
    keys = np.zeros(len(bars), np.int64)
    if rng.random() < 0.3:
        melodic = table[table[:, Field.PART] != DRUMS, Field.PITCH]
        keys[:] = 1 + estimate_key(np.bincount(melodic % 12, minlength=12).astype(np.float64))
    tempi = bars.tempi if rng.random() < 0.8 else np.zeros_like(bars.tempi)
    return Bars(bars.lengths, bars.numerators, tempi, keys)


def _hide_controls(columns: IntArray, config: DataConfig, rng: np.random.Generator) -> None:
    controls = columns[:, Column.CONTROLS :]
    if rng.random() >= config.controls:
        controls[:] = 0
        return
    known = rng.random(N_CONTROLS) < 0.5
    cell = columns[:, Column.BAR] * N_PARTS + columns[:, Column.PART]
    told = rng.random(int(cell.max()) + 1) < 0.7
    controls *= known[None, :] & told[cell][:, None]


def _plan(written: BoolArray, config: DataConfig, rng: np.random.Generator) -> BoolArray:
    if rng.random() >= config.latents:
        return np.zeros_like(written)
    given = written.copy()
    if rng.random() < config.plan_cut:
        index = np.flatnonzero(written)
        given[index[int(rng.integers(len(index))) :]] = False
    return given


def collate(examples: list[Example], *, events: int, max_bars: int) -> Batch:
    """Examples side by side, padded to `events` and `max_bars`: shapes never change during a run."""
    size = len(examples)
    columns = np.zeros((size, events, N_COLUMNS), np.int64)
    weights = np.zeros((size, events - 1), np.float32)
    masked_parts = np.zeros((size, max_bars, N_PARTS), np.float32)
    given = np.zeros((size, max_bars), bool)
    for i, example in enumerate(examples):
        rows = example.sequence.columns[:events]
        columns[i, : len(rows)] = rows
        weights[i, : len(rows) - 1] = example.weights[: len(rows) - 1]
        masked_parts[i, : len(example.masked_parts)] = example.masked_parts
        given[i, : len(example.latent_given)] = example.latent_given
    return Batch(
        columns=torch.from_numpy(columns),
        weights=torch.from_numpy(weights),
        masked_parts=torch.from_numpy(masked_parts),
        latent_given=torch.from_numpy(given),
        look_back=torch.tensor([example.look_back for example in examples]),
    )
