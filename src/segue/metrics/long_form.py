"""What goes wrong over many bars: a bar that never stops, a part that is lost, a key that is left.

**Most repeated bar** (bars). How often the commonest bar comes, note for note: the same
(instrument, step, pitch) begin in it, in all tracks together. Bars without onsets do not count. No
note: 0.

**Lost parts** (instruments). Of the instruments that play in the beginning, how many have no onset
in the last bars.

**Key is left.** Whether the key of the last bars has another scale than that of the first ones.
Keys are those of `theory.key` for the pitched notes weighted by their durations; a key and its
relative count as one, since counts cannot distinguish them. None if either end has no pitched note.

*Traps:* none is a fault as such: real songs repeat bars, end without their singer, and modulate.
What counts is how often, beside real songs of the same length.
"""

from collections import Counter

import numpy as np

from segue.metrics.table import Music, NoteTable, as_table
from segue.theory.key import estimate_key
from segue.theory.scales import scale_of

__all__ = ["leaves_its_key", "lost_parts", "most_repeated_bar"]


def most_repeated_bar(music: Music) -> int:
    """How often the commonest bar comes; see the module."""
    table = as_table(music)
    bars: dict[int, set[tuple[int, int, int]]] = {}
    columns = (table.bar, table.instrument, table.step, table.pitch)
    for bar, *note in zip(*(column.tolist() for column in columns), strict=True):
        instrument, step, pitch = note
        bars.setdefault(bar, set()).add((instrument, step, pitch))
    counts = Counter(frozenset(notes) for notes in bars.values())
    return max(counts.values(), default=0)


def lost_parts(beginning: Music, end: Music) -> int:
    """How many instruments of the beginning have no onset in the end."""
    before, after = (set(as_table(music).instrument.tolist()) for music in (beginning, end))
    return len(before - after)


def leaves_its_key(beginning: Music, end: Music) -> bool | None:
    """Whether the end has another scale than the beginning; see the module."""
    tables = [as_table(music).pitched() for music in (beginning, end)]
    if not all(len(table) for table in tables):
        return None
    first, last = (set(scale_of(_key(table))) for table in tables)
    return first != last


def _key(table: NoteTable) -> int:
    weights = np.bincount(table.pitch % 12, weights=table.duration, minlength=12).astype(np.float64)
    return estimate_key(weights)
