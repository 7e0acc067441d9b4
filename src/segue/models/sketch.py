"""A memoryless reading of z: what can be said of a bar's notes from its latent alone.

A strong autoregressive decoder ignores a latent that it can do without. This reading cannot do
without: it sees z, and of the note itself the part and position once they are chosen, and nothing
of the past. It is trained on its own loss, so z has to carry the bar's outline (parts, rhythm,
pitches), and its logits are added to the decoder's through a gate, so what z carries is used from
the first day.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.encoding.sequence import Column
from segue.encoding.vocabulary import MAX_POSITIONS, N_PARTS
from segue.models.embedding import ColumnEmbedding
from segue.nn.norm import RMSNorm

_TABLE_STD: Final = 0.3
"""Far larger than the decoder's: two or three columns make up all that is known of a note here."""


class Sketch(nn.Module):
    """Logits of each attribute from z and the attributes before it."""

    def __init__(self, latents: int, width: int, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.outline = nn.Sequential(nn.Linear(latents, width), nn.GELU())
        self.outlines = nn.ModuleList(nn.Linear(width, width) for _ in sizes)
        part, position = (Column.PART, N_PARTS), (Column.POSITION, MAX_POSITIONS)
        known = ((), (part,), *((part, position) for _ in sizes[2:]))
        self.known = nn.ModuleList(
            ColumnEmbedding(columns, width, std=_TABLE_STD) if columns else nn.Identity()
            for columns in known
        )
        self.turned = nn.ModuleList(
            ColumnEmbedding(columns, width, std=0.0) if columns else nn.Identity()
            for columns in known
        )
        self.norms = nn.ModuleList(RMSNorm(width) for _ in sizes)
        self.out = nn.ModuleList(nn.Linear(width, size) for size in sizes)

    def bars(self, z: Tensor) -> Tensor:
        """The outline of each bar, (B, NB, Z) -> (B, NB, width); compute it once."""
        outline: Tensor = self.outline(z)
        return outline

    def logits(self, attribute: int, outline: Tensor, target: Tensor) -> Tensor:
        """Logits of one attribute, (B, Tq, size).

        `outline`: that of each event's bar, (B, Tq, width); `target`: the rows being written, of
        which only part and position are read, and only for the attributes after them.
        """
        x = self.outlines[attribute](outline)
        if attribute > 0:
            x = x * (1 + self.turned[attribute](target)) + self.known[attribute](target)
        out: Tensor = self.out[attribute](F.gelu(self.norms[attribute](x)))
        return out


def at_bars(values: Tensor, bar: Tensor) -> Tensor:
    """The row of each event's bar, past the last the last's: (B, NB, D), (B, T) -> (B, T, D)."""
    bar = bar.clamp(max=values.shape[1] - 1)
    return torch.gather(values, 1, bar[..., None].expand(-1, -1, values.shape[-1]))
