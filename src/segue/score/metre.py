"""Metre and bars: which bar a tick is in, for all metres and for changes anywhere.

There is no hierarchy of beats and no notation: a bar is a span of ticks with a numerator and a
denominator. A metre event begins a bar wherever it stands, so one inside a bar cuts that bar short;
a pickup is a short first bar followed by a metre event, as notation programs write it.

Where `4 * ticks_per_quarter * numerator / denominator` is not whole (1/64 at 24 ticks), bar lines
are rounded down from their exact places, so they never drift. No bar is shorter than one tick.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.errors import InputError
from segue.score.columns import MAX_TICK, Int64Array, equal_columns, integer_column, read_only
from segue.score.tempo import last_of_each_tick
from segue.units import DEFAULT_METRE

__all__ = ["MAX_BARS", "MAX_DENOMINATOR", "MAX_NUMERATOR", "BarGrid", "MetreMap"]

MAX_NUMERATOR: Final = 255
MAX_DENOMINATOR: Final = 64
MAX_BARS: Final = 1_000_000
"""More bars than any music has; a longer grid is refused before it fills the memory."""


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class MetreMap:
    """S metre segments; build with `MetreMap.of`, the bare constructor trusts its caller."""

    ticks: Int64Array
    """Where each metre begins, strictly rising, the first 0. Shape (S,)."""
    numerator: Int64Array
    """Upper number, 1..255. Shape (S,)."""
    denominator: Int64Array
    """Lower number, a power of two, 1..64. Shape (S,)."""

    def __post_init__(self) -> None:
        """Freeze the columns."""
        for column in self.columns().values():
            read_only(column)

    @classmethod
    def of(
        cls, *, ticks: npt.ArrayLike, numerator: npt.ArrayLike, denominator: npt.ArrayLike
    ) -> "MetreMap":
        """A metre map from events in any order.

        The last of several events at one tick counts; before the first event the metre is 4/4.

        Raises:
            InputError: columns of unequal length, values out of range, or a denominator that is
                not a power of two (the event is named).
        """
        at = _column(ticks, "metre tick", 0, MAX_TICK)
        over = _column(numerator, "metre numerator", 1, MAX_NUMERATOR)
        under = _column(denominator, "metre denominator", 1, MAX_DENOMINATOR)
        if not at.size == over.size == under.size:
            raise InputError(
                f"{at.size} metre ticks, {over.size} numerators, {under.size} denominators: "
                "the columns must be equally long"
            )
        odd = np.flatnonzero(under & (under - 1))
        if odd.size:
            raise InputError(
                f"metre denominator must be a power of two, got {int(under[odd[0]])} "
                f"(event {int(odd[0])})"
            )
        at, kept = last_of_each_tick(at)
        over, under = over[kept], under[kept]
        if at.size == 0 or at[0] > 0:
            at = np.append(0, at)
            over, under = np.append(DEFAULT_METRE[0], over), np.append(DEFAULT_METRE[1], under)
        return cls(
            ticks=at.astype(np.int64),
            numerator=over.astype(np.int64),
            denominator=under.astype(np.int64),
        )

    @classmethod
    def constant(
        cls, *, numerator: int = DEFAULT_METRE[0], denominator: int = DEFAULT_METRE[1]
    ) -> "MetreMap":
        """One metre throughout."""
        return cls.of(ticks=[0], numerator=[numerator], denominator=[denominator])

    def __len__(self) -> int:
        """The number of metre segments, S."""
        return int(self.ticks.size)

    def __eq__(self, other: object) -> bool:
        """Equal when every column holds the same values."""
        if not isinstance(other, MetreMap):
            return NotImplemented
        return equal_columns(self.columns(), other.columns())

    def columns(self) -> dict[str, Int64Array]:
        """The three columns by name."""
        return {
            "ticks": self.ticks,
            "numerator": self.numerator,
            "denominator": self.denominator,
        }

    def metre_at(self, tick: int) -> tuple[int, int]:
        """(numerator, denominator) at `tick`."""
        segment = int(np.searchsorted(self.ticks, max(tick, 0), "right")) - 1
        return int(self.numerator[segment]), int(self.denominator[segment])


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class BarGrid:
    """B bars that tile the ticks from 0 to `end_tick`. Bars count from 0."""

    starts: Int64Array
    """Bar lines in ticks: the start of each bar, then the end of the last. Shape (B + 1,)."""
    numerator: Int64Array
    """Upper number of each bar's metre. Shape (B,)."""
    denominator: Int64Array
    """Lower number of each bar's metre. Shape (B,)."""

    def __post_init__(self) -> None:
        """Freeze the columns."""
        for column in (self.starts, self.numerator, self.denominator):
            read_only(column)

    @classmethod
    def build(
        cls, metre_map: MetreMap, *, ticks_per_quarter: int, end_tick: int = 0, n_bars: int = 0
    ) -> "BarGrid":
        """The fewest bars that reach `end_tick` (exclusive) and number at least `n_bars`.

        Raises:
            InputError: that would be more than MAX_BARS bars.
        """
        begin = metre_map.ticks
        # A bar of segment s is length[s] / denominator[s] ticks long, at least one tick.
        denominator = metre_map.denominator
        length = np.maximum(4 * ticks_per_quarter * metre_map.numerator, denominator)
        counts = -(-np.diff(begin) * denominator[:-1] // length[:-1])
        first_bar = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])

        total = max(n_bars, 0)
        if end_tick > 0:
            last = int(np.searchsorted(begin, end_tick - 1, "right")) - 1
            within = (end_tick - int(begin[last])) * int(denominator[last])
            total = max(total, int(first_bar[last]) - (-within // int(length[last])))
        if total > MAX_BARS:
            raise InputError(
                f"the score would have {total} bars, more than {MAX_BARS}: "
                f"check its metre events and its last note (tick {end_tick})"
            )
        bar = np.arange(total + 1, dtype=np.int64)
        segment = np.searchsorted(first_bar, bar, "right") - 1
        steps = (bar - first_bar[segment]) * length[segment]
        return cls(
            starts=begin[segment] + steps // denominator[segment],
            numerator=metre_map.numerator[segment[:-1]],
            denominator=denominator[segment[:-1]],
        )

    @property
    def n_bars(self) -> int:
        """The number of bars, B."""
        return int(self.numerator.size)

    @property
    def end_tick(self) -> int:
        """The end of the last bar."""
        return int(self.starts[-1])

    @property
    def lengths(self) -> Int64Array:
        """Length of each bar in ticks. Shape (B,)."""
        return np.diff(self.starts)

    def bar_of(self, ticks: npt.ArrayLike) -> Int64Array:
        """The bar that holds each tick; `n_bars` for ticks at or after `end_tick`."""
        at = np.asarray(ticks, dtype=np.int64)
        return np.asarray(np.searchsorted(self.starts, at, "right") - 1, dtype=np.int64)

    def start(self, bar: int) -> int:
        """First tick of `bar`; `start(n_bars)` is `end_tick`.

        Raises:
            InputError: the grid has no such bar line.
        """
        self._check(bar, self.n_bars)
        return int(self.starts[bar])

    def length(self, bar: int) -> int:
        """Length of `bar` in ticks.

        Raises:
            InputError: the grid has no such bar.
        """
        self._check(bar, self.n_bars - 1)
        return int(self.starts[bar + 1] - self.starts[bar])

    def _check(self, bar: int, last: int) -> None:
        if not 0 <= bar <= last:
            raise InputError(f"bar {bar} is outside 0..{last}; the grid has {self.n_bars} bars")


def _column(values: npt.ArrayLike, name: str, low: int, high: int) -> npt.NDArray[np.integer]:
    return integer_column(values, name=name, low=low, high=high, element="event")
