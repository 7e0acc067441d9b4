"""Chords and keys: what is heard in half bars, how it moves, and how clear the key is.

**Chords.** Each bar is halved. In each half the sounding time of every pitch class is added up
over the pitched notes, whatever bar they began in, (12,); the chord is the triad (major, minor,
diminished on 12 roots, augmented on 4) whose three pitch classes have the highest cosine with it. A
half without pitched sound has no chord.

- **Chord fit** (0 to 1). The mean of that cosine: 1 where only triads sound.
- **Chord change rate** (0 to 1). The share of neighbouring halves, both with chords, in which they
  differ.
- **Chord progression irregularity** (CPI, 0 to 1). Different trigrams of chords as a share of all
  trigrams, a repeated chord counting once: near 0 where a progression comes back, 1 where none
  does.

**Keys**, by Krumhansl and Kessler's profiles (`segue.theory.key`).

- **Key clarity** (-1 to 1). The highest correlation of the whole music's histogram with a key.
- **Key constancy** (0 to 1). The share of pairs of bars in which the key that fits best is the
  whole music's, or its relative, or its parallel: neighbours that profiles confuse.

*Direction:* nearer to real music for all; clearer is not better. Nothing pitched, too few halves or
trigrams: 0. *Traps:* the triads are a vocabulary of European harmony; sevenths and open fifths are
heard as the nearest triad. The Jazz Transformer's CPI is of annotated chords, figures do not
compare.

Sources: C. Krumhansl and E. Kessler (1982); T. Fujishima, "Realtime chord recognition" (1999) for
templates; S.-L. Wu and Y.-H. Yang, "The Jazz Transformer on the Front Line" (ISMIR 2020) for CPI.
"""

from typing import Final

import numpy as np

from segue.metrics.table import FloatArray, IntArray, Music, NoteTable, as_table
from segue.metrics.tonality import pitch_class_counts
from segue.theory.key import estimate_key, key_correlations

__all__ = [
    "chord_change_rate",
    "chord_fit",
    "chord_irregularity",
    "key_clarity",
    "key_constancy",
]

NO_CHORD: Final = -1
_TRIADS: Final = ((0, 4, 7), (0, 3, 7), (0, 3, 6))
_AUGMENTED: Final = (0, 4, 8)


def _templates() -> FloatArray:
    chords = [[(root + k) % 12 for k in triad] for triad in _TRIADS for root in range(12)]
    chords += [[root + k for k in _AUGMENTED] for root in range(4)]
    rows = np.zeros((len(chords), 12))
    for row, chord in zip(rows, chords, strict=True):
        row[chord] = 3**-0.5
    return rows


_TEMPLATES: Final = _templates()
"""Unit vectors, (40, 12)."""


def chord_fit(music: Music) -> float:
    """Mean cosine of half bars with their triads; see the module."""
    _, fit = _chords(as_table(music))
    return float(fit.mean()) if len(fit) else 0.0


def chord_change_rate(music: Music) -> float:
    """Share of neighbouring halves with different chords; see the module."""
    chords, _ = _chords(as_table(music))
    both = (chords[1:] != NO_CHORD) & (chords[:-1] != NO_CHORD)
    changes = (chords[1:] != chords[:-1])[both]
    return float(changes.mean()) if len(changes) else 0.0


def chord_irregularity(music: Music) -> float:
    """CPI; see the module."""
    chords, _ = _chords(as_table(music))
    heard = chords[chords != NO_CHORD]
    moves = heard[np.concatenate([[True], heard[1:] != heard[:-1]])] if len(heard) else heard
    if len(moves) < 3:
        return 0.0
    trigrams = np.lib.stride_tricks.sliding_window_view(moves, 3)
    return len(np.unique(trigrams, axis=0)) / len(trigrams)


def key_clarity(music: Music) -> float:
    """Highest correlation with a key's profile; 0 without pitched notes."""
    return float(key_correlations(pitch_class_counts(music).astype(float)).max())


def key_constancy(music: Music) -> float:
    """Share of pairs of bars in the key of the whole; see the module."""
    table = as_table(music).pitched()
    if not len(table):
        return 0.0
    home = _neighbours(estimate_key(pitch_class_counts(table).astype(float)))
    pairs = np.zeros(((table.n_bars + 1) // 2, 12))
    np.add.at(pairs, (table.bar // 2, table.pitch % 12), 1.0)
    keys = [estimate_key(pair) for pair in pairs if pair.any()]
    return sum(key in home for key in keys) / len(keys)


def _neighbours(key: int) -> set[int]:
    """The key, its relative and its parallel."""
    if key < 12:
        return {key, 12 + (key + 9) % 12, 12 + key}
    tonic = key - 12
    return {key, (tonic + 3) % 12, tonic}


def _chords(table: NoteTable) -> tuple[IntArray, FloatArray]:
    """The number of each half bar's triad, `NO_CHORD` for none, and the cosines of the others."""
    chroma = _half_bar_chroma(table.pitched())
    norm = np.linalg.norm(chroma, axis=1)
    sounding = norm > 0
    cosine = chroma[sounding] / norm[sounding, None] @ _TEMPLATES.T
    chords = np.full(len(chroma), NO_CHORD, np.int64)
    chords[sounding] = cosine.argmax(axis=1)
    return chords, cosine.max(axis=1, initial=0.0)


def _half_bar_chroma(table: NoteTable) -> FloatArray:
    """Sounding ticks of each pitch class in each half bar, (2 n_bars, 12)."""
    starts = table.bar_starts
    edges = np.unique(np.concatenate([starts, (starts[:-1] + starts[1:]) // 2]))
    if len(edges) < 2:
        return np.zeros((0, 12))
    # Time that each note has sounded up to each edge; differences are the time inside a half.
    until = np.clip(edges[None] - table.onset[:, None], 0, table.duration[:, None])
    inside = np.diff(until, axis=1).T.astype(float)  # (halves, N)
    one_hot = np.zeros((len(table), 12))
    one_hot[np.arange(len(table)), table.pitch % 12] = 1.0
    chroma: FloatArray = inside @ one_hot
    return chroma
