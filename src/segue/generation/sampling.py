"""Drawing one value from logits, row by row, each row by its own random numbers."""

import torch
from torch import Tensor


def draw(logits: Tensor, uniform: Tensor, *, temperature: float, top_p: float) -> Tensor:
    """One value a row, (B,), by inverting the distribution function at `uniform`.

    The likeliest values that together reach `top_p` remain (nucleus sampling, Holtzman et al. 2020), at least
    one. A row's value depends on its own logits and its own `uniform` (B,) in [0, 1) alone.
    """
    probabilities = (logits / temperature).softmax(dim=-1)
    ordered, index = probabilities.sort(dim=-1, descending=True, stable=True)
    below = ordered.cumsum(dim=-1) - ordered
    ordered = torch.where(below < top_p, ordered, 0.0)
    reached = ordered.cumsum(dim=-1)
    at = (reached <= uniform[:, None] * reached[:, -1:]).sum(dim=-1)
    at = torch.minimum(at, (ordered > 0).sum(dim=-1) - 1)
    return index.gather(1, at[:, None])[:, 0]


def uniforms(seed: int, take: int, count: int) -> Tensor:
    """The random numbers of one take, (count, 5): a function of (seed, take), whatever else is drawn."""
    generator = torch.Generator().manual_seed((seed * 1_000_003 + take * 7_919 + 1) % 2**63)
    return torch.rand(count, 5, generator=generator)
