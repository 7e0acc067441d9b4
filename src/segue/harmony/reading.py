"""Chords read from music: the likeliest path of chords through its beats.

A hidden Markov model, as Sheh and Ellis (2003) have it, with templates for what chords sound like
(Fujishima 1999) and an ear for the bass (Mauch and Dixon 2010), since A minor seventh and C sixth
differ in nothing else. Nothing is trained: a beat is heard as so many draws from the pitch classes
of a chord, and of its lowest pitch classes; chords change at bar lines rather than in the middle of
bars, and there rather than at other beats. The best path is Viterbi's.

Read are major, minor and diminished triads, fourths that are suspended, augmented triads and five
kinds of sevenths, with the bass where it is another tone of the chord. What sounds like none of
them is heard as the nearest; silence goes on with the chord before. Drums are not heard.
`scripts/measure_chords.py` says how often this is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.score import Score
from segue.theory.chart import Bar, Chart, write_bar
from segue.theory.chords import NO_CHORD, Chord, chord_name, parse_chord

__all__ = ["Heard", "beats_of_bar", "chart_of", "hear", "read_chords", "read_heard"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_QUALITIES: Final = {
    "": 0.0, "m": 0.0, "7": -0.8, "m7": -0.8, "maj7": -0.8, "sus4": -1.5, "dim": -1.0,
    "m7b5": -1.5, "dim7": -1.5, "aug": -2.0,
}  # fmt: skip
"""The kinds that are read, with what speaks against them before anything is heard, in nats."""
_CHORDS: Final = [
    parse_chord(f"C{quality}").transposed(r) for quality in _QUALITIES for r in range(12)
]
_IN_CHORD: Final = 0.8
"""The share of what sounds under a chord that its tones have together."""
_BASSES: Final = {"root": 0.6, "fifth": 0.14, "other": 0.08}
"""How often the bass has a tone of the chord; what is left is that of the tones outside it."""
_HEARD: Final = 6.0
"""Draws that a beat full of sound counts for."""
_BASS_HEARD: Final = 1.0
_NEAR_LOWEST: Final = 4
"""Semitones above the lowest pitch of a cell that are the bass as well."""
_CHANGE: Final = {"bar": -3.0, "half": -5.0, "beat": -8.0}
"""What speaks against a change, in nats, by where it would be."""
_INVERTED: Final = 0.5
"""The share of a chord's time that another tone is in the bass, to be written with it."""


@dataclass(frozen=True, eq=False)
class Heard:
    """What sounds in each beat of some bars, n of them in all; of drums nothing."""

    cells: tuple[int, ...]
    """How many beats each bar has, as they are heard: 6/8 has two."""
    sounding: FloatArray
    """The shares of a beat that each pitch class sounds, added up over its notes, (n, 12)."""
    lowest: FloatArray
    """The same of those near the lowest pitch, (n, 12)."""


def read_chords(score: Score, *, n_bars: int | None = None) -> list[Bar]:
    """The chords of each bar; see `read_heard`. `n_bars`: how many, by default the score's."""
    return read_heard(hear(score, n_bars=n_bars))


def read_heard(heard: Heard) -> list[Bar]:
    """The chords of each bar.

    The first chord of a bar stands at 0 even where it goes on from before; music without a pitched
    note has none.
    """
    path = _best_path(_evidence(heard.sounding, heard.lowest), _changes(heard.cells))
    if path is None:
        return [((Fraction(0), NO_CHORD),)] * len(heard.cells)
    return _bars(path, heard.lowest, heard.cells)


def hear(score: Score, *, n_bars: int | None = None) -> Heard:
    """What sounds in each beat of a score's first `n_bars` bars, by default of all."""
    total = score.n_bars if n_bars is None else n_bars
    grid = score.bar_grid(n_bars=total)
    starts = grid.starts[: total + 1].tolist()
    metres = zip(grid.numerator[:total].tolist(), grid.denominator[:total].tolist(), strict=True)
    cells = tuple(_cells(numerator, denominator) for numerator, denominator in metres)
    edges = [
        begin + np.arange(count) * (end - begin) / count
        for begin, end, count in zip(starts, starts[1:], cells, strict=False)
    ]
    return Heard(cells, *_heard(score, np.concatenate([*edges, [starts[-1]]])))


def chart_of(bars: Sequence[Bar], beats: Sequence[int]) -> Chart:
    """Bars of chords as a chart; `beats`: of each bar, as in its metre."""
    return Chart(tuple(write_bar(bar, beats=count) for bar, count in zip(bars, beats, strict=True)))


def beats_of_bar(score: Score, n_bars: int) -> list[int]:
    """How many beats each of a score's first bars has: the upper number of its metre."""
    return [int(each) for each in score.bar_grid(n_bars=n_bars).numerator[:n_bars]]


def _cells(numerator: int, denominator: int) -> int:
    """In how many equal parts a bar is heard: 6/8 has two beats, 4/4 four."""
    compound = denominator >= 8 and numerator % 3 == 0 and numerator > 3
    return numerator // 3 if compound else min(numerator, 16)


# ---- what is heard -------------------------------------------------------------------------------


