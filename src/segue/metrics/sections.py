"""How the sections of a piece are alike: what comes back as it was, changed, or not at all.

A piece is cut into sections of some bars, from its first bar with an onset on; bars that are left
over count for nothing, and neither do silent sections. A *cell* is a bar of an instrument; two
cells are the same if the same (step, pitch) begin in them. A section is compared with the one
before it that is most like it, by cells in which either plays:

**Same cells** (0 to 1). The share of them that are the same. 1 is a literal repetition.

**Notes in common** (0 to 1). The Jaccard index of their (instrument, bar, step, pitch).

With the section just before, whatever that is:

**Notes** and **instruments** (ratios), and **higher by** (semitones), the difference of the mean
pitch of all that is not drums; None if either has no pitched note.

*Traps:* a section that is transposed, or begins a bar later, does not come back here, and real
songs have sections of other lengths, too, so these shares are lower bounds.
"""

from dataclasses import dataclass

import numpy as np

from segue.errors import InputError
from segue.metrics.table import DRUMS, BoolArray, IntArray, Music, NoteTable, as_table

__all__ = ["SectionChange", "section_changes"]

_Cells = dict[tuple[int, int], frozenset[tuple[int, int]]]
"""(instrument, bar of the section) -> the (step, pitch) that begin there."""


@dataclass(frozen=True)
class SectionChange:
    """How a section differs from what was before it; see the module."""

    same_cells: float
    notes_in_common: float
    changed_cells: tuple[float, ...]
    """Of each bar, the share of cells that are not the same, (bars,); of a silent one 0."""
    notes: float
    instruments: float
    higher_by: float | None


def section_changes(music: Music, *, bars: int) -> list[SectionChange]:
    """The changes of all sections of so many bars but the first.

    Raises:
        InputError: `bars` is not positive.
    """
    if bars < 1:
        raise InputError(f"a section has at least 1 bar, got {bars}")
    table = as_table(music)
    if not len(table):
        return []
    begin = int(table.bar.min())
    number = (table.bar - begin) // bars
    full = (table.n_bars - begin) // bars
    parts = [table.select(number == each) for each in range(full)]
    parts = [part for part in parts if len(part)]
    cells = [_cells(part, (part.bar - begin) % bars) for part in parts]
    return [
        _change(parts[i - 1], parts[i], cells[i], cells[:i], bars) for i in range(1, len(parts))
    ]


def _cells(part: NoteTable, bar: IntArray) -> _Cells:
    found: dict[tuple[int, int], set[tuple[int, int]]] = {}
    columns = (part.instrument, bar, part.step, part.pitch)
    for instrument, of_bar, step, pitch in zip(*(c.tolist() for c in columns), strict=True):
        found.setdefault((instrument, of_bar), set()).add((step, pitch))
    return {cell: frozenset(notes) for cell, notes in found.items()}


def _change(
    before: NoteTable, part: NoteTable, cells: _Cells, earlier: list[_Cells], bars: int
) -> SectionChange:
    likest = max(earlier, key=lambda other: _shared(cells, other))
    either = cells.keys() | likest.keys()
    changed = {cell for cell in either if cells.get(cell) != likest.get(cell)}
    by_bar = np.zeros((2, bars))
    for cell in either:
        by_bar[:, cell[1]] += (cell in changed, 1)
    return SectionChange(
        same_cells=1 - len(changed) / len(either),
        notes_in_common=_shared(cells, likest),
        changed_cells=tuple((by_bar[0] / np.maximum(1, by_bar[1])).tolist()),
        notes=len(part) / len(before),
        instruments=_players(part) / _players(before),
        higher_by=_higher_by(before, part),
    )


def _shared(one: _Cells, other: _Cells) -> float:
    shared = sum(len(notes & other.get(cell, frozenset())) for cell, notes in one.items())
    sizes = sum(map(len, one.values())) + sum(map(len, other.values()))
    return shared / (sizes - shared)


def _players(part: NoteTable) -> int:
    return len(np.unique(part.instrument))


def _higher_by(before: NoteTable, part: NoteTable) -> float | None:
    pitched: list[BoolArray] = [np.not_equal(each.instrument, DRUMS) for each in (before, part)]
    if not all(mask.any() for mask in pitched):
        return None
    return float(part.pitch[pitched[1]].mean() - before.pitch[pitched[0]].mean())
