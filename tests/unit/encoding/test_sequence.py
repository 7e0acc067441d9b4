"""A sequence shows the visible notes, then asks for the masked ones: bar by bar, and all."""

import numpy as np
from hypothesis import given

from segue.encoding.controls import cell_controls
from segue.encoding.roster import Roster
from segue.encoding.sequence import (
    BAR_EVENT,
    MASKED,
    N_COLUMNS,
    NOTE_EVENT,
    PAD,
    VISIBLE,
    Bars,
    Column,
)
from segue.encoding.table import Field
from segue.encoding.vocabulary import MAX_PARTS, IntArray
from tests.unit.encoding.windows import Masked, Task, masked_windows

FIELDS = (Field.PART, Field.POSITION, Field.PITCH, Field.DURATION, Field.VELOCITY)
COLUMNS = (Column.PART, Column.POSITION, Column.PITCH, Column.DURATION, Column.VELOCITY)
Note = tuple[int, ...]


def notes_of_table(table: IntArray) -> list[Note]:
    """The notes as a reader writes them: in order."""
    return sorted((int(row[Field.BAR]), *(int(row[f]) for f in FIELDS)) for row in table)


def notes_of_columns(columns: IntArray) -> list[Note]:
    notes = columns[columns[:, Column.KIND] == NOTE_EVENT]
    return [tuple(row) for row in notes[:, [Column.BAR, *COLUMNS]].tolist()]


def passes(window: Masked) -> tuple[IntArray, IntArray]:
    """The rows of the visible and of the masked pass, without the closing bar."""
    columns = window.sequence().columns
    role = columns[:, Column.ROLE]
    assert (np.diff(role) >= 0).all()
    masked = columns[role == MASKED]
    return columns[role == VISIBLE], masked[:-1] if window.written.any() else masked


@given(masked_windows())
def test_visible_notes_come_first_then_the_masked_ones_and_none_is_lost(window: Masked) -> None:
    visible, masked = passes(window)

    assert notes_of_columns(visible) == notes_of_table(window.table[~window.masked])
    assert notes_of_columns(masked) == notes_of_table(window.table[window.masked])


@given(masked_windows())
def test_every_bar_begins_with_its_own_event(window: Masked) -> None:
    for rows in passes(window):
        begins = rows[rows[:, Column.KIND] == BAR_EVENT]
        assert len(np.unique(begins[:, Column.BAR])) == len(begins)
        assert (np.diff(rows[:, Column.BAR]) >= 0).all()
        if len(rows):
            assert rows[0, Column.KIND] == BAR_EVENT
        changes = np.flatnonzero(np.diff(rows[:, Column.BAR])) + 1
        assert (rows[changes, Column.KIND] == BAR_EVENT).all()


@given(masked_windows())
def test_every_event_tells_its_time_and_its_bar_s_length(window: Masked) -> None:
    columns = window.sequence().columns[:-1]
    starts = [0]
    for length in window.bars.lengths.tolist():
        starts.append(starts[-1] + length)

    bar, position = columns[:, Column.BAR], columns[:, Column.POSITION]
    assert columns[:, Column.TIME].tolist() == [
        starts[b] + p for b, p in zip(bar.tolist(), position.tolist(), strict=True)
    ]
    assert np.array_equal(columns[:, Column.LENGTH], window.bars.lengths[bar])


@given(masked_windows())
def test_events_say_nothing_that_is_not_theirs(window: Masked) -> None:
    columns = window.sequence().columns[:-1]
    of_bar = [Column.NUMERATOR, Column.TEMPO, Column.KEY]
    of_note = [Column.INSTRUMENT, *COLUMNS, *range(Column.CONTROLS, N_COLUMNS)]
    note = columns[:, Column.KIND] == NOTE_EVENT

    assert (columns[:, Column.KIND] != PAD).all()
    assert not columns[note][:, of_bar].any()
    assert not columns[~note][:, of_note].any()
    told = np.stack([window.bars.numerators, window.bars.tempi, window.bars.keys], axis=1)
    assert np.array_equal(columns[~note][:, of_bar], told[columns[~note, Column.BAR]])


@given(masked_windows())
def test_every_written_bar_is_asked_for_even_an_empty_one(window: Masked) -> None:
    _, masked = passes(window)
    begun = masked[masked[:, Column.KIND] == BAR_EVENT, Column.BAR]

    assert begun.tolist() == np.flatnonzero(window.written).tolist()


@given(masked_windows())
def test_the_last_event_begins_the_bar_after_the_last_written_one(window: Masked) -> None:
    columns = window.sequence().columns
    last = int(np.flatnonzero(window.written)[-1])

    assert columns[-1, Column.KIND] == BAR_EVENT
    assert columns[-1, Column.BAR] == last + 1
    assert columns[-1, Column.TIME] == window.bars.starts[last + 1]


@given(masked_windows())
def test_only_a_continuation_leaves_bars_unread(window: Masked) -> None:
    visible, _ = passes(window)
    read = set(visible[:, Column.BAR].tolist())
    shown = set(window.table[~window.masked, Field.BAR].tolist())
    first = int(np.argmax(window.written))

    assert read == set(range(max([first, *(bar + 1 for bar in shown)])))
    if window.task in (Task.CONTINUE, Task.COMPOSE):
        assert read == set(range(first))


@given(masked_windows())
def test_the_parts_to_be_written_are_those_of_the_masked_notes(window: Masked) -> None:
    told = window.sequence().masked_parts
    hidden = window.table[window.masked]

    assert told.shape == (len(window.bars), MAX_PARTS)
    assert {tuple(cell) for cell in np.argwhere(told).tolist()} == {
        tuple(cell) for cell in hidden[:, [Field.BAR, Field.PART]].tolist()
    }


@given(masked_windows())
def test_controls_are_measured_on_each_pass_by_itself(window: Masked) -> None:
    for rows, table in zip(
        passes(window), (window.table[~window.masked], window.table[window.masked]), strict=True
    ):
        notes = rows[rows[:, Column.KIND] == NOTE_EVENT]
        assert np.array_equal(notes[:, Column.CONTROLS :], cell_controls(table))


@given(masked_windows())
def test_a_note_has_the_instrument_of_its_part(window: Masked) -> None:
    columns = window.sequence().columns
    notes = columns[columns[:, Column.KIND] == NOTE_EVENT]

    instruments = window.roster.instruments[notes[:, Column.PART]]
    assert np.array_equal(notes[:, Column.INSTRUMENT], instruments)


def test_a_window_with_nothing_in_it_is_its_bars() -> None:
    nothing = np.zeros((0, len(Field)), np.int64)
    lengths = np.array([96, 72])
    bars = Bars(lengths=lengths, numerators=np.array([4, 3]), tempi=lengths * 0, keys=lengths * 0)
    roster = Roster(nothing[:, 0], nothing[:, 0])
    window = Masked(Task.COMPOSE, nothing, roster, bars, np.zeros(0, bool), np.ones(2, bool))

    assert window.sequence().columns[:, Column.TIME].tolist() == [0, 96, 168]


def test_the_bars_of_a_part_are_counted_on_from_its_first() -> None:
    lengths = np.array([96, 72, 48])
    bars = Bars(lengths=lengths, numerators=lengths, tempi=lengths, keys=lengths)

    assert bars.part(1, 3).starts.tolist() == [0, 72, 120]
