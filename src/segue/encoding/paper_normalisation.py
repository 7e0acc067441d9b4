"""What the paper did to the numbers of its note table before a network reads them, and back.

Section 3.3 tells of two ways. The first, `squash` and `unsquash`, treats all six columns alike:
tanh(x / 127) and 127 arctanh(y). It fails: a network's output need not lie in (-1, 1), where
arctanh is defined, and just below 1 it explodes; what comes back is often no MIDI value at all.
The second embeds the categorical columns (in the model, not here) and standardises the times before
the tanh: `TimeScale`.

Conventions: functions of numpy arrays with the columns last; float64 in and out.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.encoding.paper import TIMES
from segue.errors import InputError

__all__ = ["MAX_DEVIATIONS", "TimeScale", "squash", "unsquash"]

Float64Array: TypeAlias = npt.NDArray[np.float64]

MAX_DEVIATIONS: Final = 7.0
"""A time further from the mean counts as that far: float32 has no numbers between tanh(9) and 1."""
_DIVISOR: Final = 127.0


def squash(table: npt.NDArray[np.floating]) -> Float64Array:
    """tanh(x / 127) of every column: the paper's first normalisation."""
    return np.tanh(np.asarray(table, dtype=np.float64) / _DIVISOR)


def unsquash(values: npt.NDArray[np.floating]) -> Float64Array:
    """127 arctanh(y): infinite at -1 and 1, NaN beyond."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.arctanh(np.asarray(values, dtype=np.float64)) * _DIVISOR


@dataclass(frozen=True)
class TimeScale:
    """Onsets and durations as tanh of standardised seconds, and back by arctanh."""

    mean_s: tuple[float, float]
    """Mean onset and duration of the training notes, in seconds."""
    deviation_s: tuple[float, float]
    """Their standard deviations, in seconds, above 0."""

    @classmethod
    def fit(cls, tables: npt.NDArray[np.floating]) -> "TimeScale":
        """The scale of the notes in `tables`, (..., 6).

        Raises:
            InputError: no notes, or times that are no finite numbers.
        """
        times = np.asarray(tables[..., TIMES], dtype=np.float64).reshape(-1, 2)
        if not len(times) or not np.isfinite(times).all():
            raise InputError(
                f"times cannot be standardised: {len(times)} notes, "
                f"{int((~np.isfinite(times)).sum())} times that are no finite numbers"
            )
        deviation = times.std(axis=0)
        deviation[deviation == 0] = 1.0  # all alike: any unit serves
        onset, duration = times.mean(axis=0).tolist()
        return cls((onset, duration), (float(deviation[0]), float(deviation[1])))

    def encode(self, times_s: npt.NDArray[np.floating]) -> Float64Array:
        """Seconds, (..., 2), to tanh of deviations; further than `MAX_DEVIATIONS` is clipped."""
        standard = (np.asarray(times_s, dtype=np.float64) - self.mean_s) / self.deviation_s
        return np.tanh(np.clip(standard, -MAX_DEVIATIONS, MAX_DEVIATIONS))

    def decode(self, values: npt.NDArray[np.floating]) -> Float64Array:
        """Back to seconds, (..., 2); values beyond what `encode` gives, as a network's may be, are
        clipped to it, and times before 0 are 0.
        """
        limit = np.tanh(MAX_DEVIATIONS)
        standard = np.arctanh(np.clip(np.asarray(values, dtype=np.float64), -limit, limit))
        return np.maximum(standard * self.deviation_s + self.mean_s, 0.0)
