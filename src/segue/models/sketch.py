"""A memoryless reading of z: what can be said of a bar's notes from its latent alone.

A strong autoregressive decoder ignores a latent that it can do without. This reading cannot do without:
it sees z and the attributes of the note already chosen, and nothing of the past. It is trained on its own
loss, so z has to carry the bar's outline (parts, rhythm, pitches), and its logits are added to the
decoder's through a gate, so what z carries is used from the first day.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.encoding.sequence import Column
from segue.models.embedding import ColumnEmbedding

_N_PARTS, _N_POSITIONS = 129, 192


class Sketch(nn.Module):
    """Logits of each attribute from z and the attributes before it."""

    def __init__(self, latents: int, width: int, sizes: tuple[int, ...]) -> None:
        super().__init__()
        self.outline = nn.Sequential(nn.Linear(latents, width), nn.GELU())
        self.outlines = nn.ModuleList(nn.Linear(width, width) for _ in sizes)
        known = ((), ((Column.PART, _N_PARTS),)) + (
            ((Column.PART, _N_PARTS), (Column.POSITION, _N_POSITIONS)),
        ) * (len(sizes) - 2)
        self.known = nn.ModuleList(
            ColumnEmbedding(columns, width, std=0.3) if columns else nn.Identity()
            for columns in known
        )
        self.out = nn.ModuleList(nn.Linear(width, size) for size in sizes)

    def bars(self, z: Tensor) -> Tensor:
        """The outline of each bar, (B, NB, Z) -> (B, NB, width); compute it once."""
        outline: Tensor = self.outline(z)
        return outline

    def logits(self, attribute: int, outline: Tensor, target: Tensor) -> Tensor:
        """Logits of one attribute, (B, Tq, size).

        `outline`: that of each event's bar, (B, Tq, width); `target`: the rows being written, of which
        only the attributes before this one are read.
        """
        x = self.outlines[attribute](outline)
        if attribute > 0:
            x = x + self.known[attribute](target)
        out: Tensor = self.out[attribute](F.gelu(x))
        return out


def at_bars(values: Tensor, bar: Tensor) -> Tensor:
    """The row of each event's bar: (B, NB, D) and (B, T) -> (B, T, D); past the last bar, the last's."""
    bar = bar.clamp(max=values.shape[1] - 1)
    return torch.gather(values, 1, bar[..., None].expand(-1, -1, values.shape[-1]))
