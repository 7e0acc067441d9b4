"""Cells and small VAEs of them, for tests."""

import numpy as np
import torch

from segue.encoding.cells import Cells
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS
from segue.models.cells.batch import CellBatch
from segue.models.cells.config import CellVAEConfig
from segue.models.cells.vae import CellVAE, NoisyCells

SMALL = CellVAEConfig(width=32, heads=2, slices=4, latent_width=8)


def random_cells(n_cells: int, seed: int = 0, *, most: int = 8) -> Cells:
    """Cells of drums, basses and pianos in bars of 96 and of 72 positions."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(1, most + 1, size=n_cells)
    instruments = rng.choice([DRUMS, 33, 0], size=n_cells)
    lengths = rng.choice([96, 72], size=n_cells)
    rows = [
        _notes(rng, int(count), int(length), is_drum=instrument == DRUMS)
        for count, length, instrument in zip(counts, lengths, instruments, strict=True)
    ]
    return Cells.of_rows(
        np.concatenate(rows),
        counts,
        instruments=instruments,
        lengths=lengths,
        numerators=lengths // 24,
    )


def _notes(
    rng: np.random.Generator, count: int, length: int, *, is_drum: bool
) -> "np.typing.NDArray[np.int64]":
    place = rng.choice(length * 40, size=count, replace=False)
    place.sort()
    pitch = place % 40 + 36 + DRUM_PITCH_OFFSET * is_drum
    durations, velocities = rng.integers(0, 40, size=count), rng.integers(20, 60, size=count)
    return np.stack([place // 40, pitch, durations, velocities], axis=1).astype(np.int64)


def random_vae(config: CellVAEConfig = SMALL, seed: int = 0) -> CellVAE:
    """A VAE with the weights of a seed."""
    torch.manual_seed(seed)
    return CellVAE(config).eval()


def without_noise(cells: Cells, config: CellVAEConfig = SMALL) -> NoisyCells:
    """Cells as a batch whose z is the mean, nothing of the past hidden."""
    batch = CellBatch.of(cells)
    noise = torch.zeros(len(cells), config.slices, config.latent_width)
    return NoisyCells([batch], [noise], [torch.zeros(batch.notes.shape[:2], dtype=torch.bool)])
