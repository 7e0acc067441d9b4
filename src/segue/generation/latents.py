"""The latents of a region's cells as they were, or may be, noised for each take: how near it stays.

Shapes: C cells, L slices of a bar, Z, NB bars of the window, P parts.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from segue.encoding.cells import MAX_CELL_NOTES, Cells, cells_of_table
from segue.encoding.table import distinct
from segue.encoding.vocabulary import MAX_PARTS, IntArray
from segue.generation.window import Window
from segue.models.latent_arrays import Float32Array, LatentArrays

__all__ = ["cells_of_region", "noised_latents"]

_LATENTS: Final = 4
"""The dice are thrown by (seed, take, chunk); ensembles use 3 as the fourth number, cells 2."""


def cells_of_region(table: IntArray, window: Window) -> tuple[Cells, IntArray]:
    """The cells of notes as they were, and the bar and part of each, (C, 2).

    `table`: their `PartTable`, by the window's bars. Cells that are too full have no latents.
    """
    cells, places = cells_of_table(distinct(table), window.roster, window.bars)
    kept = np.flatnonzero(cells.counts <= MAX_CELL_NOTES)
    return cells.take(kept), places[kept]


def noised_latents(
    means: Float32Array,
    places: IntArray,
    *,
    levels: Sequence[Float32Array | None],
    seed: int,
    takes: Sequence[int],
    chunk: int,
    n_bars: int,
) -> LatentArrays:
    """Latents (C, L, Z) with noise of each take's own; their variance stays.

    `places`: the bar and part of each, (C, 2). `levels`: of each take, for each cell
    (`models.latent_levels`), (C,); with None the take is given none.
    """
    of_cell = np.full((len(takes), n_bars, MAX_PARTS), len(means), np.int64)
    z = np.zeros((len(takes), *means.shape), np.float32)
    told = np.zeros((len(takes), len(means)), np.float32)
    for row, (take, level) in enumerate(zip(takes, levels, strict=True)):
        if level is None:
            continue
        noise = np.random.default_rng([seed, take, chunk, _LATENTS])
        angle = np.maximum(level, 0)[:, None, None] * np.float32(math.pi / 2)
        z[row] = np.cos(angle) * means
        z[row] += np.sin(angle) * noise.standard_normal(means.shape, np.float32)
        of_cell[row, places[:, 0], places[:, 1]] = np.arange(len(means))
        told[row] = level
    return LatentArrays(z, told, of_cell)
