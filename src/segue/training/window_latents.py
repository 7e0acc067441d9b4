"""Latents of the masked cells of windows, for a decoder that learns to read them.

Of an example come the cells, a level and noise; what the latents are, a VAE of cells says that is
not trained any further. Shapes: see `models.latent_reader`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from segue.encoding.cells import MAX_CELL_NOTES, Cells, cells_of_table
from segue.encoding.roster import Roster
from segue.encoding.sequence import Bars
from segue.encoding.table import distinct
from segue.encoding.vocabulary import MAX_PARTS, IntArray
from segue.models.cells.batch import CellBatch
from segue.models.cells.vae import CellVAE
from segue.models.latent_reader import CellLatents, noised
from segue.training.cell_examples import shapes

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
    level: float
    """How noisy the latents are."""
    seed: int
    """Of the noise."""


def masked_cells(
    table: IntArray,
    roster: Roster,
    bars: Bars,
    rng: np.random.Generator,
    *,
    level: float | None = None,
) -> MaskedCells:
    """The cells of masked notes, and a level, drawn where it is not given.

    `table`: those notes, (N, 6). Cells that are too full have no latents.
    """
    drawn = float(rng.random()) * float(rng.random() >= _WITHOUT_NOISE)
    seed = int(rng.integers(2**63))
    cells, places = cells_of_table(distinct(table), roster, bars)
    kept = np.flatnonzero(cells.counts <= MAX_CELL_NOTES)
    if len(kept) > MOST_CELLS:
        kept = np.sort(rng.choice(kept, MOST_CELLS, replace=False))
    return MaskedCells(cells.take(kept), places[kept], drawn if level is None else level, seed)


class LatentsOfCells:
    """A VAE of cells as the source of latents."""

    def __init__(self, vae: CellVAE) -> None:
        self.vae = vae.eval().requires_grad_(False)
        self.slices, self.width = vae.config.slices, vae.config.latent_width

    def of_windows(self, windows: Sequence[MaskedCells | None], *, max_bars: int) -> CellLatents:
        """Latents of windows side by side; of some windows none are given."""
        size = len(windows)
        z = torch.zeros(size, MOST_CELLS, self.slices, self.width)
        level = torch.ones(size)
        of_cell = np.full((size, max_bars, MAX_PARTS), MOST_CELLS, np.int64)
        given = [(row, window) for row, window in enumerate(windows) if window is not None]
        means = self.means([window.cells for _, window in given])
        for (row, window), mean in zip(given, means, strict=True):
            count = len(window.cells)
            noise = np.random.default_rng(window.seed).standard_normal(mean.shape, np.float32)
            level[row] = window.level
            z[row, :count] = noised(mean, torch.from_numpy(noise), level[row])
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
