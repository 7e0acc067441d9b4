"""What came next, the last times: the event that followed this place some bars ago.

Music repeats itself event by event. Every bar is written in one order (`models.grammar`), so the
event that followed this place `lag` bars ago is the first of that bar's notes that lies after the
note written last. `look_back` tells the heads what a bar held; this tells them where in it they
are. Nothing here is learned or differentiated.

A *place* is where a note stands in its bar's order, in one number: its part's rank, its position,
its pitch. Shapes: Tq events to predict, Tk events to look at (in training both are T, in sampling
Tq is 1), G lags. Lag -1 is the next bar, known when infilling.

`Precedents` relies on the order of `encoding.sequence`: a visible pass, then a masked pass, bars
rising in each. So all bars before the one being written are complete, and of the bars after it only
visible notes are known.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor

from segue.encoding.sequence import MASKED, NOTE_EVENT, VISIBLE, Column
from segue.encoding.vocabulary import BAR, PART_CLASS_RANK

PRECEDENT_LAGS: Final = (1, 2, 4, 8, -1)
N_PRECEDENTS: Final = len(PRECEDENT_LAGS)

_PITCH_BITS: Final = 8
_POSITION_BITS: Final = 8
PLACE_BITS: Final = 24
"""Eight more for the part's rank."""
_NOWHERE: Final = 2**40
"""After every place of every bar."""


class Precedent(NamedTuple):
    """What is to be expected by each of several precedents, (B, Tq, G) each."""

    value: Tensor
    exists: Tensor
    """Whether there is that precedent, bool; where not, `value` is 0."""


class Precedence(Protocol):
    """What the heads ask; the arguments are what was chosen so far, (B, Tq) each."""

    def repeats(self) -> Tensor:
        """Whether the last note itself stood in the bars that far back, (B, Tq, G) bool."""

    def parts(self) -> Precedent:
        """The part of the event that followed; `BAR` where nothing did."""

    def positions(self, part: Tensor) -> Precedent:
        """Where the part's next note began."""

    def pitches(self, part: Tensor, position: Tensor) -> Precedent:
        """Which of its pitches at that position came next."""

    def notes(self, part: Tensor, position: Tensor, pitch: Tensor) -> tuple[Precedent, Precedent]:
        """Duration and velocity of the same note, or else of the lowest one at its position."""


Whole = TypeVar("Whole", int, Tensor)


def place_of(rank: Whole, position: Whole, pitch: Whole) -> Whole:
    """The place of a part's rank, a position and a pitch."""
    return ((rank << _POSITION_BITS) + position << _PITCH_BITS) + pitch


def rank_at(place: Whole) -> Whole:
    """The rank of a place's part."""
    return place >> _POSITION_BITS + _PITCH_BITS


def position_at(place: Whole) -> Whole:
    """The position of a place."""
    return (place >> _PITCH_BITS) % (1 << _POSITION_BITS)


def pitch_at(place: Whole) -> Whole:
    """The pitch of a place."""
    return place % (1 << _PITCH_BITS)


@dataclass
class _Found:
    """The first note at or after a place, in the bar of each lag: (B, Tq, G) each."""

    place: Tensor
    """Within its bar."""
    index: Tensor
    """Of the note among the events that were seen."""
    exists: Tensor

    def where(self, also: Tensor) -> "_Found":
        return _Found(self.place, self.index, self.exists & also)

    def precedent(self, value: Tensor) -> Precedent:
        return Precedent(value.masked_fill(~self.exists, 0), self.exists)


@dataclass
class _Table:
    """Notes of windows in the order of (bar, place)."""

    places: Tensor
    """With the bar above the place's bits; after the last, `_NOWHERE`; (B, Tk)."""
    index: Tensor

    @classmethod
    def of(cls, places: Tensor, chosen: Tensor) -> "_Table":
        ordered, index = torch.where(chosen, places, _NOWHERE).sort(dim=1, stable=True)
        return cls(ordered, index)

    def first_from(self, bound: Tensor) -> tuple[Tensor, Tensor]:
        """The first place not before each bound, (B, n), and its note's index."""
        at = torch.searchsorted(self.places, bound).clamp(max=self.places.shape[1] - 1)
        return self.places.gather(1, at), self.index.gather(1, at)


