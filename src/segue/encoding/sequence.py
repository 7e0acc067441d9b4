"""The order in which the model reads and writes a window of music.

A window is some bars of a piece. Its notes are *visible* or *masked*. The model reads the visible
ones first, bar by bar, and then writes the masked ones, bar by bar and part by part; every bar
begins with an event of its own. So continuation (the last bars are masked), infilling (bars in the
middle), regeneration (some parts) and composing (everything) are one task for one autoregressive
decoder. The sequence ends with the beginning of the bar after the last, which says that the last
bar is complete.

A `Sequence` holds `columns`, (T, N_COLUMNS), one row an event. Columns of a note that a bar event
lacks are 0, and the other way round; `LENGTH` and `TIME` are given for every event.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.controls import N_CONTROLS, cell_controls
from segue.encoding.roster import Roster
from segue.encoding.table import Field, distinct
from segue.encoding.vocabulary import MAX_PARTS, IntArray

__all__ = [
    "ATTRIBUTES",
    "ATTRIBUTE_COLUMNS",
    "BAR_EVENT",
    "MASKED",
    "NOTE_EVENT",
    "N_COLUMNS",
    "N_KINDS",
    "N_ROLES",
    "PAD",
    "VISIBLE",
    "Bars",
    "BoolArray",
    "Column",
    "Sequence",
    "bar_rows",
    "build_sequence",
]


PAD: Final = 0
BAR_EVENT: Final = 1
NOTE_EVENT: Final = 2
N_KINDS: Final = 3

VISIBLE: Final = 0
MASKED: Final = 1
N_ROLES: Final = 2

BoolArray = npt.NDArray[np.bool_]


class Column(IntEnum):
    """The columns of a `Sequence`."""

    KIND = 0
    ROLE = 1
    """`VISIBLE`, or `MASKED`: the model writes it."""
    BAR = 2
    """Counted from the window's first bar."""
    TIME = 3
    """Positions since the window's beginning: the note's onset, or where its bar begins."""
    LENGTH = 4
    """Positions in the event's bar."""
    POSITION = 5
    PART = 6
    INSTRUMENT = 7
    """Of the part, by the window's roster."""
    PITCH = 8
    DURATION = 9
    VELOCITY = 10
    NUMERATOR = 11
    TEMPO = 12
    KEY = 13
    CONTROLS = 14
    """The first of `N_CONTROLS` columns."""


N_COLUMNS: Final = Column.CONTROLS + N_CONTROLS

ATTRIBUTES: Final = ("part", "position", "pitch", "duration", "velocity")
"""What a note says, in the order in which the model chooses it."""
ATTRIBUTE_COLUMNS: Final = (
    Column.PART,
    Column.POSITION,
    Column.PITCH,
    Column.DURATION,
    Column.VELOCITY,
)


@dataclass(frozen=True)
class Bars:
    """What is known of each bar of a window before any note: all (n_bars,)."""

    lengths: IntArray
    numerators: IntArray
    tempi: IntArray
    keys: IntArray

    def __len__(self) -> int:
        """How many bars."""
        return len(self.lengths)

    @property
    def starts(self) -> IntArray:
        """Positions from the window's beginning to each bar's, (n_bars + 1,)."""
        return np.concatenate([[0], np.cumsum(self.lengths)])

    def part(self, first: int, last: int) -> "Bars":
        """The bars [first, last)."""
        cut = slice(first, last)
        return Bars(self.lengths[cut], self.numerators[cut], self.tempi[cut], self.keys[cut])


@dataclass(frozen=True)
class Sequence:
    """A window as the model reads it; see the module."""

    columns: IntArray
    masked_parts: BoolArray
    """The parts with masked notes in each bar, (n_bars, MAX_PARTS)."""

    def __len__(self) -> int:
        """How many events."""
        return len(self.columns)


