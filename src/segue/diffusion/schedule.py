"""How much noise there is at each level, from none to hardly anything else.

    x_k = signal[k] x_0 + noise[k] e,  e ~ N(0, I),  signal^2 + noise^2 = 1

*Levels* count from 0, the clean latents, to T, the noisiest. Level k + 1 is what Ho et al. (2020)
and diffusers call timestep k. The cosine schedule is that of Nichol and Dhariwal (2021), equation
17; its last level keeps a little signal, since no step may take all of it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.errors import ConfigError

__all__ = ["N_LEVELS", "FloatArray", "NoiseSchedule"]

FloatArray: TypeAlias = npt.NDArray[np.floating]

N_LEVELS: Final = 1000
_OFFSET: Final = 0.008
_MOST_NOISE_A_STEP: Final = 0.999


@dataclass(frozen=True)
class NoiseSchedule:
    """The cosine schedule of some levels; see the module."""

    n_levels: int = N_LEVELS
    """T."""

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if self.n_levels < 1:
            raise ConfigError(f"n_levels: must be at least 1, got {self.n_levels}")

    @cached_property
    def power(self) -> npt.NDArray[np.float64]:
        """The squared signal of each level, (T + 1,), falling from 1; their alpha-bar."""
        share = np.arange(self.n_levels + 1) / self.n_levels
        curve = np.cos((share + _OFFSET) / (1 + _OFFSET) * np.pi / 2) ** 2
        kept = np.maximum(curve[1:] / curve[:-1], 1 - _MOST_NOISE_A_STEP)
        return np.concatenate([[1.0], np.cumprod(kept)])

    def signal(self, level: int) -> float:
        """The share of the clean latents at a level."""
        return float(np.sqrt(self.power[level]))

    def noise(self, level: int) -> float:
        """The share of noise at a level."""
        return float(np.sqrt(1 - self.power[level]))

    def noised(self, clean: FloatArray, noise: FloatArray, level: int) -> FloatArray:
        """Latents at a level, given unit noise of their shape."""
        noisy: FloatArray = self.signal(level) * clean + self.noise(level) * noise
        return noisy

    def velocity(self, clean: FloatArray, noise: FloatArray, level: int) -> FloatArray:
        """What a network predicts, v = signal e - noise x_0 (Salimans and Ho 2022)."""
        v: FloatArray = self.signal(level) * noise - self.noise(level) * clean
        return v

    def clean(self, noisy: FloatArray, velocity: FloatArray, level: int) -> FloatArray:
        """The clean latents that a velocity means."""
        clean: FloatArray = self.signal(level) * noisy - self.noise(level) * velocity
        return clean

    def levels(self, steps: int) -> list[int]:
        """The levels that so many equal steps pass, from T down to 0.

        Where there are fewer levels than steps, each is passed once.
        """
        steps = min(steps, self.n_levels)
        passed: list[int] = np.round(np.linspace(self.n_levels, 0, steps + 1)).astype(int).tolist()
        return passed
