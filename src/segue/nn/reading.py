"""Attention from one set of vectors to another, and a feed-forward network, as residual layers.

Shapes: B batch, T readers, M what is read, D width.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from segue.nn.norm import RMSNorm

__all__ = ["Feed", "Reading"]


class Reading(nn.Module):
    """Each vector of one set reads all of another; `Reading(x, x)` is attention without order."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_reader = RMSNorm(width)
        self.norm_read = RMSNorm(width)
        self.norm_query = RMSNorm(width // heads)
        self.norm_key = RMSNorm(width // heads)
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(width, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, read: Tensor) -> Tensor:
        """`x`, (B, T, D), with what it found in `read`, (B, M, D), added."""
        batch, length, width = x.shape
        q = self.query(self.norm_reader(x)).view(batch, length, self.heads, -1).transpose(1, 2)
        kv = self.key_value(self.norm_read(read)).view(batch, read.shape[1], 2, self.heads, -1)
        k, v = kv.permute(2, 0, 3, 1, 4).unbind(0)
        q, k = self.norm_query(q), self.norm_key(k)
        # Written out: on a CPU torch's own kernel is slower for many short sequences.
        scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
        mixed = (scores.softmax(dim=-1).to(v.dtype) @ v).transpose(1, 2)
        out: Tensor = x + self.out(mixed.reshape(batch, length, width))
        return out


class Feed(nn.Module):
    """A feed-forward network of one hidden layer, added to its input."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.norm = RMSNorm(width)
        self.into = nn.Linear(width, hidden, bias=False)
        self.out = nn.Linear(hidden, width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Of vectors (..., D), one by one."""
        out: Tensor = x + self.out(F.gelu(self.into(self.norm(x))))
        return out
