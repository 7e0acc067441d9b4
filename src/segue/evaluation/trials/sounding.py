"""What sounds in each beat, and whether it is the chord that was asked for.

A beat is the metre's: bars have as many as its upper number. Drums do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from segue.harmony.reading import read_chords
from segue.score import Score
from segue.theory.chart import Chart
from segue.theory.chords import NO_CHORD, Chord

__all__ = ["Beat", "beats_of", "followed"]


@dataclass(frozen=True)
class Beat:
    """A beat of some bars."""

    bar: int
    share: float
    """Of its bar, how much has passed when it begins."""
    of: int
    """How many beats the bar has."""
    sounding: list[float]
    """How long each of the twelve pitch classes sounds in it, in beats of all notes together."""
    root: int
    """Of the chord that is read from the notes; -1: none."""


def beats_of(score: Score, n_bars: int) -> list[Beat]:
    """The beats of so many bars of a score."""
    grid, read = score.bar_grid(n_bars=n_bars), read_chords(score, n_bars=n_bars)
    pitched = [track.notes for track in score.tracks if not track.is_drum]
    found = []
    for bar in range(n_bars):
        beats = int(grid.numerator[bar])
        length = grid.length(bar) / beats
        for beat in range(beats):
            begin = grid.start(bar) + beat * length
            classes = np.zeros(12)
            for notes in pitched:
                time = np.minimum(notes.offset, begin + length) - np.maximum(notes.onset, begin)
                classes += np.bincount(notes.pitch % 12, np.maximum(time, 0), minlength=12)[:12]
            share = Fraction(beat, beats)
            root = [chord for start, chord in read[bar] if start <= share][-1].root
            sounding = np.round(classes / length, 4).tolist()
            found.append(Beat(bar, float(share), beats, sounding, root))
    return found


def followed(beats: Sequence[Beat], chart: Chart) -> dict[str, float | None]:
    """How far some beats follow a chart: the share of the time that notes sound in the chord.

    And of the beats with a chord, in how many more than half of what sounds is in it, and in how
    many the chord that is read has its root.
    """
    asked = [(beat, chord) for beat in beats if (chord := _asked(beat, chart)) != NO_CHORD]
    inside = [(sum(beat.sounding[tone] for tone in chord.tones)) for beat, chord in asked]
    whole = [sum(beat.sounding) for beat, _ in asked]
    heard = [(one, all_) for one, all_ in zip(inside, whole, strict=True) if all_]
    if not heard:
        return {"time": None, "beats": None, "roots": None}
    return {
        "time": sum(inside) / sum(whole),
        "beats": float(np.mean([one > all_ / 2 for one, all_ in heard])),
        "roots": float(np.mean([beat.root == chord.root for beat, chord in asked])),
    }


def _asked(beat: Beat, chart: Chart) -> Chord:
    chords = chart.bar(beat.bar, beats=beat.of)
    return [chord for start, chord in chords if float(start) <= beat.share + 1e-9][-1]
