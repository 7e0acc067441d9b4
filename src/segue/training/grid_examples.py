"""Grids of cells as examples for a network of plans: which cells are given, and which are not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segue.diffusion.scale import LatentScale
from segue.models.plans.columns import N_BARS, N_CELLS, N_PARTS, Told
from segue.training.config import MaskConfig
from segue.training.grids import Grids
from segue.training.latent_examples import CleanLatents

__all__ = ["GridSource", "unknown_cells"]

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class GridSource:
    """Random grids of a folder; a `LatentSource`."""

    grids: Grids
    scale: LatentScale
    masks: MaskConfig
    guesses: float
    """See `PlanTrainingConfig`."""

    def draw(self, rng: np.random.Generator) -> CleanLatents:
        """A random grid; `about` are its `Told`, and cells that are not there count as known."""
        number = int(rng.integers(len(self.grids)))
        told = self.grids.told[number].astype(np.float32).reshape(N_CELLS, len(Told))
        told[:, Told.GUESSED] = rng.random() < self.guesses
        there = told[:, Told.INSTRUMENT] > 0
        unknown = unknown_cells(there.reshape(N_BARS, N_PARTS), self.masks, rng).reshape(-1)
        return CleanLatents(self.grids.values(number, self.scale), told, ~unknown)


def unknown_cells(there: BoolArray, masks: MaskConfig, rng: np.random.Generator) -> BoolArray:
    """The cells that are to be drawn, at least one, of those that are there: (N_BARS, N_PARTS)."""
    kind = rng.random()
    chosen = np.ones_like(there)
    if kind < masks.continuation:
        chosen[: int(rng.integers(1, N_BARS))] = False
    elif kind < masks.continuation + masks.bars:
        chosen &= _bars_in_a_row(rng)
    elif kind < masks.continuation + masks.bars + masks.parts:
        parts = rng.permutation(np.flatnonzero(there.any(axis=0)))
        kept = parts[: int(rng.integers(1, max(2, len(parts))))]
        chosen[:, np.setdiff1d(np.arange(N_PARTS), kept)] = False
        if rng.random() < 0.5:
            chosen &= _bars_in_a_row(rng)
    unknown = chosen & there
    return unknown if unknown.any() else there


def _bars_in_a_row(rng: np.random.Generator) -> BoolArray:
    """One to all but one, (N_BARS, 1)."""
    length = int(rng.integers(1, N_BARS))
    first = int(rng.integers(N_BARS - length + 1))
    bars = np.arange(N_BARS)[:, None]
    return (bars >= first) & (bars < first + length)
