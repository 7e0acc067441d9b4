"""Which notes of cells came back: exact matches of onset and pitch, and of duration too."""

from segue.models.cells.batch import CellBatch
from segue.models.cells.columns import DURATION, PITCH

__all__ = ["match_cells", "notes_of"]


def notes_of(cells: CellBatch, columns: int = PITCH + 1) -> list[set[tuple[int, ...]]]:
    """The notes of each cell by their first columns: position, pitch, duration, velocity."""
    rows, counts = cells.notes[..., :columns].tolist(), cells.counts.tolist()
    return [
        {tuple(note) for note in cell[:count]} for cell, count in zip(rows, counts, strict=True)
    ]


def match_cells(
    given: CellBatch, found: CellBatch, *, with_duration: bool = False
) -> tuple[int, int]:
    """(notes that are in both, counted twice, and all notes of both); their ratio is note F1.

    Cells that only pad are not counted.
    """
    columns = (DURATION if with_duration else PITCH) + 1
    pairs = list(zip(notes_of(given, columns), notes_of(found, columns), strict=True))
    matched = sum(2 * len(a & b) for a, b in pairs)
    return matched, sum(len(a) + len(b) for a, b in pairs if a)
