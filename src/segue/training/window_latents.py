"""Latents of the masked cells of windows, for a decoder that learns to read them.

Of an example come the cells, a level and noise; what the latents are, a VAE of cells says that is
not trained any further. Shapes: see `models.latent_reader`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from segue.encoding.cells import MAX_CELL_NOTES, Cells, cells_of_table
from segue.encoding.roster import Roster
from segue.encoding.sequence import Bars
from segue.encoding.table import distinct
from segue.encoding.vocabulary import MAX_PARTS, IntArray
from segue.models.cells.batch import CellBatch
from segue.models.cells.vae import CellVAE
from segue.models.latent_levels import level_of_recalled, sureness
from segue.models.latent_reader import CellLatents, noised
from segue.training.cell_examples import shapes
from segue.training.recalled import RecalledBars

Float32Array = npt.NDArray[np.float32]

MOST_CELLS: Final = 128
"""Of a window whose latents are given; those of others are not."""
_WITHOUT_NOISE: Final = 0.15
"""The share of windows whose latents come as they are."""


@dataclass(frozen=True, eq=False)
class MaskedCells:
    """Cells of one window whose latents are given."""

    cells: Cells
    places: IntArray
    """The bar and part of each, (C, 2)."""
    levels: Float32Array
    """Of the latents of each (`models.latent_levels`), (C,)."""
    seed: int = 0
    """Of the noise."""

    def take(self, index: IntArray) -> "MaskedCells":
        """Some of them."""
        cells, places = self.cells.take(index), self.places[index]
        return replace(self, cells=cells, places=places, levels=self.levels[index])

    def parts(self, n_bars: int) -> Float32Array:
        """How sure it is that each part plays in each bar, (n_bars, MAX_PARTS)."""
        found = np.zeros((n_bars, MAX_PARTS), np.float32)
        found[tuple(self.places.T)] = sureness(self.levels)
        return found


def masked_cells(
    table: IntArray,
    roster: Roster,
    bars: Bars,
    rng: np.random.Generator,
    *,
    level: float | None = None,
) -> MaskedCells:
    """The cells of masked notes, and a level, drawn where it is not given.

    `table`: those notes, (N, 6).
    """
    drawn = float(rng.random()) * float(rng.random() >= _WITHOUT_NOISE)
    seed = int(rng.integers(2**63))
    found = _cells_with_latents(table, roster, bars)
    levels = np.full(len(found.places), drawn if level is None else level, np.float32)
    found = replace(found, levels=levels, seed=seed)
    if len(levels) > MOST_CELLS:
        kept = np.sort(rng.choice(len(levels), MOST_CELLS, replace=False))
        found = found.take(kept)
    return found


def recalled_cells(recalled: RecalledBars, roster: Roster, bars: Bars) -> MaskedCells:
    """The cells that masked ones may be like, the likeliest ones if there are too many."""
    found = _cells_with_latents(recalled.table, roster, bars)
    levels = level_of_recalled(recalled.expected[found.places[:, 0]])
    found = replace(found, levels=levels)
    return found.take(np.sort(np.argsort(-levels, kind="stable")[:MOST_CELLS]))


def _cells_with_latents(table: IntArray, roster: Roster, bars: Bars) -> MaskedCells:
    """The cells of notes; those that are too full have no latents."""
    cells, places = cells_of_table(distinct(table), roster, bars)
    kept = np.flatnonzero(cells.counts <= MAX_CELL_NOTES)
    return MaskedCells(cells.take(kept), places[kept], np.zeros(len(kept), np.float32))


class LatentsOfCells:
    """A VAE of cells as the source of latents."""

    def __init__(self, vae: CellVAE) -> None:
        self.vae = vae.eval().requires_grad_(False)
        self.slices, self.width = vae.config.slices, vae.config.latent_width

    def of_windows(self, windows: Sequence[MaskedCells | None], *, max_bars: int) -> CellLatents:
        """Latents of windows side by side; of some windows none are given."""
        size = len(windows)
        z = torch.zeros(size, MOST_CELLS, self.slices, self.width)
        level = torch.ones(size, MOST_CELLS)
        of_cell = np.full((size, max_bars, MAX_PARTS), MOST_CELLS, np.int64)
        given = [(row, window) for row, window in enumerate(windows) if window is not None]
        means = self.means([window.cells for _, window in given])
        for (row, window), mean in zip(given, means, strict=True):
            count = len(window.cells)
            noise = np.random.default_rng(window.seed).standard_normal(mean.shape, np.float32)
            told = torch.from_numpy(window.levels)
            level[row, :count] = told
            z[row, :count] = noised(mean, torch.from_numpy(noise), told[:, None, None])
            of_cell[row, window.places[:, 0], window.places[:, 1]] = np.arange(count)
        return CellLatents(z, level, torch.from_numpy(of_cell))

    @torch.no_grad()
    def means(self, groups: Sequence[Cells]) -> list[Tensor]:
        """The means of the latents of some groups of cells, (C, L, Z) each."""
        counts = [len(cells) for cells in groups]
        found = torch.zeros(sum(counts), self.slices, self.width)
        if len(found):
            cells = Cells.together([cells for cells in groups if len(cells)])
            for index, n_cells, n_notes in shapes(cells.counts):
                batch = CellBatch.of(cells.take(index).padded(n_cells, n_notes))
                found[torch.from_numpy(index)] = self.vae.encode(batch).mean[: len(index)]
        return list(torch.split(found, counts))