class Precedents:
    """The precedents of a batch of windows; see `Precedence`."""

    def __init__(self, seen: Tensor, enabled: Tensor, *, queries: int | None = None) -> None:
        """Look at `seen`, (B, Tk, N_COLUMNS), from after its last `queries` events (default: all).

        Rows that are not `enabled`, (B,) bool, have no precedents.
        """
        last = seen[:, seen.shape[1] - (queries or seen.shape[1]) :]
        self.seen = seen
        self.rank = torch.from_numpy(PART_CLASS_RANK).to(seen.device)
        note = seen[..., Column.KIND] == NOTE_EVENT
        places = self._places(seen)
        in_bars = (seen[..., Column.BAR] << PLACE_BITS) + places
        self.visible = _Table.of(in_bars, note & (seen[..., Column.ROLE] == VISIBLE))
        self.all = _Table.of(in_bars, note)
        self.after_note = note[:, -last.shape[1] :]
        self.last = places[:, -last.shape[1] :]
        self.writes = (last[..., Column.ROLE] == MASKED)[..., None]
        lags = torch.tensor(PRECEDENT_LAGS, device=seen.device)
        self.bar = last[..., Column.BAR, None] - lags
        self.ahead = lags < 0
        self.may = enabled[:, None, None] & (self.writes | ~self.ahead)

    def _places(self, rows: Tensor) -> Tensor:
        rank = self.rank[rows[..., Column.PART]]
        return place_of(rank, rows[..., Column.POSITION], rows[..., Column.PITCH])

    def _first_from(self, bound: Tensor) -> _Found:
        """Look for the first note not before a place, (B, Tq)."""
        wanted = (self.bar << PLACE_BITS) + bound[..., None]
        flat = wanted.flatten(1)
        complete, everything = self.visible.first_from(flat), self.all.first_from(flat)
        choose = self.writes & ~self.ahead
        place, index = (
            torch.where(choose, b.view_as(wanted), a.view_as(wanted))
            for a, b in zip(complete, everything, strict=True)
        )
        exists = self.may & (place >> PLACE_BITS == self.bar)
        return _Found(place % (1 << PLACE_BITS), index, exists)

    def _from(self, bound: Tensor) -> Tensor:
        """Nor before what may follow the last event."""
        return torch.maximum(bound, torch.where(self.after_note, self.last + 1, 0))

    def repeats(self) -> Tensor:
        """See `Precedence`."""
        found = self._first_from(self.last)
        same: Tensor = found.exists & (found.place == self.last[..., None])
        return same & self.after_note[..., None]

    def parts(self) -> Precedent:
        """See `Precedence`."""
        start = torch.zeros_like(self.last)
        following = self._first_from(self._from(start))
        part = self.seen[..., Column.PART].gather(1, following.index.flatten(1))
        part = torch.where(following.exists, part.view_as(following.place), BAR)
        return self._first_from(start).precedent(part)

    def positions(self, part: Tensor) -> Precedent:
        """See `Precedence`."""
        rank, zero = self.rank[part], torch.zeros_like(part)
        found = self._first_from(self._from(place_of(rank, zero, zero)))
        found = found.where(rank_at(found.place) == rank[..., None])
        return found.precedent(position_at(found.place))

    def pitches(self, part: Tensor, position: Tensor) -> Precedent:
        """See `Precedence`."""
        lowest = place_of(self.rank[part], position, torch.zeros_like(position))
        found = self._first_from(self._from(lowest))
        found = found.where(found.place - pitch_at(found.place) == lowest[..., None])
        return found.precedent(pitch_at(found.place))

    def notes(self, part: Tensor, position: Tensor, pitch: Tensor) -> tuple[Precedent, Precedent]:
        """See `Precedence`."""
        lowest = place_of(self.rank[part], position, torch.zeros_like(position))
        same, other = self._first_from(lowest + pitch), self._first_from(lowest)
        is_same = same.exists & (same.place == (lowest + pitch)[..., None])
        together = other.exists & (other.place - pitch_at(other.place) == lowest[..., None])
        index = torch.where(is_same, same.index, other.index).flatten(1)
        found = _Found(other.place, index, is_same | together)
        duration, velocity = (
            found.precedent(self.seen[..., column].gather(1, index).view_as(other.place))
            for column in (Column.DURATION, Column.VELOCITY)
        )
        return duration, velocity
