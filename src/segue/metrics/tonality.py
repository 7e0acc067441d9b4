"""How much of the scale is used, and how well the notes keep to one.

**Pitch-class entropy** (PCE, bits, 0 to log2 12 = 3.585). -sum p log2 p over the shares of the
twelve pitch classes among all pitched notes, each note counted once whatever its length. MusPy's
`pitch_class_entropy`. *Direction:* nearer to real music; lower is not better. No pitched note: 0.

**Scale consistency** (SC, 0 to 1). The largest share of pitched notes that lie in one major or
natural minor scale, over all 24. MusPy's `scale_consistency`. *Direction:* nearer to real music. No
pitched note: 1. *Trap:* a natural minor scale has the notes of its relative major, so 12
collections decide among 24 scales; harmonic minor counts against the music.

**Pitch classes from the key.** Twelve shares, rotated so that the key falls on the same place
whatever the transposition. The rotation puts the diatonic collection that holds most notes on C
major's place, which a key and its relative share (distinguishing C major from A minor by counts
alone is a coin toss that would blur the feature). Pentatonic music lies in three collections; its
five notes weigh more than the two others, which settles it for the middle one. What is still equal
is settled by the rotated counts themselves, so transposing the music changes nothing at all. No
pitched note: zeros.

Drums have no pitch classes and are left out everywhere here.

Source: H.-W. Dong et al., "MusPy" (ISMIR 2020), muspy/metrics/metrics.py.
"""

from typing import Final

import numpy as np

from segue.metrics.table import FloatArray, IntArray, Music, as_table

__all__ = [
    "bar_pitch_class_entropy",
    "diatonic_pitch_classes",
    "pitch_class_counts",
    "pitch_class_entropy",
    "scale_consistency",
]

MAJOR_SCALE: Final = (0, 2, 4, 5, 7, 9, 11)
_PENTATONIC_WEIGHT: Final = 10
_OUTER_WEIGHT: Final = 9
_C_MAJOR_WEIGHTS: Final = np.array(
    [
        0 if k not in MAJOR_SCALE else _OUTER_WEIGHT if k in (5, 11) else _PENTATONIC_WEIGHT
        for k in range(12)
    ],
    dtype=np.int64,
)
"""Integers, so that ties between collections are exact."""


def pitch_class_counts(music: Music) -> IntArray:
    """Pitched notes of each pitch class, C first, (12,)."""
    table = as_table(music).pitched()
    return np.bincount(table.pitch % 12, minlength=12).astype(np.int64)


def pitch_class_entropy(music: Music) -> float:
    """PCE in bits; see the module."""
    return _entropy(pitch_class_counts(music))


def bar_pitch_class_entropy(music: Music, *, bars: int = 1) -> float:
    """The mean of the PCE of each `bars` bars that have pitched notes, in bits; 0 if none has.

    The Jazz Transformer's H_1 and, of four bars, H_4: low where a bar keeps to a chord, though the
    piece may wander. Stretches do not overlap; a shorter one at the end counts.
    """
    table = as_table(music).pitched()
    counts = np.zeros((table.n_bars // bars + 1, 12), np.int64)
    np.add.at(counts, (table.bar // bars, table.pitch % 12), 1)
    entropies = [_entropy(row) for row in counts if row.any()]
    return float(np.mean(entropies)) if entropies else 0.0


def scale_consistency(music: Music) -> float:
    """SC as a share of notes, 0 to 1; see the module."""
    counts = pitch_class_counts(music)
    total = int(counts.sum())
    if total == 0:
        return 1.0
    inside = [counts[_scale(root)].sum() for root in range(12)]
    return float(max(inside) / total)


def diatonic_pitch_classes(music: Music) -> FloatArray:
    """Shares of the pitch classes counted from the key, (12,); see the module."""
    counts = pitch_class_counts(music)
    total = int(counts.sum())
    if total == 0:
        return np.zeros(12)
    rotations = [np.roll(counts, -root) for root in range(12)]
    best = max(rotations, key=lambda row: (int(row @ _C_MAJOR_WEIGHTS), tuple(row)))
    return best / total


def _scale(root: int) -> list[int]:
    return [(root + degree) % 12 for degree in MAJOR_SCALE]


def _entropy(counts: IntArray) -> float:
    total = counts.sum()
    if total == 0:
        return 0.0
    shares = counts[counts > 0] / total
    return float(max(0.0, -(shares * np.log2(shares)).sum()))
