"""Cells of a packed set as training examples, in groups of like lengths.

Example number i of a run is the cells of one bar, moved by some semitones each, and a function of
(pack, seed, i) alone: a random tune, a song of it, a bar of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import DataLoader, Dataset

from segue.encoding.cells import MAX_CELL_NOTES, Cells, cells_of_table
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, IntArray
from segue.errors import CorpusError
from segue.models.cells.batch import CellBatch
from segue.models.cells.columns import PITCH
from segue.models.cells.config import CellVAEConfig
from segue.models.cells.vae import NoisyCells
from segue.training.packing import Pack
from segue.training.windows import TRANSPOSITIONS, cut_window

_ATTEMPTS: Final = 200
"""Bars that are empty, or have more notes than a window, before a corpus counts as too sparse."""
_EVENTS: Final = 1024
_SHORTEST: Final = 4
_N_LENGTHS: Final = 5
"""Room for 4, 8, 16, 32 or 64 notes a cell."""
_ROOM_STEP: Final = 128
"""The room for notes in a group is a multiple of this."""
_MOST_HIDDEN: Final = 0.6
"""Of a cell's past notes; the share is drawn for each cell between nothing and this."""

BarOfCells = tuple[Cells, npt.NDArray[np.float32], npt.NDArray[np.bool_]]
"""Cells, their noise (C, L, Z), and which past notes are hidden, (C, MAX_CELL_NOTES)."""


class CellExamples(Dataset[BarOfCells]):
    """All examples that a run may see, by number."""

    def __init__(
        self, pack: Pack, model: CellVAEConfig, *, seed: int, length: int, training: bool
    ) -> None:
        """`training`: whether cells are transposed, and some of the past is hidden."""
        self.pack, self.model, self.seed, self.length = pack, model, seed, length
        self.training = training
        self._versions = pack.versions()

    def __len__(self) -> int:
        """How many examples the run has."""
        return self.length

    def __getitem__(self, index: int) -> BarOfCells:
        """Example number `index`.

        Raises:
            CorpusError: the songs are too sparse.
        """
        rng = np.random.default_rng([self.seed, index])
        cells = self._draw(rng)
        shape = (len(cells), self.model.slices, self.model.latent_width)
        noise = rng.standard_normal(shape, np.float32)
        if not self.training:
            return cells, noise, np.zeros((len(cells), MAX_CELL_NOTES), bool)
        share = _MOST_HIDDEN * rng.random((len(cells), 1))
        hidden = rng.random((len(cells), MAX_CELL_NOTES)) < share
        return transposed(cells, rng), noise, hidden

    def _draw(self, rng: np.random.Generator) -> Cells:
        pack = self.pack
        for _ in range(_ATTEMPTS):
            versions = self._versions[int(rng.integers(len(self._versions)))]
            song = int(rng.choice(versions))
            n_bars = int(pack.bar_of_song[song + 1] - pack.bar_of_song[song])
            bar = int(rng.integers(n_bars))
            window = cut_window(pack, song, bar, events=_EVENTS, max_bars=1)
            if window is None or not len(window.table):
                continue
            cells, _ = cells_of_table(window.table, window.roster, window.bars)
            fit = np.flatnonzero(cells.counts <= MAX_CELL_NOTES)
            if len(fit):
                return cells.take(fit)
        raise CorpusError(
            f"{pack.path}: {_ATTEMPTS} bars in a row had no notes, or too many; give other songs"
        )


def transposed(cells: Cells, rng: np.random.Generator) -> Cells:
    """Each cell moved by some semitones; drums, and what would leave the range, stay."""
    lowest, highest = TRANSPOSITIONS
    moves = rng.integers(lowest, highest + 1, size=len(cells))
    moves[cells.instruments == DRUMS] = 0
    is_note = np.arange(cells.notes.shape[1]) < cells.counts[:, None]
    pitch = cells.notes[..., PITCH] + moves[:, None]
    outside = ((pitch < 0) | (pitch >= DRUM_PITCH_OFFSET)) & is_note
    moves[outside.any(axis=1) & (cells.instruments != DRUMS)] = 0
    moved = cells.notes.copy()
    moved[..., PITCH] += moves[:, None] * is_note
    return replace(cells, notes=moved)


def cell_batches(
    examples: CellExamples, numbers: Iterable[list[int]], *, workers: int = 0
) -> Iterator[NoisyCells]:
    """A batch of the examples of each list of numbers, prepared ahead by `workers` processes."""
    yield from DataLoader(
        examples, batch_sampler=numbers, collate_fn=collate_cells, num_workers=workers
    )


def collate_cells(bars: list[BarOfCells]) -> NoisyCells:
    """The cells of some bars, in groups of like lengths, padded to few shapes."""
    cells = Cells.together([cells for cells, _, _ in bars])
    noise = np.concatenate([noise for _, noise, _ in bars])
    hidden = np.concatenate([hidden for _, _, hidden in bars])
    groups = NoisyCells([], [], [])
    for index, n_cells, n_notes in shapes(cells.counts):
        groups.cells.append(CellBatch.of(cells.take(index).padded(n_cells, n_notes)))
        room = ((0, n_cells - len(index)), (0, 0))
        groups.noise.append(torch.from_numpy(np.pad(noise[index], (*room, (0, 0)))))
        groups.hidden.append(torch.from_numpy(np.pad(hidden[index, :n_notes], room)))
    return groups


def shapes(counts: IntArray) -> Iterator[tuple[IntArray, int, int]]:
    """Cells by their numbers of notes, (C,): some of them, and (C, T) to pad them to.

    The same few shapes come again and again: a CPU's kernels are made anew for each.
    """
    longest = np.array([_SHORTEST * 2**k for k in range(_N_LENGTHS)])
    length = np.searchsorted(longest, counts)
    for k, n_notes in enumerate(longest.tolist()):
        index = np.flatnonzero(length == k)
        if len(index):
            step = _ROOM_STEP // n_notes
            yield index, -(-len(index) // step) * step, n_notes
