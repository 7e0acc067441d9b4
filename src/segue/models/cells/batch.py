"""Cells as tensors. Shapes: C cells, T notes, L slices, Z, D width."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from segue.encoding.cells import Cells
from segue.models.cells.columns import N_PHASES

__all__ = ["CellBatch", "note_columns", "slice_of"]


@dataclass
class CellBatch:
    """Cells side by side, as `segue.encoding.cells.Cells` has them."""

    notes: Tensor
    """(C, T, 4) int64, zeros after the end."""
    counts: Tensor
    """(C,) int64; 0 of cells that only pad."""
    about: Tensor
    """`CELL_COLUMNS`, (C, 3) int64."""

    @classmethod
    def of(cls, cells: Cells) -> "CellBatch":
        """Cells as tensors."""
        about = torch.stack(
            [
                torch.from_numpy(column)
                for column in (cells.instruments, cells.lengths, cells.numerators)
            ],
            dim=-1,
        )
        return cls(torch.from_numpy(cells.notes), torch.from_numpy(cells.counts), about)

    def to(self, device: torch.device | str) -> "CellBatch":
        """The same on a device."""
        return CellBatch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})

    def to_cells(self) -> Cells:
        """The way back."""
        about = self.about.cpu().numpy()
        return Cells(
            self.notes.cpu().numpy(),
            self.counts.cpu().numpy(),
            about[:, 0],
            about[:, 1],
            about[:, 2],
        )

    @property
    def instruments(self) -> Tensor:
        """(C,)."""
        return self.about[:, 0]

    @property
    def lengths(self) -> Tensor:
        """Positions in the bar, (C,)."""
        return self.about[:, 1]

    @property
    def is_note(self) -> Tensor:
        """Where there are notes, (C, T) bool."""
        order = torch.arange(self.notes.shape[1], device=self.notes.device)
        return order < self.counts[:, None]


def note_columns(notes: Tensor) -> Tensor:
    """The `NOTE_COLUMNS` of notes, (C, T, 4) to (C, T, 5)."""
    return torch.cat([notes, notes[..., :1] % N_PHASES], dim=-1)


def slice_of(position: Tensor, length: Tensor, n_slices: int) -> Tensor:
    """The slice of its bar that each position is in, 0..n_slices - 1.

    The slices of a bar are equal, and as many in every metre.
    """
    return torch.div(position * n_slices, length, rounding_mode="floor")
