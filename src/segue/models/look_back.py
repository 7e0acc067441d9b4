"""What the same part did some bars ago, and what sounds now: handed to the heads as plain sets.

Music repeats itself, and a small network needs long to learn to copy. So for each event that is to
be predicted these functions gather, from the events before it in the sequence, the parts that
played `lag` bars ago, the positions where the chosen part then began notes, the pitches that it
began at the chosen position, and the pitch classes that sound. Nothing here is learned or
differentiated.

Shapes: Tq events to predict, Tk events to look at; in training both are T and later events are
hidden, in sampling Tq is 1. `lag` -1 looks at the next bar, which is known when infilling.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from segue.encoding.sequence import NOTE_EVENT, Column
from segue.encoding.vocabulary import (
    DRUMS,
    DURATIONS,
    MAX_POSITIONS,
    N_PART_CLASSES,
    N_PITCH_CLASSES_OF_PARTS,
)

LAGS: Final = (1, 2, 4, -1)
N_LAGS: Final = len(LAGS)
N_CHROMA: Final = 3
"""Pitch classes that sound now; of the bar so far; of the bars around."""
PITCH_CLASSES: Final = 12
BARS_AROUND: Final = 4
SHARE_SCALE: Final = 4
"""Shares of twelve pitch classes are small; this makes them as large as what is 0 or 1."""
_DURATIONS: Final = torch.from_numpy(DURATIONS)


def count_values(chosen: Tensor, values: Tensor, n_values: int) -> Tensor:
    """How often each value occurs among the chosen, (B, Tq, n_values).

    `chosen`: (B, Tq, Tk) bool; `values`: (B, Tk), below `n_values`.
    """
    weights = chosen.float()
    if chosen.shape[1] == 1:  # one event: a scatter is cheaper than a one-hot of all that was seen
        zero = weights.new_zeros(len(values), n_values)
        return zero.scatter_add_(1, values, weights[:, 0])[:, None]
    return torch.bmm(weights, F.one_hot(values, n_values).float())


def any_of(chosen: Tensor, values: Tensor, n_values: int) -> Tensor:
    """Which values occur among the chosen, as 0 or 1; shapes as in `count_values`."""
    return count_values(chosen, values, n_values).clamp_(max=1)


class Look(Protocol):
    """What the heads ask of the events before; `LookBack` says what the answers are."""

    def parts(self) -> list[Tensor]:
        """For each lag: the parts that played."""

    def of_part(self, part: Tensor) -> "Look":
        """The same, of one part for each event."""

    def positions(self) -> list[Tensor]:
        """For each lag: where notes began."""

    def pitches(self, position: Tensor) -> list[Tensor]:
        """For each lag: what began at the position."""

    def chroma(self, time: Tensor) -> Tensor:
        """Pitch classes that sound at `time`, in the bar, around."""


@dataclass
class LookBack:
    """The view of one batch: made once a forward pass, asked head by head."""

    seen: Tensor
    """The events that were read, (B, Tk, N_COLUMNS)."""
    lagged: list[Tensor]
    """For each of `LAGS`: the notes in the bar that far back, (B, Tq, Tk) bool."""
    in_bar: Tensor
    """The notes before in the same bar, (B, Tq, Tk) bool."""
    around: Tensor
    """The notes before in the four bars on either side, (B, Tq, Tk) bool."""
    visible: Tensor
    """All notes before, (B, Tq, Tk) bool."""

    @classmethod
    def over(cls, seen: Tensor, bar: Tensor, enabled: Tensor) -> "LookBack":
        """Look at `seen`, (B, Tk, N_COLUMNS), from the bars of the events to predict, (B, Tq).

        With Tq == Tk event j may look at events up to j; with Tq == 1 at all of them. Rows that are
        not `enabled`, (B,) bool, see nothing in `lagged`.
        """
        note = (seen[..., Column.KIND] == NOTE_EVENT)[:, None, :]
        queries, keys = bar.shape[1], seen.shape[1]
        if queries > 1:
            note = note & torch.ones(queries, keys, dtype=torch.bool, device=seen.device).tril()
        back = (bar[:, :, None] - seen[:, None, :, Column.BAR]).to(torch.int16)
        may = note & enabled[:, None, None]
        return cls(
            seen=seen,
            lagged=[may & (back == lag) for lag in LAGS],
            in_bar=note & (back == 0),
            around=note & (back.abs() <= BARS_AROUND) & (back != 0),
            visible=note,
        )

    def parts(self) -> list[Tensor]:
        """For each lag: the parts that played, (B, Tq, N_PART_CLASSES)."""
        part = self.seen[..., Column.PART]
        return [any_of(chosen, part, N_PART_CLASSES) for chosen in self.lagged]

    def of_part(self, part: Tensor) -> "LookBack":
        """The same, of one part for each event, (B, Tq)."""
        same = part[:, :, None] == self.seen[:, None, :, Column.PART]
        lagged = [chosen & same for chosen in self.lagged]
        return LookBack(self.seen, lagged, self.in_bar, self.around, self.visible)

    def positions(self) -> list[Tensor]:
        """For each lag: where notes began, (B, Tq, MAX_POSITIONS)."""
        position = self.seen[..., Column.POSITION]
        return [any_of(chosen, position, MAX_POSITIONS) for chosen in self.lagged]

    def pitches(self, position: Tensor) -> list[Tensor]:
        """For each lag: what began at the position (B, Tq), (B, Tq, 256)."""
        same = position[:, :, None] == self.seen[:, None, :, Column.POSITION]
        pitch = self.seen[..., Column.PITCH]
        return [any_of(c & same, pitch, N_PITCH_CLASSES_OF_PARTS) for c in self.lagged]

    def chroma(self, time: Tensor) -> Tensor:
        """Pitch classes that sound at `time` (B, Tq), in the bar, around: (B, Tq, N_CHROMA, 12).

        Those that sound are 0 or 1; of the bar and around it, four times their share of the notes.
        """
        onset = self.seen[:, None, :, Column.TIME]
        offset = onset + _DURATIONS.to(onset.device)[self.seen[:, None, :, Column.DURATION]]
        melodic = (self.seen[..., Column.PART] != DRUMS)[:, None]
        now = self.visible & melodic & (onset <= time[..., None]) & (offset > time[..., None])
        pitch_class = self.seen[..., Column.PITCH] % PITCH_CLASSES
        sounding = any_of(now, pitch_class, PITCH_CLASSES)
        shares = []
        for chosen in (self.in_bar, self.around):
            count = count_values(chosen & melodic, pitch_class, PITCH_CLASSES)
            shares.append(SHARE_SCALE * count / (count.sum(-1, keepdim=True) + 1))
        return torch.stack([sounding, *shares], dim=2)
