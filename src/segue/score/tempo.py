"""The tempo map: the only way from ticks to seconds and back.

It is not a list of MIDI events: there is one entry a tick, the first at tick 0, each valid until
the next.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.errors import InputError
from segue.score.columns import MAX_TICK, Int64Array, equal_columns, integer_column, read_only
from segue.units import DEFAULT_US_PER_QUARTER, US_PER_MINUTE

__all__ = ["MAX_US_PER_QUARTER", "TempoMap"]

Float64Array: TypeAlias = npt.NDArray[np.float64]

MAX_US_PER_QUARTER: Final = 2**24 - 1
"""The slowest tempo that a MIDI file can hold, 3.6 quarters a minute."""

_US_PER_SECOND: Final = 1_000_000


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class TempoMap:
    """S tempo segments; build with `TempoMap.of`, the bare constructor trusts its caller."""

    ticks: Int64Array
    """Where each tempo begins, strictly rising, the first 0. Shape (S,)."""
    us_per_quarter: Int64Array
    """Microseconds a quarter note, 1..MAX_US_PER_QUARTER. Shape (S,)."""

    def __post_init__(self) -> None:
        """Freeze the columns."""
        read_only(self.ticks)
        read_only(self.us_per_quarter)

    @classmethod
    def of(cls, *, ticks: npt.ArrayLike, us_per_quarter: npt.ArrayLike) -> "TempoMap":
        """A tempo map from events in any order.

        The last of several events at one tick counts; before the first event the tempo is MIDI's
        default of 120 quarters a minute.

        Raises:
            InputError: columns of unequal length or values out of range (the event is named).
        """
        at = _column(ticks, "tempo tick", 0, MAX_TICK)
        us = _column(us_per_quarter, "us_per_quarter", 1, MAX_US_PER_QUARTER)
        if at.size != us.size:
            raise InputError(f"{at.size} tempo ticks but {us.size} values of us_per_quarter")
        at, kept = last_of_each_tick(at)
        us = us[kept]
        if at.size == 0 or at[0] > 0:
            at, us = np.append(0, at), np.append(DEFAULT_US_PER_QUARTER, us)
        return cls(ticks=at.astype(np.int64), us_per_quarter=us.astype(np.int64))

    @classmethod
    def constant(cls, us_per_quarter: int = DEFAULT_US_PER_QUARTER) -> "TempoMap":
        """One tempo throughout."""
        return cls.of(ticks=[0], us_per_quarter=[us_per_quarter])

    def __len__(self) -> int:
        """The number of tempo segments, S."""
        return int(self.ticks.size)

    def __eq__(self, other: object) -> bool:
        """Equal when both columns hold the same values."""
        if not isinstance(other, TempoMap):
            return NotImplemented
        return equal_columns(self.columns(), other.columns())

    def columns(self) -> dict[str, Int64Array]:
        """Both columns by name."""
        return {"ticks": self.ticks, "us_per_quarter": self.us_per_quarter}

    def us_at(self, tick: int) -> int:
        """Microseconds a quarter at `tick`."""
        return int(self.us_per_quarter[np.searchsorted(self.ticks, max(tick, 0), "right") - 1])

    def bpm_at(self, tick: int) -> float:
        """Quarters a minute at `tick`."""
        return US_PER_MINUTE / self.us_at(tick)

    def seconds_at(self, ticks: npt.ArrayLike, ticks_per_quarter: int) -> Float64Array:
        """Seconds from tick 0 to each of `ticks` (same shape as `ticks`)."""
        at = np.asarray(ticks, dtype=np.int64)
        segment = np.searchsorted(self.ticks, np.maximum(at, 0), "right") - 1
        since = (at - self.ticks[segment]) * self._seconds_per_tick(ticks_per_quarter)[segment]
        return np.asarray(self._segment_seconds(ticks_per_quarter)[segment] + since)

    def ticks_at(self, seconds: npt.ArrayLike, ticks_per_quarter: int) -> Int64Array:
        """The tick nearest to each moment; the inverse of `seconds_at` on whole ticks."""
        moment = np.asarray(seconds, dtype=np.float64)
        begins = self._segment_seconds(ticks_per_quarter)
        segment = np.maximum(np.searchsorted(begins, moment, "right") - 1, 0)
        since = (moment - begins[segment]) / self._seconds_per_tick(ticks_per_quarter)[segment]
        return np.asarray(self.ticks[segment] + np.rint(since).astype(np.int64))

    def _seconds_per_tick(self, ticks_per_quarter: int) -> Float64Array:
        return self.us_per_quarter / (_US_PER_SECOND * ticks_per_quarter)

    def _segment_seconds(self, ticks_per_quarter: int) -> Float64Array:
        lengths = np.diff(self.ticks) * self._seconds_per_tick(ticks_per_quarter)[:-1]
        return np.concatenate([np.zeros(1), np.cumsum(lengths)])


def last_of_each_tick(
    ticks: npt.NDArray[np.integer],
) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.intp]]:
    """Sort events by tick and keep the last of each: (ticks kept, indices of the events kept)."""
    if bool(np.all(ticks[1:] > ticks[:-1])):
        return ticks, np.arange(ticks.size)
    order = np.argsort(ticks, kind="stable")
    rising = ticks[order]
    is_last = np.append(rising[1:] != rising[:-1], True)
    return rising[is_last], order[is_last]


def _column(values: npt.ArrayLike, name: str, low: int, high: int) -> npt.NDArray[np.integer]:
    return integer_column(values, name=name, low=low, high=high, element="event")
