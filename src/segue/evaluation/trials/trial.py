"""What a trial found: a row for everyone who took part, a column for every figure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from segue.evaluation.distances.bootstrap import Estimate, mean_interval

__all__ = ["Figure", "Row", "Trial", "row_of", "table_of"]

DASH: Final = "-"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What is measured."""

    name: str
    title: str
    better: str
    """"higher", "lower", "as real" for what real music has, or what the figure is beside."""
    digits: int = 3


@dataclass(frozen=True, kw_only=True)
class Row:
    """Who took part, and the means of what was measured."""

    name: str
    n: int
    """Passages that were measured."""
    values: Mapping[str, Estimate | None]
    """By the figures' names; None where a figure is undefined for every passage."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A whole trial."""

    title: str
    about: str
    """What was asked, of what music, and how much of it."""
    figures: Sequence[Figure]
    rows: Sequence[Row]
    traps: Sequence[str]
    """What the figures do not say."""
    settings: Mapping[str, Any]
    unreadable: Sequence[str] = ()
    """Why files could not be read."""

    def to_mapping(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    def table(self) -> list[list[str]]:
        """See `table_of`."""
        return table_of(self.figures, self.rows)


def table_of(figures: Sequence[Figure], rows: Sequence[Row]) -> list[list[str]]:
    """Rows of cells, the header first; after ± is how far a 95 % interval reaches."""
    return [
        ["", "n", *(f"{figure.title} ({figure.better})" for figure in figures)],
        *(
            [row.name, str(row.n), *(_cell(row.values[f.name], f.digits) for f in figures)]
            for row in rows
        ),
    ]


def row_of(
    name: str,
    found: Sequence[Mapping[str, float | None]],
    *,
    figures: Sequence[Figure],
    groups: Sequence[int],
    seed: int,
) -> Row:
    """Means over passages and their intervals.

    Args:
        name: the row's.
        found: what was measured of each passage, by the figures' names.
        figures: what is told.
        groups: the piece or prompt of each passage; these are resampled, and not passages.
        seed: of the resampling.
    """
    values: dict[str, Estimate | None] = {}
    for figure in figures:
        defined = [
            (value, group)
            for each, group in zip(found, groups, strict=True)
            if (value := each[figure.name]) is not None
        ]
        values[figure.name] = (
            mean_interval(
                np.array([value for value, _ in defined]),
                seed=seed,
                groups=[group for _, group in defined],
            )
            if defined
            else None
        )
    return Row(name=name, n=len(found), values=values)


def _cell(found: Estimate | None, digits: int) -> str:
    return DASH if found is None else f"{found:.{digits}f}"
