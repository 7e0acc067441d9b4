"""Windows of songs of a packed set: whole bars, before anything of them is masked."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.roster import Roster
from segue.encoding.sequence import Bars
from segue.encoding.table import Field
from segue.encoding.vocabulary import IntArray
from segue.training.packing import Pack

TRANSPOSITIONS: Final = (-5, 6)
"""Semitones, both included: every key once."""
_EVENTS_A_BAR: Final = 2
"""Beside its notes: an infilled bar is begun twice."""
_CLOSING_EVENTS: Final = 1


@dataclass(frozen=True, eq=False)
class Window:
    """Some whole bars of a song, before anything of them is masked."""

    table: IntArray
    """A `PartTable`, bars counted from the window's first, (N, 6)."""
    roster: Roster
    """The parts that have begun to play by the window's end."""
    bars: Bars


def cut_window(pack: Pack, song: int, first: int, *, events: int, max_bars: int) -> Window | None:
    """The bars of a song from `first` on that fit into `events`; None where none does."""
    begin, end = int(pack.bar_of_song[song]), int(pack.bar_of_song[song + 1])
    bar = begin + first
    last = min(end, bar + max_bars)
    note = pack.first_note(bar)
    cost = pack.note_end[bar:last] - note + _EVENTS_A_BAR * np.arange(1, last - bar + 1)
    n_bars = int(np.searchsorted(cost, events - _CLOSING_EVENTS, side="right"))
    if n_bars < 1:
        return None
    ends = pack.note_end[bar : bar + n_bars]
    notes = slice(note, int(ends[-1]))
    table = np.empty((notes.stop - notes.start, len(Field)), np.int64)
    table[:, Field.BAR] = np.repeat(np.arange(n_bars), np.diff(ends, prepend=note))
    for column, values in enumerate(pack.notes, Field.PART):
        table[:, column] = values[notes]
    parts = slice(int(pack.part_of_song[song]), int(pack.part_of_song[song + 1]))
    begun = np.flatnonzero(pack.first_bars[parts] < first + n_bars)
    number = np.zeros(parts.stop - parts.start, np.int64)
    number[begun] = np.arange(len(begun))
    table[:, Field.PART] = number[table[:, Field.PART]]
    bars = Bars(
        lengths=pack.lengths[bar : bar + n_bars].astype(np.int64),
        numerators=pack.numerators[bar : bar + n_bars].astype(np.int64),
        tempi=pack.tempi[bar : bar + n_bars].astype(np.int64),
        keys=np.zeros(n_bars, np.int64),
    )
    return Window(table, Roster(pack.instruments[parts][begun].astype(np.int64), begun), bars)
