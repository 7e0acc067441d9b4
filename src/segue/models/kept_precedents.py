"""`models.precedents` for writing: the same answers, from lists that grow by a note at a time.

`Precedents` sorts a whole window; where events are written one by one, an insertion is enough.
Tests hold the two to the same answers.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from segue.encoding.sequence import NOTE_EVENT, Column
from segue.encoding.vocabulary import BAR, PART_CLASS_RANK, IntArray
from segue.models.precedents import (
    PRECEDENT_LAGS,
    Precedent,
    pitch_at,
    place_of,
    position_at,
    rank_at,
)

_RANK: Final[list[int]] = PART_CLASS_RANK.tolist()
_START: Final = 0


class KeptPrecedents:
    """What several sequences have said so far. `look_from` first, then ask; B sequences."""

    def __init__(self, sequences: int) -> None:
        self._places: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._notes: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        self._bars = [0] * sequences
        self._last: list[int | None] = [None] * sequences

    def read(self, sequence: int, bar: int, note: tuple[int, int, int, int, int]) -> None:
        """Keep a note: part, position, pitch, duration, velocity."""
        part, position, pitch, duration, velocity = note
        place = place_of(_RANK[part], position, pitch)
        if (sequence, bar, place) not in self._notes:
            insort(self._places[sequence, bar], place)
            self._notes[sequence, bar, place] = (part, duration, velocity)

    def look_from(self, last: IntArray) -> "KeptPrecedents":
        """Ask from after these events, (B, N_COLUMNS), from now on."""
        self._bars = last[:, Column.BAR].tolist()
        self._last = [
            place_of(_RANK[part], position, pitch) if kind == NOTE_EVENT else None
            for kind, part, position, pitch in last[:, _PLACE_COLUMNS].tolist()
        ]
        return self

    def _first_from(self, sequence: int, bar: int, bound: int) -> int | None:
        """The first place of a bar not before another."""
        places = self._places.get((sequence, bar))
        if places is None:
            return None
        at = bisect_left(places, bound)
        return places[at] if at < len(places) else None

    def _from(self, sequence: int, bound: int) -> int:
        last = self._last[sequence]
        return bound if last is None else max(bound, last + 1)

    def _by_lag(self, value: Callable[[int, int], int | None]) -> Precedent:
        """(sequence, bar) -> what is expected, asked of every precedent of every sequence."""
        found = [
            [value(sequence, bar - lag) for lag in PRECEDENT_LAGS]
            for sequence, bar in enumerate(self._bars)
        ]
        exists = torch.tensor([[v is not None for v in row] for row in found])
        values = torch.tensor([[v or 0 for v in row] for row in found])
        return Precedent(values[:, None], exists[:, None])

    def repeats(self) -> Tensor:
        """See `Precedence`."""

        def stood(sequence: int, bar: int) -> int | None:
            last = self._last[sequence]
            return None if last is None or (sequence, bar, last) not in self._notes else 1

        return self._by_lag(stood).exists

    def parts(self) -> Precedent:
        """See `Precedence`."""

        def part(sequence: int, bar: int) -> int | None:
            if (sequence, bar) not in self._places:
                return None
            place = self._first_from(sequence, bar, self._from(sequence, _START))
            return BAR if place is None else self._notes[sequence, bar, place][0]

        return self._by_lag(part)

    def positions(self, part: Tensor) -> Precedent:
        """See `Precedence`."""
        ranks = _ranks(part)

        def position(sequence: int, bar: int) -> int | None:
            rank = ranks[sequence]
            place = self._first_from(sequence, bar, self._from(sequence, place_of(rank, 0, 0)))
            return None if place is None or rank_at(place) != rank else position_at(place)

        return self._by_lag(position)

    def pitches(self, part: Tensor, position: Tensor) -> Precedent:
        """See `Precedence`."""
        lowest = _lowest(part, position)

        def pitch(sequence: int, bar: int) -> int | None:
            bound = lowest[sequence]
            place = self._first_from(sequence, bar, self._from(sequence, bound))
            together = place is not None and place - pitch_at(place) == bound
            return pitch_at(place) if place is not None and together else None

        return self._by_lag(pitch)

    def notes(self, part: Tensor, position: Tensor, pitch: Tensor) -> tuple[Precedent, Precedent]:
        """See `Precedence`."""
        lowest, pitches = _lowest(part, position), pitch[:, 0].tolist()

        def note(sequence: int, bar: int) -> tuple[int, int, int] | None:
            bound = lowest[sequence]
            same = self._notes.get((sequence, bar, bound + pitches[sequence]))
            if same is not None:
                return same
            place = self._first_from(sequence, bar, bound)
            if place is None or place - pitch_at(place) != bound:
                return None
            return self._notes[sequence, bar, place]

        found = {
            (s, bar - lag): note(s, bar - lag)
            for s, bar in enumerate(self._bars)
            for lag in PRECEDENT_LAGS
        }

        def value(field: int) -> Precedent:
            def of(sequence: int, bar: int) -> int | None:
                kept = found[sequence, bar]
                return None if kept is None else kept[field]

            return self._by_lag(of)

        return value(1), value(2)


_PLACE_COLUMNS: Final = [int(c) for c in (Column.KIND, Column.PART, Column.POSITION, Column.PITCH)]


def _ranks(part: Tensor) -> list[int]:
    return [_RANK[p] for p in part[:, 0].tolist()]


def _lowest(part: Tensor, position: Tensor) -> list[int]:
    """The place of the lowest pitch there could be."""
    at = zip(_ranks(part), position[:, 0].tolist(), strict=True)
    return [place_of(rank, position, 0) for rank, position in at]
