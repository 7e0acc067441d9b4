"""Latents of music that exists: of a window's hidden bars, moved a little or mixed with others'."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from segue.encoding.sequence import build_sequence
from segue.encoding.vocabulary import N_PARTS
from segue.generation.window import Window
from segue.models.batch import Batch
from segue.models.segue_vae import SegueVAE
from segue.vae.gaussian import Posterior

_ALMOST_PARALLEL = 0.9995
_SHORTEST = 1e-6


@torch.inference_mode()
def posterior_of(model: SegueVAE, window: Window) -> Posterior:
    """q(z | the hidden notes of each bar), (1, NB, Z); of bars that hide nothing, some other."""
    table = np.concatenate([window.visible, window.hidden])
    masked = np.arange(len(table)) >= len(window.visible)
    sequence = build_sequence(table, window.bars, masked, window.written)
    n_bars = len(window.bars)
    batch = Batch(
        columns=torch.from_numpy(sequence.columns)[None],
        weights=torch.zeros(1, len(sequence) - 1),
        masked_parts=torch.zeros(1, n_bars, N_PARTS),
        latent_given=torch.zeros(1, n_bars, dtype=torch.bool),
        look_back=torch.ones(1, dtype=torch.bool),
    )
    return model.encode(batch)


def vary(mean: Tensor, amount: float, *, seed: int, take: int) -> Tensor:
    """Z of a take, (NB, Z): at `amount` 0 the mean, (NB, Z), at 1 the standard normal.

    Between, along the arc that keeps the length of a normal draw: cos and sin of `amount` x 90
    degrees.
    """
    angle = torch.tensor(amount * torch.pi / 2)
    return angle.cos() * mean + angle.sin() * _noise(mean.shape, seed=seed, take=take)


def _noise(shape: Sequence[int], *, seed: int, take: int) -> Tensor:
    # The writer's dice are thrown by (seed, take, chunk): a fourth number keeps this apart.
    generator = np.random.default_rng([seed, take, 0, 1])
    return torch.from_numpy(generator.standard_normal(tuple(shape), dtype=np.float32))


def interpolate(first: Tensor, second: Tensor, steps: int) -> Tensor:
    """From one sequence of latents to another, (steps, NB, Z), the ends included, on the sphere."""
    weights = torch.linspace(0, 1, steps)[:, None, None]
    a = first / first.norm(dim=-1, keepdim=True).clamp(min=_SHORTEST)
    b = second / second.norm(dim=-1, keepdim=True).clamp(min=_SHORTEST)
    cosine = (a * b).sum(-1, keepdim=True).clamp(-_ALMOST_PARALLEL, _ALMOST_PARALLEL)
    angle = cosine.arccos()
    near, far = ((1 - weights) * angle).sin(), (weights * angle).sin()
    path: Tensor = (near * first + far * second) / angle.sin()
    return path
