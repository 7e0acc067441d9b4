"""Latents of music that exists: of a window's hidden bars, moved a little or mixed with others'."""

import numpy as np
import torch
from torch import Tensor

from segue.encoding.sequence import build_sequence
from segue.encoding.vocabulary import N_PARTS
from segue.generation.window import Window
from segue.models.batch import Batch
from segue.models.segue_vae import SegueVAE
from segue.vae.gaussian import Posterior


@torch.inference_mode()
def posterior_of(model: SegueVAE, window: Window) -> Posterior:
    """q(z | the hidden notes of each bar), (1, NB, Z); bars that hide nothing have some posterior too."""
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


def vary(posterior: Posterior, amount: float, *, seed: int, takes: list[int]) -> Tensor:
    """Z of each take, (takes, NB, Z): at `amount` 0 the posterior's mean, at 1 the standard normal.

    Between, along the arc that keeps the length of a normal draw: cos and sin of `amount` x 90 degrees.
    """
    angle = torch.tensor(amount * torch.pi / 2)
    mean = posterior.mean[0]
    drawn = [
        angle.cos() * mean + angle.sin() * _noise(mean.shape, seed=seed, take=take)
        for take in takes
    ]
    return torch.stack(drawn)


def _noise(shape: torch.Size, *, seed: int, take: int) -> Tensor:
    generator = torch.Generator().manual_seed((seed * 1_000_003 + take * 104_729 + 2) % 2**63)
    return torch.randn(shape, generator=generator)


def interpolate(first: Tensor, second: Tensor, steps: int) -> Tensor:
    """From one sequence of latents to another, (steps, NB, Z), the ends included, on the sphere."""
    weights = torch.linspace(0, 1, steps)[:, None, None]
    a = first / first.norm(dim=-1, keepdim=True).clamp(min=1e-6)
    b = second / second.norm(dim=-1, keepdim=True).clamp(min=1e-6)
    angle = (a * b).sum(-1, keepdim=True).clamp(-0.9995, 0.9995).arccos()
    near, far = ((1 - weights) * angle).sin(), (weights * angle).sin()
    path: Tensor = (near * first + far * second) / angle.sin()
    return path
