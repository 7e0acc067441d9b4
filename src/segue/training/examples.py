"""Windows of a packed set as training examples: what is hidden of each, and what is known.

Example number i of a run is a function of (pack, options, seed, i) alone: a run that was killed
goes on with the very examples that it would have seen, on any number of devices.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import DataLoader, Dataset

from segue.encoding.controls import N_CONTROLS
from segue.encoding.roster import Roster
from segue.encoding.sequence import (
    MASKED,
    N_COLUMNS,
    Bars,
    Column,
    Sequence,
    build_sequence,
)
from segue.encoding.table import Field
from segue.encoding.vocabulary import MAX_PARTS, NO_PART, IntArray
from segue.errors import CorpusError
from segue.models.decoder import Windows
from segue.theory.key import estimate_key
from segue.training.config import ExampleConfig
from segue.training.mistakes import with_mistakes
from segue.training.packing import Pack
from segue.training.recalled import Hole, recalled_bars
from segue.training.window_latents import (
    Float32Array,
    LatentsOfCells,
    MaskedCells,
    masked_cells,
    recalled_cells,
)
from segue.training.windows import Window, cut_window, transposed, transposition

_ATTEMPTS: Final = 50
_LEAST_SHARE: Final = 8
"""One note for so many events of room, at least: emptier windows teach little."""
_FEWEST: Final = 16
"""Notes of a window where all songs are short or sparse."""
_VISIBLE_WEIGHT: Final = 0.5
"""Of what is visible around masked cells: it teaches too, but is never what is asked for."""


@dataclass(frozen=True, eq=False)
class Example:
    """A window with what the model knows of it beforehand."""

    sequence: Sequence
    weights: npt.NDArray[np.float64]
    roster: Roster
    masked_parts: Float32Array
    """How sure it is that each part plays in each bar, as far as it is given, (n_bars, MAX_PARTS).
    """
    cells: MaskedCells | None = None
    """What the masked cells are told to be like, where latents are given."""
    read: IntArray | None = None
    """The sequence's columns as they are read, where that is with mistakes."""


