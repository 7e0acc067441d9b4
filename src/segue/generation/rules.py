"""What may be written next, whatever the model says: who plays, how full a bar and a chord may be.

The choice of the next part is also the choice of all that is passed over: a bar is written part by
part, in one order (`models.grammar`), so a part that is skipped is silent in that bar. A forbidden
part is passed over as well, and a part that must play is never: what the model would give to
those goes to what comes after, or to the part that is due, and not to one more note of the part
written last.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor

from segue.encoding.events import Field
from segue.encoding.sequence import NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import BAR, N_PART_CLASSES, N_PARTS, IntArray
from segue.generation.groups import ROWS
from segue.generation.window import Window
from segue.models.grammar import FORBIDDEN
from segue.models.precedents import RANK

_MIN_BAR_EVENTS: Final = 48
"""However empty the prompt is, so many notes may be in a bar."""
_MIN_CHORD: Final = 4
"""Notes at once that every part may play, whatever was shown."""
_ALMOST_ONE: Final = 1 - 1e-6
_EVERY: Final = torch.arange(ROWS)


class Rules:
    """The rules for one group of takes, and what they have to know of what was written."""

    def __init__(
        self, windows: Sequence[Window], allowed: BoolArray, required: BoolArray | None
    ) -> None:
        """`windows`: one for all takes, or one for each.

        `allowed`: the parts that may play, (N_PARTS,), or of each take in each window bar, (ROWS,
        NB, N_PARTS); `required`: of each take in each window bar, those that must.
        """
        n_bars = len(windows[0].bars)
        self.allowed = torch.ones(ROWS, n_bars, N_PART_CLASSES, dtype=torch.bool)
        self.allowed[..., :N_PARTS] = torch.tensor(allowed)
        self._required = torch.zeros(ROWS, n_bars, N_PART_CLASSES, dtype=torch.bool)
        self._required[..., BAR] = True  # every bar ends
        if required is not None:
            self._required[..., :N_PARTS] = torch.tensor(required)
        self._rank = torch.from_numpy(RANK)
        self._most_in_bar = max(_MIN_BAR_EVENTS, 2 * max(_busiest(w) for w in windows))
        self._largest_chord = max(_MIN_CHORD, *(_largest_chord(w) for w in windows))
        self._in_bar = np.zeros(ROWS, np.int64)
        self._chord = np.zeros(ROWS, np.int64)

    def parts(self, logits: Tensor, latest: IntArray) -> Tensor:
        """The log-probabilities of the next part, (ROWS, N_PART_CLASSES), given the model's logits.

        `latest`: the events before, (ROWS, N_COLUMNS).
        """
        given = logits.log_softmax(dim=-1)
        bar, part = (torch.from_numpy(latest[:, column]) for column in (Column.BAR, Column.PART))
        after_note = torch.from_numpy(latest[:, Column.KIND] == NOTE_EVENT)
        full = torch.from_numpy(self._in_bar >= self._most_in_bar)
        reached = torch.where(after_note, self._rank[part], -1)

        later = self._required[_EVERY, bar] & (self._rank > reached[:, None])
        later &= ~full[:, None]
        later[:, BAR] = True
        due = torch.where(later, self._rank, self._rank[BAR] + 1).argmin(dim=-1)
        passing = self._rank >= self._rank[due][:, None]
        at_due = given.masked_fill(~passing, FORBIDDEN).logsumexp(dim=-1, keepdim=True)

        may = self.allowed[_EVERY, bar] & ~passing & ~full[:, None]
        may_again = may.gather(1, part[:, None])
        following = may.scatter(1, part[:, None], may_again & ~after_note[:, None])
        onward = given.masked_fill(~following, FORBIDDEN).scatter(1, due[:, None], at_due)

        again = may_again[:, 0] & after_note & ~self._stuck(latest)
        p_again = torch.where(again, given.gather(1, part[:, None])[:, 0].exp(), 0)
        p_again = p_again.clamp(max=_ALMOST_ONE)[:, None]
        onward = (onward.log_softmax(dim=-1) + (-p_again).log1p()).clamp(min=FORBIDDEN)
        stays = torch.where(again[:, None], p_again.log(), onward.gather(1, part[:, None]))
        return onward.scatter(1, part[:, None], stays.clamp(min=FORBIDDEN))

    def _stuck(self, latest: IntArray) -> Tensor:
        """Whether the part written last has no place left: its chord at the bar's end is full."""
        at_end = latest[:, Column.POSITION] == latest[:, Column.LENGTH] - 1
        return torch.from_numpy((self._chord >= self._largest_chord) & at_end)

    def positions(self, logits: Tensor, latest: IntArray, part: Tensor) -> Tensor:
        """Without the position of a chord that is as large as any that was shown.

        The order of events knows no way back: a part that came too soon to its last position
        would pile up notes there.
        """
        same = part.numpy() == latest[:, Column.PART]
        rows = np.flatnonzero((self._chord >= self._largest_chord) & same)
        if not len(rows):
            return logits
        logits = logits.clone()
        logits[rows, latest[rows, Column.POSITION]] = FORBIDDEN
        return logits

    def note_written(self, row: int, note: IntArray, latest: IntArray) -> None:
        """A row's next event is a note: (N_COLUMNS,), after the row's `latest`."""
        place = [Column.PART, Column.POSITION]
        joins = self._chord[row] and (latest[place] == note[place]).all()
        self._chord[row] = self._chord[row] + 1 if joins else 1
        self._in_bar[row] += 1

    def bar_ended(self, row: int) -> None:
        """A row begins another bar."""
        self._in_bar[row] = self._chord[row] = 0


def _busiest(window: Window) -> int:
    """The most notes that a visible bar has."""
    return int(np.bincount(window.visible[:, 0], minlength=1).max())


def _largest_chord(window: Window) -> int:
    """The most notes that a part of the visible bars begins at once."""
    place = window.visible[:, [Field.BAR, Field.PART, Field.POSITION]]
    return int(np.unique(place, axis=0, return_counts=True)[1].max(initial=0))
