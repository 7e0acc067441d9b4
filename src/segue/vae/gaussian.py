"""Diagonal Gaussians as posteriors: q(z | x), its sample, and its divergence from N(0, I).

All quantities are in nats.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Posterior:
    """q(z | x), a Gaussian with independent dimensions; mean and log variance, the shape of z."""

    mean: Tensor
    log_var: Tensor

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """A reparameterised draw (Kingma and Welling 2014), the shape of z."""
        noise = torch.empty_like(self.mean).normal_(generator=generator)
        return self.mean + noise * (0.5 * self.log_var).exp()

    def kl(self) -> Tensor:
        """KL(q || N(0, I)) of each dimension, in nats, the shape of z."""
        return 0.5 * (self.mean.square() + self.log_var.exp() - 1 - self.log_var)


def active_dimensions(means: Tensor, *, threshold: float = 0.01) -> int:
    """How many dimensions distinguish examples: their means have a variance above the threshold.

    The measure of Burda et al. (2016).
    `means`: posterior means, (examples, Z).
    """
    return int((means.var(dim=0, unbiased=False) > threshold).sum())
