"""Tables of mixed columns for a network: categorical ones embedded, real ones as they are.

Conventions: a table is (B, N, C) float32, its C columns described by `Column`s; a categorical value
k is the whole number k. Each column has a *part*: of a categorical column its embedding, (B, N, E),
of a real one the number, (B, N, 1). Parts come back as values: the nearest embedding in L2, or the
number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

__all__ = ["Column", "ColumnEmbedding"]


@dataclass(frozen=True)
class Column:
    """What a column of a table holds."""

    name: str
    values: int = 0
    """How many values a categorical column has, 0..values-1; 0: a real number."""


class ColumnEmbedding(nn.Module):
    """Embeddings of the categorical columns, one table each, and the way back from them."""

    def __init__(self, columns: Sequence[Column], width: int) -> None:
        """`width`: E, of every categorical column's embedding."""
        super().__init__()
        self.columns = tuple(columns)
        self.tables = nn.ModuleDict(
            {column.name: nn.Embedding(column.values, width) for column in columns if column.values}
        )
        self.widths = {column.name: width if column.values else 1 for column in columns}

    @property
    def width(self) -> int:
        """The width of all parts side by side."""
        return sum(self.widths.values())

    def parts(self, table: Tensor) -> dict[str, Tensor]:
        """The part of each column of a table, (B, N, C): (B, N, E) or (B, N, 1)."""
        found: dict[str, Tensor] = {}
        for index, column in enumerate(self.columns):
            values = table[..., index]
            found[column.name] = (
                self.tables[column.name](values.long()) if column.values else values[..., None]
            )
        return found

    def forward(self, table: Tensor) -> Tensor:
        """All parts side by side, (B, N, width)."""
        return torch.cat(list(self.parts(table).values()), dim=-1)

    def logits(self, name: str, part: Tensor) -> Tensor:
        """How near each value's embedding is to `part`, (..., E): (..., values).

        The negative squared L2 distance, less |part|^2, which is the same for all values; so the
        greatest is the nearest embedding, and their softmax is what cross-entropy is taken of.
        """
        weight = self.weight(name)
        return 2 * part @ weight.T - weight.square().sum(dim=-1)

    def weight(self, name: str) -> Tensor:
        """The embeddings of a categorical column, (values, E)."""
        table = self.tables[name]
        assert isinstance(table, nn.Embedding)
        return table.weight

    def values(self, parts: Mapping[str, Tensor]) -> Tensor:
        """Parts to a table, (B, N, C): categorical values by the nearest embedding in L2."""
        found = [
            self.logits(column.name, parts[column.name]).argmax(dim=-1).float()
            if column.values
            else parts[column.name][..., 0]
            for column in self.columns
        ]
        return torch.stack(found, dim=-1)
