"""Events as vectors: one table for all columns, summed."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

from segue.encoding.controls import N_CONTROL_CLASSES, N_CONTROLS
from segue.encoding.sequence import MASKED, N_KINDS, N_ROLES, NOTE_EVENT, Column
from segue.encoding.vocabulary import (
    MAX_POSITIONS,
    N_DURATIONS,
    N_KEYS,
    N_NUMERATORS,
    N_PARTS,
    N_PITCH_CLASSES_OF_PARTS,
    N_TEMPI,
    N_VELOCITIES,
)

NOTE_COLUMNS = (
    (Column.POSITION, MAX_POSITIONS),
    (Column.PART, N_PARTS),
    (Column.PITCH, N_PITCH_CLASSES_OF_PARTS),
    (Column.DURATION, N_DURATIONS),
    (Column.VELOCITY, N_VELOCITIES),
)
BAR_COLUMNS = (
    (Column.LENGTH, MAX_POSITIONS + 1),
    (Column.NUMERATOR, N_NUMERATORS),
    (Column.TEMPO, N_TEMPI),
    (Column.KEY, N_KEYS),
)
CONTROL_COLUMNS = tuple(
    (Column.CONTROLS + control, N_CONTROL_CLASSES) for control in range(N_CONTROLS)
)

TABLE_STD: Final = 0.06
"""Of the rows of an embedding at the beginning: a sum of twenty has about a quarter's width."""


class ColumnEmbedding(nn.Module):
    """The sum of an embedding of each of some columns, (B, T, *) -> (B, T, width).

    Index 0 of the table is silence: what a column says where it does not apply.
    """

    def __init__(
        self, columns: Sequence[tuple[int, int]], width: int, std: float = TABLE_STD
    ) -> None:
        super().__init__()
        sizes = [size for _, size in columns]
        self.columns = [int(column) for column, _ in columns]
        offsets = [1 + sum(sizes[:i]) for i in range(len(sizes))]
        self.offsets: Tensor
        self.register_buffer("offsets", torch.tensor(offsets), persistent=False)
        self.table = nn.EmbeddingBag(1 + sum(sizes), width, mode="sum", padding_idx=0)
        nn.init.normal_(self.table.weight, std=std)
        with torch.no_grad():
            self.table.weight[0] = 0

    def forward(self, rows: Tensor, applies: Tensor | None = None) -> Tensor:
        """Sum the columns of `rows`, (B, T, N_COLUMNS).

        `applies`: which rows count, (B, T), or which columns of each, (B, T, n); by default all.
        """
        index = rows[..., self.columns] + self.offsets
        if applies is not None:
            index = index * (applies if applies.dim() == index.dim() else applies[..., None])
        summed: Tensor = self.table(index.flatten(0, 1))
        return summed.view(*rows.shape[:2], -1)


class EventEmbedding(nn.Module):
    """A whole event: kind and role, then what a note or a bar says, then its cell's controls."""

    def __init__(self, width: int) -> None:
        super().__init__()
        columns = (
            (Column.KIND, N_KINDS),
            (Column.ROLE, N_ROLES),
            *NOTE_COLUMNS,
            *BAR_COLUMNS,
            *CONTROL_COLUMNS,
        )
        self.sum = ColumnEmbedding(columns, width)
        self.of_masked_parts = nn.Linear(N_PARTS, width, bias=False)
        nn.init.normal_(self.of_masked_parts.weight, std=TABLE_STD)
        note = [c in {n for n, _ in NOTE_COLUMNS + CONTROL_COLUMNS} for c in self.sum.columns]
        bar = [c in {n for n, _ in BAR_COLUMNS} for c in self.sum.columns]
        both = [not (n or b) for n, b in zip(note, bar, strict=True)]
        self.of_note: Tensor
        self.of_bar: Tensor
        self.register_buffer("of_note", torch.tensor([note, both]).any(0), persistent=False)
        self.register_buffer("of_bar", torch.tensor([bar, both]).any(0), persistent=False)

    def forward(self, columns: Tensor, asked: Tensor) -> Tensor:
        """`columns`: (B, T, N_COLUMNS) -> (B, T, width).

        `asked`: `of_masked_parts` of the parts to be written in each bar, (B, NB, width).
        """
        is_note = (columns[..., Column.KIND] == NOTE_EVENT)[..., None]
        applies = torch.where(is_note, self.of_note, self.of_bar)
        bar = columns[..., Column.BAR].clamp(max=asked.shape[1] - 1)
        width = asked.shape[-1]
        told = asked.gather(1, bar[..., None].expand(-1, -1, width))
        written = columns[..., Column.ROLE, None] == MASKED
        out: Tensor = self.sum(columns, applies) + told * (written & ~is_note)
        return out
