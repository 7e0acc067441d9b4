"""What stands around a latent: two linear heads before it, a decoder for each column after it."""

from torch import Tensor, nn

from segue.vae.gaussian import Posterior

__all__ = ["ColumnDecoder", "GaussianHeads"]


class GaussianHeads(nn.Module):
    """Mean and log variance of q(z | x) from a vector, each by a linear layer."""

    def __init__(self, inputs: int, latents: int) -> None:
        """`latents`: Z."""
        super().__init__()
        self.mean = nn.Linear(inputs, latents)
        self.log_var = nn.Linear(inputs, latents)

    def forward(self, vector: Tensor) -> Posterior:
        """(B, inputs) to a posterior of (B, Z)."""
        return Posterior(mean=self.mean(vector), log_var=self.log_var(vector))


class ColumnDecoder(nn.Module):
    """A vector to one column of a sequence, all its steps at once."""

    def __init__(self, inputs: int, *, hidden: int, steps: int, width: int) -> None:
        """`width`: of the column's part, E or 1."""
        super().__init__()
        self.network = nn.Sequential(
            nn.Linear(inputs, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, steps * width),
            nn.Unflatten(-1, (steps, width)),
        )

    def forward(self, vector: Tensor) -> Tensor:
        """(B, inputs) to (B, N, width)."""
        part: Tensor = self.network(vector)
        return part
