"""Latents with noise as training examples.

Example number i of a run is a function of (source, seed, i) alone. Levels of neighbouring numbers
lie apart: number i is i golden sections up, so that a batch takes in all levels alike, which
varies less than drawing them (a lattice instead of dice).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch.utils.data import DataLoader, Dataset

from segue.diffusion.denoiser import NoisyLatents
from segue.diffusion.scale import LatentScale
from segue.diffusion.schedule import NoiseSchedule

__all__ = ["CleanLatents", "LatentExamples", "LatentSource", "latent_batches"]

Float32Array = npt.NDArray[np.float32]

_GOLDEN: Final = 0.6180339887498949


@dataclass(frozen=True, eq=False)
class CleanLatents:
    """An example before noise: N tokens."""

    values: Float32Array
    """(N, Z), not scaled."""
    about: Float32Array
    """What each token is of, (N, C)."""


class LatentSource(Protocol):
    """Where clean latents come from."""

    def draw(self, rng: np.random.Generator) -> CleanLatents:
        """A random example."""
        ...


@dataclass(frozen=True, eq=False)
class NoisyExample:
    """An example at a level; fields as of `NoisyLatents`, without the batch."""

    noisy: Float32Array
    velocity: Float32Array
    share: float
    weight: float
    about: Float32Array


class LatentExamples(Dataset[NoisyExample]):
    """All examples that a run may see, by number."""

    def __init__(
        self,
        source: LatentSource,
        scale: LatentScale,
        schedule: NoiseSchedule,
        *,
        seed: int,
        length: int,
        min_snr: float | None,
    ) -> None:
        """`min_snr`: see `LatentTrainingConfig`."""
        self.source, self.scale, self.schedule = source, scale, schedule
        self.seed, self.length, self.min_snr = seed, length, min_snr
        self._offset = float(np.random.default_rng(seed).random())

    def __len__(self) -> int:
        """How many examples the run has."""
        return self.length

    def __getitem__(self, index: int) -> NoisyExample:
        """Example number `index`."""
        rng = np.random.default_rng([self.seed, index])
        drawn = self.source.draw(rng)
        at = (self._offset + index * _GOLDEN) % 1.0
        level = 1 + int(at * self.schedule.n_levels)
        clean = self.scale.encode(drawn.values)
        noise = rng.standard_normal(clean.shape, np.float32)
        return NoisyExample(
            noisy=self.schedule.noised(clean, noise, level).astype(np.float32),
            velocity=self.schedule.velocity(clean, noise, level).astype(np.float32),
            share=level / self.schedule.n_levels,
            weight=self._weight(level),
            about=drawn.about,
        )

    def _weight(self, level: int) -> float:
        """Of squared errors of velocities: 1, or that of min-SNR (Hang et al. 2023)."""
        if self.min_snr is None:
            return 1.0
        power = float(self.schedule.power[level])
        snr = power / (1 - power)
        return min(snr, self.min_snr) / (snr + 1)


def latent_batches(
    examples: LatentExamples, numbers: Iterable[list[int]], *, workers: int = 0
) -> Iterator[NoisyLatents]:
    """A batch of the examples of each list of numbers, prepared ahead by `workers` processes."""
    yield from DataLoader(
        examples, batch_sampler=numbers, collate_fn=collate_latents, num_workers=workers
    )


def collate_latents(examples: list[NoisyExample]) -> NoisyLatents:
    """Examples side by side, padded to the longest."""
    lengths = np.array([len(each.noisy) for each in examples])

    def padded(name: str) -> torch.Tensor:
        arrays = [getattr(each, name) for each in examples]
        whole = np.zeros((len(arrays), lengths.max(), *arrays[0].shape[1:]), arrays[0].dtype)
        for row, array in zip(whole, arrays, strict=True):
            row[: len(array)] = array
        return torch.from_numpy(whole)

    return NoisyLatents(
        noisy=padded("noisy"),
        velocity=padded("velocity"),
        share=torch.tensor([each.share for each in examples], dtype=torch.float32),
        weight=torch.tensor([each.weight for each in examples], dtype=torch.float32),
        present=torch.from_numpy(np.arange(lengths.max()) < lengths[:, None]),
        about=padded("about"),
    )
