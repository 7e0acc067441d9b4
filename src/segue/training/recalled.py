"""What bars of a song the masked ones of a window may be like, as when music is written.

A model that is trained on this learns how much of such a bar comes back, and how music changes what
it repeats.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.encoding.table import Field
from segue.encoding.vocabulary import POSITIONS_PER_QUARTER, IntArray
from segue.recall.heard import PLACES_A_QUARTER, FloatArray, Heard
from segue.recall.likeliest import likeliest
from segue.training.windows import Window, notes_of_bars, transposed

__all__ = ["Hole", "RecalledBars", "recalled_bars"]

_ONLY_THE_WINDOW: Final = 0.5
"""The share of windows around which nothing of the song is heard: most prompts are short."""


@dataclass(frozen=True, eq=False)
class Hole:
    """What of a window is masked."""

    bars: BoolArray
    """(NB,); they follow each other."""
    parts: BoolArray
    """(P,)."""
    continues: bool
    """Whether nothing is known of what comes after it."""

    def masked(self, table: IntArray) -> BoolArray:
        """The masked notes of a `PartTable`, (N,)."""
        found: BoolArray = self.bars[table[:, Field.BAR]] & self.parts[table[:, Field.PART]]
        return found


@dataclass(frozen=True, eq=False)
class RecalledBars:
    """The notes that the masked cells may have."""

    table: IntArray
    """A `PartTable`, in the bars and parts of the window."""
    expected: FloatArray
    """How alike each bar will be, as note F1 in 0..1; 0 in others, (NB,)."""


def recalled_bars(window: Window, hole: Hole, shift: int, rng: np.random.Generator) -> RecalledBars:
    """The likeliest bars of a window's song, moved by so many semitones as the window is."""
    pack, n_bars = window.pack, len(window.bars)
    begin, end = (int(bar) for bar in pack.bar_of_song[window.song : window.song + 2])
    inside = begin + window.first + np.flatnonzero(hole.bars)
    if rng.random() < _ONLY_THE_WINDOW:
        begin, end = begin + window.first, begin + window.first + n_bars
    if hole.continues:
        end = int(inside[-1]) + 1
    first, last = int(inside[0]) - begin, int(inside[-1]) + 1 - begin
    rows, lengths = notes_of_bars(pack, begin, end), pack.lengths[begin:end].astype(np.int64)
    own = np.ones(len(rows), bool)
    if not hole.parts.all():
        own = np.isin(rows[:, Field.PART], window.roster.tracks[hole.parts])
    known = ~own | (rows[:, Field.BAR] < first) | (rows[:, Field.BAR] >= last)
    rows, own = rows[known], own[known]
    places = rows[:, : Field.PITCH + 1].copy()
    places[:, Field.POSITION] = _places(rows[:, Field.POSITION])
    found = likeliest(Heard.of(places, own, lengths, first=first, last=last))
    expected = np.zeros(n_bars)
    expected[hole.bars] = found.expected
    table = _taken(rows[own], found.sources, np.flatnonzero(hole.bars), window)
    return RecalledBars(transposed(table, window.roster, shift), expected)


def _places(positions: IntArray) -> IntArray:
    return (2 * positions * PLACES_A_QUARTER + POSITIONS_PER_QUARTER) // (2 * POSITIONS_PER_QUARTER)


def _taken(rows: IntArray, sources: IntArray, bars: IntArray, window: Window) -> IntArray:
    """The notes of each source in its bar of the window; of parts that have not begun, none."""
    number = np.full(int(rows[:, Field.PART].max(initial=0)) + 1, -1)
    tracks = window.roster.tracks
    number[tracks[tracks < len(number)]] = np.flatnonzero(tracks < len(number))
    found = [np.zeros((0, len(Field)), np.int64)]
    for bar, source in zip(bars.tolist(), sources.tolist(), strict=True):
        notes = rows[(rows[:, Field.BAR] == source) & (source >= 0)].copy()
        notes[:, Field.BAR] = bar
        notes[:, Field.PART] = number[notes[:, Field.PART]]
        found.append(notes[notes[:, Field.PART] >= 0])
    return np.concatenate(found)
