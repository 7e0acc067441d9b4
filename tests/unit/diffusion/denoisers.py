"""Denoisers that know the truth, and short ways to ask for samples."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from segue.diffusion.sampling import Denoise, Latents, sample
from segue.diffusion.schedule import NoiseSchedule

SCHEDULE = NoiseSchedule(100)


def knows(answer: Latents) -> Denoise:
    """One that always says the same latents."""
    return lambda noisy, level: answer


def best_of_gaussian(mean: float, deviation: float, schedule: NoiseSchedule = SCHEDULE) -> Denoise:
    """The best guess where every number is of N(mean, deviation^2), by itself."""

    def denoise(noisy: Latents, level: int) -> Latents:
        signal, noise = schedule.signal(level), schedule.noise(level)
        trust = signal * deviation**2 / (signal**2 * deviation**2 + noise**2)
        return (mean + trust * (noisy - signal * mean)).astype(np.float32)

    return denoise


def rngs(count: int, seed: int = 0) -> list[np.random.Generator]:
    return [np.random.default_rng([seed, index]) for index in range(count)]


def latents(seed: int, *shape: int) -> Latents:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def draw(denoise: Denoise, shape: tuple[int, int, int], seed: int = 0, **options: Any) -> Latents:
    """(B, N, Z) samples by the tests' schedule."""
    return sample(denoise, rngs(shape[0], seed), shape[1:], SCHEDULE, **options)


class Told(np.random.Generator):
    """A generator that gives the noise that it was made of, in that order."""

    def __init__(self, noise: Sequence[npt.ArrayLike]) -> None:
        super().__init__(np.random.PCG64(0))
        self._noise = iter([np.array(each, np.float32) for each in noise])

    def standard_normal(self, *_: Any, **__: Any) -> Any:
        """The next noise."""
        return next(self._noise)