def build_sequence(
    table: IntArray, roster: Roster, bars: Bars, masked: BoolArray, written: BoolArray
) -> Sequence:
    """The sequence of a window.

    `table`: the window's `PartTable`, bars counted from the window's first, (N, 6).
    `masked`: which notes the model writes, (N,). `written`: in which bars it writes, (n_bars,), all
    those of masked notes among them; a bar can be written in and stay empty. Bars with no visible
    notes that come after the first written bar are not read in the visible pass if nothing visible
    follows them: a continuation is prefix and continuation.
    """
    assert written[table[masked, Field.BAR]].all(), "a masked note outside the written bars"
    visible, hidden = distinct(table[~masked]), distinct(table[masked])
    last_visible = int(visible[-1, Field.BAR]) + 1 if len(visible) else 0
    leading = int(np.argmax(written)) if written.any() else len(written)
    read = np.arange(len(bars)) < max(last_visible, leading)
    rows = [
        _pass(visible, roster, bars, read, role=VISIBLE),
        _pass(hidden, roster, bars, written, role=MASKED),
        _closing_bar(bars, written),
    ]
    parts = np.zeros((len(bars), MAX_PARTS), bool)
    parts[hidden[:, Field.BAR], hidden[:, Field.PART]] = True
    return Sequence(columns=np.concatenate(rows), masked_parts=parts)


def _pass(table: IntArray, roster: Roster, bars: Bars, chosen: BoolArray, *, role: int) -> IntArray:
    """The events of one pass over the chosen bars: each bar's own event, then its notes."""
    index = np.flatnonzero(chosen)
    ordinal = np.cumsum(chosen) - 1
    rows = np.zeros((len(table) + len(index), N_COLUMNS), np.int64)
    bar = table[:, Field.BAR]
    at = np.arange(len(table)) + ordinal[bar] + 1
    is_bar = np.ones(len(rows), bool)
    is_bar[at] = False
    rows[is_bar] = bar_rows(bars, index, role=role)
    rows[at, Column.KIND] = NOTE_EVENT
    rows[at, Column.ROLE] = role
    rows[at, Column.BAR] = bar
    rows[at, Column.TIME] = bars.starts[bar] + table[:, Field.POSITION]
    rows[at, Column.LENGTH] = bars.lengths[bar]
    for column, field in _NOTE_COLUMNS:
        rows[at, column] = table[:, field]
    if len(table):
        rows[at, Column.INSTRUMENT] = roster.instruments[table[:, Field.PART]]
    rows[at, Column.CONTROLS :] = cell_controls(table)
    return rows


_NOTE_COLUMNS: Final = (
    (Column.POSITION, Field.POSITION),
    (Column.PART, Field.PART),
    (Column.PITCH, Field.PITCH),
    (Column.DURATION, Field.DURATION),
    (Column.VELOCITY, Field.VELOCITY),
)


def bar_rows(bars: Bars, index: IntArray, *, role: int) -> IntArray:
    """The events that begin the bars `index`, (len(index), N_COLUMNS)."""
    rows = np.zeros((len(index), N_COLUMNS), np.int64)
    rows[:, Column.KIND] = BAR_EVENT
    rows[:, Column.ROLE] = role
    rows[:, Column.BAR] = index
    rows[:, Column.TIME] = bars.starts[index]
    rows[:, Column.LENGTH] = bars.lengths[index]
    rows[:, Column.NUMERATOR] = bars.numerators[index]
    rows[:, Column.TEMPO] = bars.tempi[index]
    rows[:, Column.KEY] = bars.keys[index]
    return rows


def _closing_bar(bars: Bars, written: BoolArray) -> IntArray:
    """The event after the last written bar; of it, only that a bar begins is ever asked."""
    last = np.flatnonzero(written)[-1:]
    rows = bar_rows(bars, last, role=MASKED)
    rows[:, Column.BAR] += 1
    rows[:, Column.TIME] += bars.lengths[last]
    return rows
