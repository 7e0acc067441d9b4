"""What the decoder reads of the latents of cells: how a written cell is to be, as far as told.

The latents of a cell come with a *level* that says how far they are to be trusted
(`latent_levels`), noised as it says. What they say is added in four places, so
that a decoder without latents is the same network: to each written note its cell's, and those of
its place in the bar; to what is known of the next note, once its part is chosen, its cell's; and
once its position is chosen, those of that place. All four begin at zero: a decoder can learn to
read latents after it has learned everything else.

Shapes: B batch, C cells, L slices of a bar, Z, NB bars, P parts, T events, D width.
"""

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.encoding.sequence import MASKED, NOTE_EVENT, Column
from segue.encoding.vocabulary import MAX_PARTS
from segue.models.cells.batch import slice_of
from segue.models.decoder_shape import N_LEVEL

__all__ = ["CellLatents", "LatentReader", "ReadLatents", "noised", "picked"]


def noised(z: Tensor, noise: Tensor, level: Tensor) -> Tensor:
    """Latents with as much noise as a level says, none below 0; their variance stays.

    `level`: any shape that broadcasts with `z`.
    """
    angle = level.clamp(min=0) * (math.pi / 2)
    return z * angle.cos() + noise * angle.sin()


@dataclass
class CellLatents:
    """The latents of some cells of windows, noised already."""

    z: Tensor
    """(B, C, L, Z)."""
    level: Tensor
    """Of each cell, (B, C)."""
    of_cell: Tensor
    """Which are those of a bar and part, (B, NB, P) int64; C: none are given."""

    def to(self, device: torch.device | str) -> "CellLatents":
        """The same on a device."""
        return CellLatents(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


@dataclass
class ReadLatents:
    """What latents say; the last cell stands for none, and says nothing."""

    of_event: Tensor
    """(B, C + 1, D), as is `of_part`."""
    of_part: Tensor
    here: Tensor
    """(B, C + 1, L, D), as is `there`."""
    there: Tensor
    of_cell: Tensor

    def rows(self, index: Tensor) -> "ReadLatents":
        """That of some windows."""
        return ReadLatents(*(getattr(self, f.name)[index] for f in fields(self)))

    def cells(self, bar: Tensor, part: Tensor) -> Tensor:
        """The index of each bar's and part's latents, (B, T) each; the last where none are given.

        The end of a bar, which is a part no cell is of, has none.
        """
        n_bars = self.of_cell.shape[1]
        at = bar.clamp(max=n_bars - 1) * MAX_PARTS + part.clamp(max=MAX_PARTS - 1)
        found = self.of_cell.flatten(1).gather(1, at)
        return torch.where((part < MAX_PARTS) & (bar < n_bars), found, self.of_event.shape[1] - 1)

    def at(self, said: Tensor, cells: Tensor, position: Tensor, lengths: Tensor) -> Tensor:
        """What `here` or `there` says of positions in bars of these lengths, (B, T): (B, T, D)."""
        n_slices = said.shape[2]
        index = slice_of(position, lengths.clamp(min=1), n_slices).clamp(max=n_slices - 1)
        return picked(said.flatten(1, 2), cells * n_slices + index)

    def of_events(self, columns: Tensor) -> Tensor:
        """What is added to events (B, T, N_COLUMNS), (B, T, D)."""
        part = columns[..., Column.PART]
        written = columns[..., Column.KIND] == NOTE_EVENT
        written &= columns[..., Column.ROLE] == MASKED
        cells = self.cells(columns[..., Column.BAR], torch.where(written, part, MAX_PARTS))
        here = self.at(self.here, cells, columns[..., Column.POSITION], columns[..., Column.LENGTH])
        return picked(self.of_event, cells) + here


def picked(said: Tensor, index: Tensor) -> Tensor:
    """Rows of (B, N, D) by their indices (B, T), (B, T, D)."""
    return said.gather(1, index[..., None].expand(-1, -1, said.shape[-1]))


class LatentReader(nn.Module):
    """The parameters."""

    def __init__(self, width: int, slices: int, latent_width: int) -> None:
        super().__init__()
        self.whole = nn.Linear(slices * latent_width + N_LEVEL, width)
        self.slice = nn.Linear(latent_width + N_LEVEL, width)
        self.event = nn.Linear(width, width, bias=False)
        self.part = nn.Linear(width, width, bias=False)
        self.here = nn.Linear(width, width, bias=False)
        self.there = nn.Linear(width, width, bias=False)
        for begins_at_zero in (self.event, self.part, self.here, self.there):
            nn.init.zeros_(begins_at_zero.weight)

    def forward(self, latents: CellLatents) -> ReadLatents:
        """What the latents of each cell say."""
        angle = latents.level * (math.pi / 2)
        told, z = torch.stack([angle.cos(), angle.sin()], dim=-1), latents.z  # told: (B, C, 2)
        whole = F.gelu(self.whole(torch.cat([z.flatten(2), told], dim=-1)))
        told = told[:, :, None].expand(-1, -1, z.shape[2], -1)
        parts = F.gelu(self.slice(torch.cat([z, told], dim=-1)))
        return ReadLatents(
            of_event=F.pad(self.event(whole), (0, 0, 0, 1)),
            of_part=F.pad(self.part(whole), (0, 0, 0, 1)),
            here=F.pad(self.here(parts), (0, 0, 0, 0, 0, 1)),
            there=F.pad(self.there(parts), (0, 0, 0, 0, 0, 1)),
            of_cell=latents.of_cell,
        )
