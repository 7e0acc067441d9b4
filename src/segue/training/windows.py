"""Windows of songs of a packed set: whole bars, before anything of them is masked."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.roster import Roster
from segue.encoding.sequence import Bars, BoolArray
from segue.encoding.table import Field
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, IntArray
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
    pack: Pack
    song: int
    first: int
    """Which song of a pack it is of, and which of its bars comes first."""


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
    table = notes_of_bars(pack, bar, bar + n_bars)
    parts = slice(int(pack.part_of_song[song]), int(pack.part_of_song[song + 1]))
    begun = np.flatnonzero(pack.first_bars[parts] < first + n_bars)
    table[:, Field.PART] = np.searchsorted(begun, table[:, Field.PART])
    bars = Bars(
        lengths=pack.lengths[bar : bar + n_bars].astype(np.int64),
        numerators=pack.numerators[bar : bar + n_bars].astype(np.int64),
        tempi=pack.tempi[bar : bar + n_bars].astype(np.int64),
        keys=np.zeros(n_bars, np.int64),
    )
    roster = Roster(pack.instruments[parts][begun].astype(np.int64), begun)
    return Window(table, roster, bars, pack, song, first)


def notes_of_bars(pack: Pack, begin: int, end: int) -> IntArray:
    """The notes of the bars [begin, end) of a pack, (N, 6): a `PartTable` of their song's parts.

    Bars count from `begin` on.
    """
    first, ends = pack.first_note(begin), pack.note_end[begin:end]
    notes = slice(first, int(ends[-1]))
    table = np.empty((notes.stop - notes.start, len(Field)), np.int64)
    table[:, Field.BAR] = np.repeat(np.arange(end - begin), np.diff(ends, prepend=first))
    for column, values in enumerate(pack.notes, Field.PART):
        table[:, column] = values[notes]
    return table


def transposition(window: Window, rng: np.random.Generator) -> int:
    """By how many semitones a window is moved: 0 where a note would leave the range."""
    lowest, highest = TRANSPOSITIONS
    shift = int(rng.integers(lowest, highest + 1))
    pitch = window.table[_is_melodic(window.table, window.roster), Field.PITCH]
    if not len(pitch) or pitch.min() + shift < 0 or pitch.max() + shift >= DRUM_PITCH_OFFSET:
        return 0
    return shift


def transposed(table: IntArray, roster: Roster, semitones: int) -> IntArray:
    """A table moved by some semitones but for drums; notes that leave the range are left out."""
    moved, melodic = table.copy(), _is_melodic(table, roster)
    moved[melodic, Field.PITCH] += semitones
    pitch = moved[:, Field.PITCH]
    return moved[~melodic | ((pitch >= 0) & (pitch < DRUM_PITCH_OFFSET))]


def _is_melodic(table: IntArray, roster: Roster) -> BoolArray:
    return ~roster.is_drum[table[:, Field.PART]]
