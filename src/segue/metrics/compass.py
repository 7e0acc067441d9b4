"""How many pitches are used and how far they and the durations reach.

**Pitches used** and **pitch classes used** (counts). Different ones among the pitched notes:
MusPy's `n_pitches_used` and `n_pitch_classes_used`. **Pitch range** is in `texture`.

**Pitch entropy** (bits, 0 to 7). -sum p log2 p over the 128 pitches of the pitched notes. MusPy's
`pitch_entropy`.

**Mean duration** (quarters). Of the pitched notes. **Duration range** (octaves, log2). The longest
over the shortest pitched note: 4 where sixteenths and whole notes meet. A duration counts as at
least `SHORTEST_QUARTERS`, since a file's shortest notes are accidents of playing.

*Direction:* nearer to real music. No pitched note: 0.

Source: H.-W. Dong et al., "MusPy" (ISMIR 2020).
"""

from typing import Final

import numpy as np

from segue.metrics.table import FloatArray, Music, as_table

__all__ = [
    "duration_range",
    "mean_duration",
    "n_pitch_classes_used",
    "n_pitches_used",
    "pitch_entropy",
]

SHORTEST_QUARTERS: Final = 1 / 24


def n_pitches_used(music: Music) -> int:
    """Different pitches, drums left out."""
    return len(np.unique(as_table(music).pitched().pitch))


def n_pitch_classes_used(music: Music) -> int:
    """Different pitch classes, drums left out."""
    return len(np.unique(as_table(music).pitched().pitch % 12))


def pitch_entropy(music: Music) -> float:
    """Entropy of the pitches in bits, drums left out."""
    counts = np.unique(as_table(music).pitched().pitch, return_counts=True)[1]
    if not len(counts):
        return 0.0
    shares = counts / counts.sum()
    return float(max(0.0, -(shares * np.log2(shares)).sum()))


def mean_duration(music: Music) -> float:
    """Mean duration of the pitched notes in quarters."""
    quarters = _quarters(music)
    return float(quarters.mean()) if len(quarters) else 0.0


def duration_range(music: Music) -> float:
    """Octaves between the shortest and the longest pitched note; see the module."""
    quarters = np.maximum(_quarters(music), SHORTEST_QUARTERS)
    return float(np.log2(quarters.max() / quarters.min())) if len(quarters) else 0.0


def _quarters(music: Music) -> FloatArray:
    table = as_table(music).pitched()
    quarters: FloatArray = table.duration / table.ticks_per_quarter
    return quarters
