"""Columns of events as vectors: one table for all columns, summed."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor, nn

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
