"""A bar of a part is a cell: nothing is lost on the way to cells and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.cells import MAX_CELL_NOTES, Cells, cells_of_table, table_of_cells
from segue.encoding.table import Field
from tests.unit.encoding.windows import Masked, masked_windows


@given(masked_windows(max_notes=40))
def test_a_table_comes_back_from_its_cells(window: Masked) -> None:
    cells, places = cells_of_table(window.table, window.roster, window.bars)

    assert np.array_equal(table_of_cells(cells, places), window.table)


@given(masked_windows(max_notes=40))
def test_a_cell_is_all_that_one_part_plays_in_one_bar(window: Masked) -> None:
    cells, places = cells_of_table(window.table, window.roster, window.bars)

    assert len(np.unique(places, axis=0)) == len(places) == len(cells)
    assert (cells.counts >= 1).all()
    assert np.array_equal(cells.instruments, window.roster.instruments[places[:, 1]])
    assert np.array_equal(cells.lengths, window.bars.lengths[places[:, 0]])
    for i, (bar, part) in enumerate(places.tolist()):
        mine = (window.table[:, Field.BAR] == bar) & (window.table[:, Field.PART] == part)
        assert cells.counts[i] == mine.sum()


@given(masked_windows(max_notes=40), st.data())
def test_cells_stay_the_same_in_other_company(window: Masked, data: st.DataObject) -> None:
    cells, _ = cells_of_table(window.table, window.roster, window.bars)
    cut = data.draw(st.integers(0, len(cells)))
    index = np.arange(len(cells))
    parts = [cells.take(index[:cut]), cells.take(index[cut:])]
    again = Cells.together([part for part in parts if len(part)] or [cells])
    padded = cells.padded(len(cells) + 3, MAX_CELL_NOTES)

    for other in (again, padded):
        assert np.array_equal(other.rows, cells.rows)
    assert np.array_equal(again.counts, cells.counts)
    assert np.array_equal(padded.counts[: len(cells)], cells.counts)
    assert not padded.counts[len(cells) :].any()
