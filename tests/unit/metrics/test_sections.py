"""Sections that come back are told from those that do not, note for note."""

import pytest

from segue.errors import InputError
from segue.metrics.sections import section_changes
from segue.score import append_bars, transpose
from tests.composers import band, line, score_of


def test_a_copy_is_the_same_and_a_transposed_one_is_not() -> None:
    piece = band(4)
    (copy,) = section_changes(append_bars(piece, piece), bars=4)
    assert (copy.same_cells, copy.notes_in_common) == (1.0, 1.0)
    assert copy.changed_cells == (0.0,) * 4
    assert (copy.notes, copy.instruments, copy.higher_by) == (1.0, 1.0, 0.0)
    (moved,) = section_changes(append_bars(piece, transpose(piece, 5)), bars=4)
    assert moved.same_cells == pytest.approx(1 / 3)  # the drums
    assert moved.higher_by == pytest.approx(5.0)
    assert moved.changed_cells == pytest.approx((2 / 3,) * 4)


def test_the_likest_of_all_sections_before_is_meant() -> None:
    a, b = band(2), score_of(line([48, 50, 52, 53] * 2, program=40))
    b = b.with_tracks([*(t.with_notes(t.notes.select([])) for t in a.tracks), *b.tracks])
    changes = section_changes(append_bars(append_bars(a, b, at_bar=2), a, at_bar=4), bars=2)
    assert [change.notes_in_common for change in changes] == [0.0, 1.0]
    assert [change.instruments for change in changes] == [pytest.approx(1 / 3), 3.0]


def test_what_is_no_section_does_not_count() -> None:
    assert section_changes(score_of(), bars=4) == []
    assert section_changes(band(7), bars=4) == []
    assert section_changes(score_of(line([36] * 32, is_drum=True)), bars=4)[0].higher_by is None
    with pytest.raises(InputError, match="at least 1 bar"):
        section_changes(band(4), bars=0)
