"""Samplers: from noise to latents by asking, step by step, for the clean latents.

A step is that of DDIM (Song et al. 2020, equation 12), whose `eta` says how much fresh noise it
adds: 0 none, and 1 as much as DDPM (Ho et al. 2020, equation 7), which it then is exactly.

Latents are (B, N, Z) float32: B samples of N tokens. Each sample has a random generator of its own,
so it does not depend on those beside it. There is no clipping to [-1, 1], since latents are no
pixels; `Plan.bound` bounds them where one is wanted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.diffusion.schedule import NoiseSchedule
from segue.errors import ConfigError

__all__ = [
    "Denoise",
    "Plan",
    "Predict",
    "denoise_by_velocity",
    "sample",
]

Latents: TypeAlias = npt.NDArray[np.float32]


class Denoise(Protocol):
    """Who knows, or guesses, the clean latents."""

    def __call__(self, noisy: Latents, level: int, /) -> Latents:
        """Clean latents, (B, N, Z), of those at a level."""
        ...


Predict: TypeAlias = Callable[[Latents, npt.NDArray[np.float32]], Latents]
"""A network: the velocity, (B, N, Z), of noisy latents, (B, N, Z), each sample at a share of all
levels, (B,)."""


def denoise_by_velocity(predict: Predict, schedule: NoiseSchedule) -> Denoise:
    """A denoiser of a network that predicts velocities."""

    def denoise(noisy: Latents, level: int) -> Latents:
        share = np.full(len(noisy), level / schedule.n_levels, np.float32)
        velocity = predict(noisy, share)
        return schedule.clean(noisy, velocity, level).astype(np.float32)

    return denoise


@dataclass(frozen=True)
class Plan:
    """How a sample is drawn."""

    steps: int | None = 50
    """None: one for each level."""
    eta: float = 0.0
    """Fresh noise: 0 none, 1 as in DDPM."""
    bound: float | None = None
    """No clean value is larger; for instance a quantile of what training saw."""

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        problems = []
        if self.steps is not None and self.steps < 1:
            problems.append(f"steps: must be at least 1, got {self.steps}")
        if not 0 <= self.eta <= 1:
            problems.append(f"eta: must be in 0..1, got {self.eta}")
        if self.bound is not None and not self.bound > 0:
            problems.append(f"bound: must be above 0, got {self.bound}")
        if problems:
            raise ConfigError("\n".join(problems))

    @classmethod
    def ddpm(cls) -> "Plan":
        """Every level, with all of its noise."""
        return cls(steps=None, eta=1.0)


def sample(
    denoise: Denoise,
    rngs: Sequence[np.random.Generator],
    shape: tuple[int, int],
    schedule: NoiseSchedule,
    plan: Plan | None = None,
) -> Latents:
    """A sample for each random generator, (B, N, Z).

    Args:
        denoise: the denoiser.
        rngs: one a sample, B.
        shape: (N, Z) of each.
        schedule: the one that the denoiser was trained on.
        plan: how; by default `Plan()`.
    """
    plan = plan or Plan()

    def draw() -> Latents:
        return np.stack([rng.standard_normal(shape, np.float32) for rng in rngs])

    x = draw()
    for level, to in pairwise(schedule.levels(plan.steps or schedule.n_levels)):
        clean = denoise(x, level)
        if plan.bound is not None:
            clean = np.clip(clean, -plan.bound, plan.bound)
        power = schedule.power
        noise = (x - schedule.signal(level) * clean) / schedule.noise(level)
        fresh = plan.eta * float(
            np.sqrt((1 - power[to]) / (1 - power[level]) * (1 - power[level] / power[to]))
        )
        kept = max(0.0, schedule.noise(to) ** 2 - fresh**2) ** 0.5
        x = schedule.signal(to) * clean + kept * noise
        x = (x + fresh * draw() if fresh else x).astype(np.float32)
    return x