def _heard(score: Score, edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Of each cell: the share of its time that each pitch class sounds, and is the lowest, (n, 12).

    The lowest are those near the lowest pitch in the cell.
    """
    n = len(edges) - 1
    sounding, lowest = np.zeros((n, 12)), np.zeros((n, 12))
    tracks = [track.notes for track in score.tracks if not track.is_drum and len(track.notes)]
    if not tracks or n < 1:
        return sounding, lowest
    onset, offset, pitch = (
        np.concatenate([getattr(notes, name) for notes in tracks]).astype(np.int64)
        for name in ("onset", "offset", "pitch")
    )
    first = np.maximum(np.searchsorted(edges, onset, side="right") - 1, 0)
    count = np.maximum(np.searchsorted(edges[:-1], offset, side="left") - first, 0)
    note = np.repeat(np.arange(len(onset)), count)  # once for each cell that it sounds in
    cell = np.arange(len(note)) - np.repeat(np.cumsum(count) - count, count) + first[note]
    time = np.minimum(offset[note], edges[cell + 1]) - np.maximum(onset[note], edges[cell])
    share = time / (edges[cell + 1] - edges[cell])
    place = 12 * cell + pitch[note] % 12
    sounding += np.bincount(place, share, 12 * n).reshape(n, 12)
    floor = np.full(n, 128)
    np.minimum.at(floor, cell, pitch[note])
    low = pitch[note] <= floor[cell] + _NEAR_LOWEST
    lowest += np.bincount(place[low], share[low], 12 * n).reshape(n, 12)
    return sounding, lowest


def _evidence(chroma: FloatArray, bass: FloatArray) -> FloatArray:
    """The log-likelihood of what is heard in each cell under each chord, (n, chords)."""
    tones, basses = _templates()
    loud = chroma.sum(axis=1, keepdims=True)
    low = bass.sum(axis=1, keepdims=True)
    heard = _HEARD * np.minimum(1, loud) * chroma / np.maximum(loud, 1e-9)
    heard_low = _BASS_HEARD * np.minimum(1, low) * bass / np.maximum(low, 1e-9)
    found: FloatArray = heard @ np.log(tones).T + heard_low @ np.log(basses).T
    return found


def _templates() -> tuple[FloatArray, FloatArray]:
    """How likely each pitch class is under each chord, and in its bass, (chords, 12) both."""
    tones = np.zeros((len(_CHORDS), 12))
    basses = np.zeros_like(tones)
    for row, chord in enumerate(_CHORDS):
        inside = sorted(chord.tones)
        tones[row] = (1 - _IN_CHORD) / (12 - len(inside))
        tones[row, inside] = _IN_CHORD / len(inside)
        low = dict.fromkeys(inside, _BASSES["other"])
        low |= {(chord.root + 7) % 12: _BASSES["fifth"]} if (chord.root + 7) % 12 in low else {}
        low[chord.root] = _BASSES["root"]
        basses[row] = (1 - sum(low.values())) / (12 - len(inside))
        basses[row, list(low)] = list(low.values())
    return tones, basses


# ---- the best path -------------------------------------------------------------------------------


def _changes(cells: Sequence[int]) -> FloatArray:
    """What speaks against a change at the beginning of each cell, (n,)."""
    found = []
    for count in cells:
        bar = [_CHANGE["beat"]] * count
        bar[0] = _CHANGE["bar"]
        if count % 2 == 0:
            bar[count // 2] = _CHANGE["half"]
        found += bar
    return np.array(found)


def _best_path(evidence: FloatArray, changes: FloatArray) -> IntArray | None:
    """The chord of each cell, (n,), by Viterbi; None where nothing is heard at all."""
    if not evidence.any():
        return None
    prior = np.repeat(list(_QUALITIES.values()), 12)
    score, back = prior + evidence[0], np.zeros(evidence.shape, np.int64)
    stay = np.arange(len(prior))
    for cell in range(1, len(evidence)):
        best = int(score.argmax())
        changed = score[best] + changes[cell] + prior
        back[cell] = np.where(changed > score, best, stay)
        score = np.maximum(changed, score) + evidence[cell]
    path = np.zeros(len(evidence), np.int64)
    path[-1] = int(score.argmax())
    for cell in range(len(evidence) - 1, 0, -1):
        path[cell - 1] = back[cell, path[cell]]
    return path


def _bars(path: IntArray, bass: FloatArray, cells: Sequence[int]) -> list[Bar]:
    """The path as bars, each chord with its bass."""
    begins = np.flatnonzero(np.append(True, path[1:] != path[:-1]))
    ends = np.append(begins[1:], len(path))
    chords = [
        _with_bass(_CHORDS[path[begin]], bass[begin:end].sum(axis=0))
        for begin, end in zip(begins, ends, strict=True)
    ]
    of_cell = np.repeat(np.arange(len(begins)), ends - begins)
    found: list[Bar] = []
    at = 0
    for count in cells:
        numbers = of_cell[at : at + count]
        new = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))
        found.append(tuple((Fraction(int(i), count), chords[numbers[i]]) for i in new))
        at += count
    return found


def _with_bass(chord: Chord, heard: FloatArray) -> Chord:
    """The chord over the tone of it that was in the bass most of the time, if that is another."""
    if not heard.any():
        return chord
    lowest = int(heard.argmax())
    if lowest not in chord.tones or heard[lowest] == heard[chord.root]:
        return chord
    return chord if heard[lowest] < _INVERTED * heard.sum() else _inverted(chord, lowest)


def _inverted(chord: Chord, bass: int) -> Chord:
    quality = next(q for q in _QUALITIES if parse_chord(f"C{q}").transposed(chord.root) == chord)
    return chord_name(chord.root, quality, bass)
