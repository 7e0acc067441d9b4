"""The nine features of MGEval, of one excerpt; sets are compared by them in `evaluation.mgeval`.

| feature | shape | what |
|---|---|---|
| pitch count | (1,) | different pitches |
| pitch-class histogram | (12,) | shares of the pitch classes |
| pitch-class transition matrix | (144,) | transitions from note to note, as shares of all |
| pitch range | (1,) | semitones from the lowest to the highest pitch |
| average pitch interval | (1,) | mean size of the step from note to note, semitones |
| note count | (1,) | notes |
| average inter-onset interval | (1,) | quarters from note to note |
| note-length histogram | (12,) | shares of the lengths, by the nearest of twelve |
| note-length transition matrix | (144,) | transitions of lengths, as shares of all |

Notes are pitched ones. MGEval reads one melody; here "from note to note" goes along each track's
skyline (`melody`), tracks are pooled, and matrices are divided by their sum, so that long excerpts
are no further away than short ones. The twelve lengths are MGEval's: whole, half, quarter, eighth,
sixteenth, the dotted ones from half to sixteenth, and triplets of half, quarter and eighth. No
pitched note: zeros, which are a value like any other.

Source: L.-C. Yang and A. Lerch, "On the evaluation of generative models in music" (2020);
github.com/RichardYang40148/mgeval.
"""

from typing import Final

import numpy as np

from segue.metrics.melody import skyline
from segue.metrics.table import FloatArray, IntArray, Music, as_table

__all__ = ["MGEVAL_FEATURES", "mgeval_features"]

MGEVAL_FEATURES: Final[dict[str, int]] = {
    "pitch count": 1,
    "pitch-class histogram": 12,
    "pitch-class transition matrix": 144,
    "pitch range": 1,
    "average pitch interval": 1,
    "note count": 1,
    "average inter-onset interval": 1,
    "note-length histogram": 12,
    "note-length transition matrix": 144,
}
"""Names and numbers of values."""

_LENGTHS: Final = np.array(
    [4, 2, 1, 1 / 2, 1 / 4, 3, 3 / 2, 3 / 4, 3 / 8, 4 / 3, 2 / 3, 1 / 3],
)
"""Quarters."""


def mgeval_features(music: Music) -> dict[str, FloatArray]:
    """Every feature of `MGEVAL_FEATURES`."""
    table = as_table(music).pitched()
    if not len(table):
        return {name: np.zeros(size) for name, size in MGEVAL_FEATURES.items()}
    top, follows = skyline(table)
    pitch, length = table.pitch, _length_class(table.duration / table.ticks_per_quarter)
    onset = table.onset[top] / table.ticks_per_quarter
    leaps, gaps = np.abs(np.diff(pitch[top]))[follows], np.diff(onset)[follows]
    values = (
        np.array([float(len(np.unique(pitch)))]),
        np.bincount(pitch % 12, minlength=12) / len(table),
        _transitions(pitch[top] % 12, follows),
        np.array([float(pitch.max() - pitch.min())]),
        np.array([float(leaps.mean()) if len(leaps) else 0.0]),
        np.array([float(len(table))]),
        np.array([float(gaps.mean()) if len(gaps) else 0.0]),
        np.bincount(length, minlength=12) / len(table),
        _transitions(length[top], follows),
    )
    return dict(zip(MGEVAL_FEATURES, values, strict=True))


def _length_class(quarters: FloatArray) -> IntArray:
    """The nearest of the twelve lengths, by ratio."""
    distance = np.abs(np.log2(quarters[:, None] / _LENGTHS))
    return np.asarray(distance.argmin(axis=1), np.int64)


def _transitions(classes: IntArray, follows: np.ndarray) -> FloatArray:
    """Shares of the pairs of classes from note to note, (144,)."""
    codes = (classes[:-1] * 12 + classes[1:])[follows]
    return np.bincount(codes, minlength=144) / max(1, len(codes))
