"""The VAE of cells: what one part plays in one bar, as a few numbers for each slice of the bar.

The encoder sees one cell and nothing else, so z has to say what is in it. Several latents a cell,
each of a place in the bar: one vector for all loses which pitch goes where. Shapes: see
`batch`.
"""

from dataclasses import dataclass, fields
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.encoding.cells import MAX_CELL_NOTES
from segue.models.cells.batch import CellBatch
from segue.models.cells.columns import END, POSITION, SIZES
from segue.models.cells.config import CellVAEConfig
from segue.models.cells.decoder import CellDecoder
from segue.models.cells.encoder import CellEncoder
from segue.vae.gaussian import Posterior

_NOT_COUNTED: Final = -100


@dataclass
class CellTerms:
    """What the loss is made of: sums over cells, in nats, and what to divide them by."""

    nll: Tensor
    """Of position (and end), pitch, duration, velocity, (4,)."""
    kl: Tensor
    events: Tensor
    """Notes."""
    cells: Tensor


@dataclass
class NoisyCells:
    """Cells for training, in groups of like lengths, and what is random about them."""

    cells: list[CellBatch]
    noise: list[Tensor]
    """Of z, in deviations of the posterior, (C, L, Z) each."""
    hidden: list[Tensor]
    """Past notes of which the decoder reads the position alone, (C, T) bool each."""

    def to(self, device: torch.device | str) -> "NoisyCells":
        """The same on a device."""
        return NoisyCells(
            [cells.to(device) for cells in self.cells],
            [noise.to(device) for noise in self.noise],
            [hidden.to(device) for hidden in self.hidden],
        )


class CellVAE(nn.Module):
    """The network; see the module."""

    def __init__(self, config: CellVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = CellEncoder(config)
        self.decoder = CellDecoder(config)

    def encode(self, cells: CellBatch) -> Posterior:
        """q(z | cell), (C, L, Z)."""
        posterior: Posterior = self.encoder(cells)
        return posterior

    def forward(self, batch: NoisyCells) -> CellTerms:
        """The terms of the loss at z = mean + noise x deviation."""
        groups = zip(batch.cells, batch.noise, batch.hidden, strict=True)
        found = [self._terms(*group) for group in groups]
        return CellTerms(
            *(torch.stack([getattr(t, f.name) for t in found]).sum(0) for f in fields(CellTerms))
        )

    def _terms(self, cells: CellBatch, noise: Tensor, hidden: Tensor) -> CellTerms:
        posterior = self.encode(cells)
        z = posterior.mean + noise * (0.5 * posterior.log_var).exp()
        return CellTerms(
            nll=self.nll(cells, z, hidden).sum(dim=1),
            kl=(posterior.kl().sum(dim=(1, 2)) * (cells.counts > 0)).sum(),
            events=cells.counts.sum().float(),
            cells=(cells.counts > 0).sum().float(),
        )

    def nll(self, cells: CellBatch, z: Tensor, hidden: Tensor | None = None) -> Tensor:
        """Nats of each attribute of each cell given its latents, (4, C)."""
        walk = self.decoder.walk(z, cells, hidden)
        size, room = cells.is_note.shape
        end = torch.arange(room + 1, device=z.device) == cells.counts[:, None]
        end = end & (cells.counts > 0)[:, None]
        padded = F.pad(cells.notes, (0, 0, 0, 1))
        is_note = F.pad(cells.is_note, (0, 1))
        found = []
        for attribute in range(len(SIZES)):
            truth, counted = padded[..., attribute], is_note
            if attribute == POSITION:
                truth, counted = torch.where(end, END, truth), is_note | end
            target = torch.where(counted, truth, _NOT_COUNTED)
            loss = F.cross_entropy(walk.logits().flatten(0, 1), target.flatten(), reduction="none")
            found.append(loss.view(size, room + 1).sum(dim=1))
            if attribute < len(SIZES) - 1:
                walk.choose(truth)
        return torch.stack(found)

    @torch.no_grad()
    def decode(self, z: Tensor, about: Tensor, *, most: int = MAX_CELL_NOTES) -> CellBatch:
        """The likeliest notes, one by one, of latents (C, L, Z) and `CELL_COLUMNS` (C, 3).

        In float32, also under autocast: kernels in bfloat16 are made anew for each length.
        """
        with torch.autocast(z.device.type, enabled=False):
            return self._decode(z.float(), about, most)

    def _decode(self, z: Tensor, about: Tensor, most: int) -> CellBatch:
        size = len(z)
        notes = about.new_zeros(size, 0, len(SIZES))
        counts = about.new_zeros(size)
        going = torch.ones(size, dtype=torch.bool, device=z.device)
        for _ in range(most):
            walk = self.decoder.walk(z, CellBatch(notes, counts, about)).only_last()
            note = []
            for attribute in range(len(SIZES)):
                value = walk.logits().argmax(dim=-1)
                if attribute == POSITION:
                    going = going & (value[:, 0] != END)
                    value = torch.where(going[:, None], value, 0)
                note.append(value)
                if attribute < len(SIZES) - 1:
                    walk.choose(value)
            if not going.any():
                break
            new = torch.stack(note, dim=-1) * going[:, None, None]
            notes = torch.cat([notes, new], dim=1)
            counts = counts + going
        return CellBatch(notes, counts, about)

    def reconstruct(self, cells: CellBatch, noise: Tensor | None = None) -> CellBatch:
        """Cells through their latents' means, or means + `noise`, (C, L, Z), and back."""
        with torch.no_grad():
            mean = self.encode(cells).mean
        return self.decode(mean if noise is None else mean + noise, cells.about)
