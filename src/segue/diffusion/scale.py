"""Latents in deviations of the training set's, by channel: what a denoiser is trained on."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from segue.diffusion.schedule import FloatArray
from segue.errors import ConfigError

__all__ = ["LatentScale"]

_LEAST_DEVIATION: Final = 1e-4
_QUANTILE: Final = 0.9999


@dataclass(frozen=True)
class LatentScale:
    """Mean and deviation of each channel, and how far from the mean values are."""

    mean: tuple[float, ...]
    """Z."""
    deviation: tuple[float, ...]
    """Z, all above 0."""
    bound: float
    """In deviations; but one in 10,000 values is nearer to the mean (see `sampling.Plan`)."""

    def __post_init__(self) -> None:
        """Refuse what is no scale."""
        numbers = (*self.mean, *self.deviation, self.bound)
        if len(self.mean) != len(self.deviation) or not np.isfinite(numbers).all():
            raise ConfigError("scale: needs as many finite means as deviations")
        if min((*self.deviation, self.bound)) <= 0:
            raise ConfigError("scale: deviations and bound must be above 0")

    @classmethod
    def fit(cls, latents: FloatArray) -> Self:
        """Of latents, (..., Z)."""
        rows = np.asarray(latents, np.float64).reshape(-1, latents.shape[-1])
        mean, deviation = rows.mean(axis=0), np.maximum(rows.std(axis=0), _LEAST_DEVIATION)
        bound = float(np.quantile(np.abs((rows - mean) / deviation), _QUANTILE))
        return cls(tuple(mean.tolist()), tuple(deviation.tolist()), max(bound, 1.0))

    def encode(self, latents: FloatArray) -> FloatArray:
        """Latents, (..., Z), in deviations, float32."""
        found: FloatArray = ((latents - np.array(self.mean)) / np.array(self.deviation)).astype(
            np.float32
        )
        return found

    def decode(self, scaled: FloatArray) -> FloatArray:
        """The way back, float32."""
        found: FloatArray = (scaled * np.array(self.deviation) + np.array(self.mean)).astype(
            np.float32
        )
        return found
