"""Mistakes in what a window has written so far: other pitches and lengths than those that came.

A take goes on from what it has written itself, and that is further from music than anything in a
corpus: one wrong note makes the next likelier (exposure bias; Bengio et al. 2015 train on a model's
own words for that reason). A model that has read mistakes goes on with the music instead.
What is to be predicted stays as it was (experiments/LOG.md has what this is worth).

A mistake is what a model might write: a pitch or a length of another note of the part that is near,
or a pitch some steps away.
"""

from typing import Final

import numpy as np

from segue.encoding.sequence import MASKED, NOTE_EVENT, Column
from segue.encoding.vocabulary import DRUMS, IntArray
from segue.units import N_PITCHES

__all__ = ["MOST", "with_mistakes"]

MOST: Final = 0.23
"""The largest share of the pitches of a window that are wrong; of lengths it is half of that."""
_NEAR: Final = 48
"""Events."""
_STEPS: Final = np.array([-12, -5, -2, -1, 1, 2, 5, 12])
"""Semitones."""


def with_mistakes(columns: IntArray, rng: np.random.Generator) -> IntArray:
    """A sequence, (T, N_COLUMNS), with mistakes in a random share of its masked notes."""
    share, found = MOST * rng.random(), columns.copy()
    is_note = columns[:, Column.KIND] == NOTE_EVENT
    written = is_note & (columns[:, Column.ROLE] == MASKED)
    for column, most in ((Column.PITCH, share), (Column.DURATION, share / 2)):
        at = np.flatnonzero(written & (rng.random(len(columns)) < most))
        other = np.clip(at + rng.integers(-_NEAR, _NEAR + 1, len(at)), 0, len(columns) - 1)
        is_own = is_note[other] & (columns[other, Column.PART] == columns[at, Column.PART])
        values = np.where(is_own, columns[other, column], columns[at, column])
        if column == Column.PITCH:
            moved = values + rng.choice(_STEPS, len(at))
            moves = ~is_own & (columns[at, Column.INSTRUMENT] != DRUMS)
            values = np.where(moves & (moved >= 0) & (moved < N_PITCHES), moved, values)
        found[at, column] = values
    return found
