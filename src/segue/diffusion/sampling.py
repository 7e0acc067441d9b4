"""Samplers: from noise to latents by asking, step by step, for the clean latents.

One loop serves all. Its step is that of DDIM (Song et al. 2020, equation 12), whose `eta` says how
much fresh noise it adds: 0 none, and 1 as much as DDPM (Ho et al. 2020, equation 7), which it then
is exactly. What may be added to it:

- `Known`: some tokens are given and come back as they are. A denoiser that was trained on it gets
  them clean and flagged; for another they are put in at each level with that level's noise, and
  steps may be done again so that the rest agrees with them (Lugmayr et al. 2022, RePaint).
- `Start`: begin from given latents with some noise, not from noise alone (Meng et al. 2021,
  SDEdit).
- `Reference`: what a low-pass filter leaves of given latents is kept, the rest is new (Choi et al.
  2021, ILVR).

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
    "Known",
    "LowPass",
    "Plan",
    "Predict",
    "Reference",
    "Start",
    "block_means",
    "denoise_by_velocity",
    "sample",
]

Latents: TypeAlias = npt.NDArray[np.float32]
Mask: TypeAlias = npt.NDArray[np.bool_]


class Denoise(Protocol):
    """Who knows, or guesses, the clean latents."""

    def __call__(self, noisy: Latents, level: int, flagged: Mask, /) -> Latents:
        """Clean latents, (B, N, Z), of those at a level.

        `flagged`: tokens that are given clean, (B, N).
        """
        ...


Predict: TypeAlias = Callable[[Latents, npt.NDArray[np.float32], Mask], Latents]
"""A network: the velocity, (B, N, Z), of noisy latents, (B, N, Z), of which some tokens are given
clean, (B, N); and at what share of all levels each sample is, (B,)."""

LowPass: TypeAlias = Callable[[Latents], Latents]
"""A linear filter of latents, (B, N, Z); applied to what it gives, it changes nothing."""


def denoise_by_velocity(predict: Predict, schedule: NoiseSchedule) -> Denoise:
    """A denoiser of a network that predicts velocities."""

    def denoise(noisy: Latents, level: int, flagged: Mask) -> Latents:
        share = np.full(len(noisy), level / schedule.n_levels, np.float32)
        velocity = predict(noisy, share, flagged)
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


@dataclass(frozen=True, eq=False)
class Known:
    """Tokens that are given."""

    values: Latents
    """(B, N, Z); those of other tokens are not read."""
    mask: Mask
    """Which tokens are given, (B, N)."""
    flagged: bool = True
    """Whether the denoiser was trained on tokens that are given clean."""
    repeats: int = 1
    """How often each step is done, where it was not: more agree better and take as much longer."""

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if self.repeats < 1:
            raise ConfigError(f"repeats: must be at least 1, got {self.repeats}")

    def put(self, latents: Latents, values: Latents) -> Latents:
        """`latents` with `values` at the given tokens."""
        return np.where(self.mask[..., None], values, latents)


@dataclass(frozen=True, eq=False)
class Start:
    """Where to begin, and how far from it the sample may get."""

    values: Latents
    """(B, N, Z)."""
    strength: float
    """The share of all levels that is walked: 0 gives `values` back, 1 hardly knows them."""

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not 0 <= self.strength <= 1:
            raise ConfigError(f"strength: must be in 0..1, got {self.strength}")


@dataclass(frozen=True, eq=False)
class Reference:
    """What is followed, and in what."""

    values: Latents
    """(B, N, Z)."""
    low_pass: LowPass
    """What it leaves of the sample is what it leaves of `values`."""
    until: float = 0.0
    """The share of all levels from which on it is followed no more; 0: to the end."""

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if not 0 <= self.until <= 1:
            raise ConfigError(f"until: must be in 0..1, got {self.until}")


def block_means(size: int) -> LowPass:
    """A filter that gives each of `size` tokens in a row their mean; the last may be fewer.

    Raises:
        ConfigError: `size` is below 1.
    """
    if size < 1:
        raise ConfigError(f"size: must be at least 1, got {size}")

    def low_pass(latents: Latents) -> Latents:
        begins = np.arange(0, latents.shape[1], size)
        lengths = np.diff(begins, append=latents.shape[1])
        means = np.add.reduceat(latents, begins, axis=1) / lengths[:, None]
        return np.repeat(means, lengths, axis=1).astype(np.float32)

    return low_pass


def sample(
    denoise: Denoise,
    rngs: Sequence[np.random.Generator],
    shape: tuple[int, int],
    schedule: NoiseSchedule,
    plan: Plan | None = None,
    *,
    known: Known | None = None,
    start: Start | None = None,
    reference: Reference | None = None,
) -> Latents:
    """A sample for each random generator, (B, N, Z).

    Args:
        denoise: the denoiser.
        rngs: one a sample, B.
        shape: (N, Z) of each.
        schedule: the one that the denoiser was trained on.
        plan: how; by default `Plan()`.
        known: tokens that are given.
        start: where to begin; by default from noise alone.
        reference: what is followed, and in what.
    """
    plan = plan or Plan()
    walk = _Walk(denoise, rngs, shape, schedule, plan, known, reference)
    top = schedule.n_levels if start is None else round(start.strength * schedule.n_levels)
    x = walk.draw() if start is None else start.values.astype(np.float32)
    if start is not None and top > 0:
        x = _float32(schedule.noised(x, walk.draw(), top))
    repeats = 1 if known is None or known.flagged else known.repeats
    levels = schedule.levels(plan.steps or top, top=top) if top else [0]
    for level, to in pairwise(levels):
        x = walk.step(x, level, to)
        for _ in range(repeats - 1 if to else 0):
            x = _float32(schedule.noised_further(x, walk.draw(), to, level))
            x = walk.step(x, level, to)
    return x if known is None else known.put(x, _float32(known.values))


@dataclass(frozen=True, eq=False)
class _Walk:
    """All that the steps of one call have in common."""

    denoise: Denoise
    rngs: Sequence[np.random.Generator]
    shape: tuple[int, int]
    schedule: NoiseSchedule
    plan: Plan
    known: Known | None
    reference: Reference | None

    def draw(self) -> Latents:
        """Unit noise, each sample's from its own generator."""
        return np.stack([rng.standard_normal(self.shape, np.float32) for rng in self.rngs])

    def step(self, x: Latents, level: int, to: int) -> Latents:
        """From one level to a lower one."""
        flagged = np.zeros(x.shape[:2], np.bool_)
        if self.known is not None:
            values = _float32(self.known.values)
            if self.known.flagged:
                flagged = self.known.mask
            else:
                values = _float32(self.schedule.noised(values, self.draw(), level))
            x = self.known.put(x, values)
        clean = self.denoise(x, level, flagged)
        if self.plan.bound is not None:
            clean = np.clip(clean, -self.plan.bound, self.plan.bound)
        return self._follow(self._towards(clean, x, level, to), to)

    def _towards(self, clean: Latents, x: Latents, level: int, to: int) -> Latents:
        """The step of DDIM towards the clean latents; see the module."""
        of, power = self.schedule, self.schedule.power
        noise = (x - of.signal(level) * clean) / of.noise(level)
        fresh = self.plan.eta * float(
            np.sqrt((1 - power[to]) / (1 - power[level]) * (1 - power[level] / power[to]))
        )
        kept = max(0.0, of.noise(to) ** 2 - fresh**2) ** 0.5
        x = of.signal(to) * clean + kept * noise
        return _float32(x + fresh * self.draw() if fresh else x)

    def _follow(self, x: Latents, level: int) -> Latents:
        """`x` with what the filter leaves of the reference at this level."""
        reference = self.reference
        if reference is None or level < reference.until * self.schedule.n_levels:
            return x
        wanted = _float32(reference.values)
        if level:
            wanted = _float32(self.schedule.noised(wanted, self.draw(), level))
        return _float32(x + reference.low_pass(wanted) - reference.low_pass(x))


def _float32(values: npt.NDArray[np.floating]) -> Latents:
    return values.astype(np.float32, copy=False)
