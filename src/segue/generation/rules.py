"""What may be written next, whatever the model says: who plays, how full a bar and a chord may be.

The choice of the next part is also the choice of all that is passed over: a bar is written part by
part, in the order of their numbers, so a part that is skipped is silent in that bar. A forbidden
part is passed over as well, and a part that must play is never: what the model would give to
those goes to what comes after, or to the part that is due, and not to one more note of the part
written last.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from segue.encoding.sequence import NOTE_EVENT, BoolArray, Column
from segue.encoding.table import Field
from segue.encoding.vocabulary import END, MAX_PARTS, N_PART_CLASSES, IntArray
from segue.generation.aims import Aims
from segue.generation.leaning import leaned
from segue.generation.network import Float32Array
from segue.generation.sampling import FloatArray, log_softmax, log_sum_exp
from segue.generation.window import Window
from segue.models.decoder_shape import FORBIDDEN

_MIN_BAR_EVENTS: Final = 48
"""However empty the prompt is, so many notes may be in a bar."""
_MIN_CHORD: Final = 4
"""Notes at once that every part may play, whatever was shown."""
_ALMOST_ONE: Final = 1 - 1e-6
_NEVER: Final = -np.inf
_PARTS: Final = np.arange(N_PART_CLASSES)


class Rules:
    """The rules for one group of takes, and what they have to know of what was written."""

    def __init__(
        self,
        windows: Sequence[Window],
        allowed: BoolArray,
        required: BoolArray | None,
        *,
        more_notes: IntArray | None = None,
    ) -> None:
        """`windows`: one for all takes, or one for each.

        `allowed`: the parts that may play, of each take in each window bar, (R, NB, MAX_PARTS);
        `required`: those that must. `more_notes`: that a bar of each part is to have,
        (R, MAX_PARTS); see `aims`.
        """
        rows, n_bars = len(allowed), len(windows[0].bars)
        self._every = np.arange(rows)
        self.allowed = np.ones((rows, n_bars, N_PART_CLASSES), bool)
        self.allowed[..., :MAX_PARTS] = allowed
        self._required = np.zeros((rows, n_bars, N_PART_CLASSES), bool)
        self._required[..., END] = True  # every bar ends
        if required is not None:
            self._required[..., :MAX_PARTS] = required
        self._most_in_bar = max(_MIN_BAR_EVENTS, 2 * max(_busiest(w) for w in windows))
        self._largest_chord = max(_MIN_CHORD, *(_largest_chord(w) for w in windows))
        self._aims = Aims(more_notes, rows)
        self._in_bar = np.zeros(rows, np.int64)
        self._chord = np.zeros(rows, np.int64)

    def parts(self, logits: Float32Array, latest: IntArray) -> Float32Array | FloatArray:
        """The log-probabilities of the next part, (R, N_PART_CLASSES), given the model's logits;
        those where nothing is to be changed.

        `latest`: the events before, (R, N_COLUMNS).
        """
        every, bar, part = self._every, latest[:, Column.BAR], latest[:, Column.PART]
        full, leaning = self._in_bar >= self._most_in_bar, self._aims.stay(latest)
        stuck = self._stuck(latest)
        if leaning is None and not (full | stuck).any() and self._leaves(logits, bar):
            return logits
        given = log_softmax(logits)
        after_note = latest[:, Column.KIND] == NOTE_EVENT
        reached = np.where(after_note, part, -1)

        later = self._required[every, bar] & (reached[:, None] < _PARTS) & ~full[:, None]
        later[:, END] = True
        due = later.argmax(axis=-1)
        passing = due[:, None] <= _PARTS
        at_due = log_sum_exp(np.where(passing, given, _NEVER))[:, 0]

        following = self.allowed[every, bar] & ~passing & ~full[:, None]
        again = following[every, part] & after_note & ~stuck
        following[every, part] &= ~after_note
        onward = np.where(following, given, _NEVER)
        onward[every, due] = at_due

        stays = np.minimum(given[every, part], math.log(_ALMOST_ONE))
        if leaning is not None:
            stays = leaned(stays, leaning)
        p_again = np.where(again, np.exp(stays), 0)[:, None]
        onward = log_softmax(onward) + np.log1p(-p_again)
        onward[again, part[again]] = stays[again]
        return onward

    def _leaves(self, logits: Float32Array, bar: IntArray) -> bool:
        """Whether in each row's bar, (R,), no part is due, and none forbidden that could be."""
        every = self._every
        return not (
            self._required[every, bar, :MAX_PARTS].any()
            or (logits[~self.allowed[every, bar]] > FORBIDDEN).any()
        )

    def _stuck(self, latest: IntArray) -> BoolArray:
        """Whether the part written last has no place left: its chord at the bar's end is full."""
        at_end = latest[:, Column.POSITION] == latest[:, Column.LENGTH] - 1
        stuck: BoolArray = (self._chord >= self._largest_chord) & at_end
        return stuck

    def positions(self, logits: Float32Array, latest: IntArray, part: IntArray) -> Float32Array:
        """Without the position of a chord that is as large as any that was shown, and leaning as
        `aims` do.

        The order of events knows no way back: a part that came too soon to its last position
        would pile up notes there.
        """
        same = part == latest[:, Column.PART]
        rows = np.flatnonzero((self._chord >= self._largest_chord) & same)
        if len(rows):
            logits = logits.copy()
            logits[rows, latest[rows, Column.POSITION]] = _NEVER
        return self._aims.positions(logits, latest, part)

    def keep(self, rows: IntArray) -> None:
        """Go on with these rows alone."""
        self._every = np.arange(len(rows))
        self.allowed, self._required = self.allowed[rows], self._required[rows]
        self._in_bar, self._chord = self._in_bar[rows], self._chord[rows]
        self._aims.keep(rows)

    def written(self, rows: IntArray, notes: IntArray, latest: IntArray) -> None:
        """Rows, (N,), have a note more: events, (N, N_COLUMNS), each after its `latest`."""
        joins = self._chord[rows] > 0
        for column in (Column.PART, Column.POSITION):
            joins &= notes[:, column] == latest[:, column]
        self._chord[rows] = np.where(joins, self._chord[rows] + 1, 1)
        self._in_bar[rows] += 1
        self._aims.written(rows, notes, latest)

    def bar_ended(self, row: int) -> None:
        """A row begins another bar."""
        self._in_bar[row] = self._chord[row] = 0
        self._aims.bar_ended(row)


def _busiest(window: Window) -> int:
    """The most notes that a visible bar has."""
    return int(np.bincount(window.visible[:, 0], minlength=1).max())


def _largest_chord(window: Window) -> int:
    """The most notes that a part of the visible bars begins at once."""
    place = window.visible[:, [Field.BAR, Field.PART, Field.POSITION]]
    return int(np.unique(place, axis=0, return_counts=True)[1].max(initial=0))