class Examples(Dataset[Example]):
    """All examples that a run may see, by number: a random tune, a song of it, a place in it."""

    def __init__(
        self,
        pack: Pack,
        config: ExampleConfig,
        *,
        seed: int,
        length: int,
        max_bars: int,
        with_cells: bool = False,
        level: float | None = None,
    ) -> None:
        """`with_cells`: whether latents are given as `config` says, else none are.

        `level`: how noisy they are; None: each window has its own.
        """
        self.pack, self.seed = pack, seed
        self.config = config if with_cells else replace(config, latents=0)
        self.length, self.max_bars, self.level = length, max_bars, level
        self._versions = pack.versions()

    def __len__(self) -> int:
        """How many examples the run has."""
        return self.length

    def __getitem__(self, index: int) -> Example:
        """Example number `index`.

        Raises:
            CorpusError: the songs are too short.
        """
        rng = np.random.default_rng([self.seed, index])
        return make_example(self._draw(rng), self.config, rng, level=self.level)

    def window(self, index: int) -> Window:
        """The window that example number `index` is made of."""
        return self._draw(np.random.default_rng([self.seed, index]))

    def _draw(self, rng: np.random.Generator) -> Window:
        events, pack = self.config.events, self.pack
        fullest: Window | None = None
        for _ in range(_ATTEMPTS):
            versions = self._versions[int(rng.integers(len(self._versions)))]
            song = int(rng.choice(versions))
            begin, end = int(pack.bar_of_song[song]), int(pack.bar_of_song[song + 1])
            first_note, last_note = pack.first_note(begin), int(pack.note_end[end - 1])
            last = max(1, last_note - first_note - events // 2)
            note = first_note + int(rng.integers(last))
            bar = int(np.searchsorted(pack.note_end[begin:end], note, side="right"))
            window = cut_window(pack, song, bar, events=events, max_bars=self.max_bars)
            if window is None:
                continue
            if len(window.table) >= events // _LEAST_SHARE:
                return window
            if fullest is None or len(window.table) > len(fullest.table):
                fullest = window
        if fullest is not None and len(fullest.table) >= _FEWEST:
            return fullest
        raise CorpusError(
            f"{pack.path}: {_ATTEMPTS} times in a row a song had no window of {_FEWEST} notes or "
            "more in whole bars; give longer songs, or another data.events"
        )


def make_example(
    window: Window, config: ExampleConfig, rng: np.random.Generator, *, level: float | None = None
) -> Example:
    """Mask some of a window, and give or hide controls, key, tempo, parts and latents.

    Latents come with the parts: they say which these are. Those of the masked cells are of the
    `level` if there is one.
    """
    shift = transposition(window, rng) if config.transpose else 0
    table = transposed(window.table, window.roster, shift)
    n_bars = len(window.bars)
    hole = _hole(table, window, config, rng)
    masked = hole.masked(table)
    bars = _known_bars(window, table, config, rng)
    sequence = build_sequence(table, window.roster, bars, masked, hole.bars)
    _hide_controls(sequence.columns, config, rng)
    masked_parts = sequence.masked_parts.astype(np.float32)
    given = rng.random() < config.parts
    role = sequence.columns[1:, Column.ROLE]
    cells: MaskedCells | None = None
    if config.latents and rng.random() < config.latents:
        if rng.random() < config.recalled:
            found = recalled_bars(window, hole, shift, rng)
            cells = recalled_cells(found, window.roster, bars)
            masked_parts = masked_parts if given else cells.parts(n_bars)
        else:
            cells = masked_cells(table[masked], window.roster, bars, rng, level=level)
        given = True
    has_mistakes = rng.random() < config.mistakes
    return Example(
        sequence=sequence,
        weights=np.where(hole.continues | (role == MASKED), 1.0, _VISIBLE_WEIGHT),
        roster=window.roster,
        masked_parts=masked_parts * given,
        cells=cells,
        read=with_mistakes(sequence.columns, rng) if has_mistakes else None,
    )


def _hole(table: IntArray, window: Window, config: ExampleConfig, rng: np.random.Generator) -> Hole:
    """The last bars of all parts; or some bars of all, all bars of some, or some of some."""
    n_bars, every = len(window.bars), np.ones(len(window.roster), bool)
    if rng.random() < config.continuation:
        first = 0 if rng.random() < config.from_nothing else int(rng.integers(n_bars))
        return Hole(np.arange(n_bars) >= first, every, continues=True)
    bars, parts = np.ones(n_bars, bool), every
    playing = np.unique(table[:, Field.PART])
    some_bars, some_parts = ((True, False), (False, True), (True, True), (True, True))[
        int(rng.integers(4))
    ]
    if some_bars:
        first = int(rng.integers(n_bars))
        length = int(rng.integers(1, max(2, n_bars * 2 // 3 + 1)))
        bars = (np.arange(n_bars) >= first) & (np.arange(n_bars) < first + length)
    if some_parts:
        count = int(rng.integers(1, max(2, len(playing))))
        parts = np.isin(np.arange(len(every)), rng.choice(playing, size=count, replace=False))
    return Hole(bars, parts, continues=False)


def _known_bars(
    window: Window, table: IntArray, config: ExampleConfig, rng: np.random.Generator
) -> Bars:
    bars, keys = window.bars, np.zeros(len(window.bars), np.int64)
    if rng.random() < config.key:
        melodic = table[~window.roster.is_drum[table[:, Field.PART]], Field.PITCH]
        keys[:] = 1 + estimate_key(np.bincount(melodic % 12, minlength=12).astype(np.float64))
    tempi = bars.tempi if rng.random() < config.tempo else np.zeros_like(bars.tempi)
    return Bars(bars.lengths, bars.numerators, tempi, keys)


def _hide_controls(columns: IntArray, config: ExampleConfig, rng: np.random.Generator) -> None:
    """Leave some controls of some parts, all bars of each: a wish is for a part and a region."""
    controls = columns[:, Column.CONTROLS :]
    if rng.random() >= config.controls:
        controls[:] = 0
        return
    known = rng.random((MAX_PARTS, N_CONTROLS)) < rng.random()
    controls *= known[columns[:, Column.PART]]


def batches(
    examples: Examples,
    numbers: Iterable[list[int]],
    *,
    workers: int = 0,
    latents: LatentsOfCells | None = None,
) -> Iterator[Windows]:
    """A batch of the examples of each list of numbers, prepared ahead by `workers` processes.

    `latents`: where those of masked cells come from, if examples give any.
    """
    shape = partial(_collate_with_cells, events=examples.config.events, max_bars=examples.max_bars)
    for windows, cells in DataLoader(
        examples, batch_sampler=numbers, collate_fn=shape, num_workers=workers
    ):
        if latents is not None:
            windows.latents = latents.of_windows(cells, max_bars=examples.max_bars)
        yield windows


def _collate_with_cells(
    examples: list[Example], *, events: int, max_bars: int
) -> tuple[Windows, list[MaskedCells | None]]:
    windows = collate(examples, events=events, max_bars=max_bars)
    return windows, [example.cells for example in examples]


def collate(examples: list[Example], *, events: int, max_bars: int) -> Windows:
    """Examples side by side, padded to `events` and `max_bars`: a run's shapes never change."""
    size = len(examples)
    columns = np.zeros((size, events, N_COLUMNS), np.int64)
    read = np.zeros_like(columns)
    weights = np.zeros((size, events - 1), np.float32)
    instruments = np.full((size, MAX_PARTS), NO_PART, np.int64)
    masked_parts = np.zeros((size, max_bars, MAX_PARTS), np.float32)
    for i, example in enumerate(examples):
        rows = example.sequence.columns[:events]
        columns[i, : len(rows)] = rows
        read[i, : len(rows)] = rows if example.read is None else example.read[:events]
        weights[i, : len(rows) - 1] = example.weights[: len(rows) - 1]
        instruments[i, : len(example.roster)] = example.roster.instruments
        masked_parts[i, : len(example.masked_parts)] = example.masked_parts
    return Windows(
        columns=torch.from_numpy(columns),
        weights=torch.from_numpy(weights),
        instruments=torch.from_numpy(instruments),
        masked_parts=torch.from_numpy(masked_parts),
        read=torch.from_numpy(read),
    )
