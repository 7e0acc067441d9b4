"""How much sounds at once, how often notes begin, and how far they reach.

**Polyphony** (pitches, at least 1). The mean number of different pitches that sound, over the time
in which any does.
**Polyphony rate** (0 to 1). The share of the time, silence included, in which at least `at_least`
pitches sound. Both follow MusPy: a pitch that two tracks hold counts once, and drums are left out.
Time is counted in ticks to the last pitched note's end, without a grid. *Direction:* nearer to real
music. Nothing sounds: 0. *Trap:* MusPy's `threshold=2` counts steps with *more than* two pitches,
though its name and others' descriptions say "two or more". Here the argument says what it means:
MusPy's figure is `at_least=3`.

**Silence rate** (0 to 1). The share of the time, from the first bar to the last, in which no
pitched note sounds.

**Empty-bar rate** (EBR, 0 to 1). The share of bars in which no note sounds, drums included; a bar
through which a note is held is not empty. No bars: 0.

**Note density** (notes a bar). No bars: 0. *Trap:* bars of 2/4 are half as long as bars of 4/4.

**Chord size** (notes, at least 1). Notes of a pitched track that begin on the same step, averaged
over tracks and steps. No pitched note: 0.

**Pitch range** (semitones). Highest minus lowest pitch of the pitched notes; drums are left out,
since a cymbal is not a high note. MusPy's `pitch_range`. No pitched note: 0.

**Interval classes.** Which intervals sound together: at every step on which a pitched note begins,
all pairs of different pitch classes that sound, by their distance on the circle (1 minor second or
major seventh, to 6 tritone), as shares of all pairs, (6,). No pair: zeros.

Source: H.-W. Dong et al., "MusPy" (ISMIR 2020) and "MuseGAN" (AAAI 2018) for PR and EBR.
"""

import numpy as np

from segue.metrics.table import (
    STEPS_PER_QUARTER,
    BoolArray,
    FloatArray,
    IntArray,
    Music,
    NoteTable,
    as_table,
)

__all__ = [
    "chord_size",
    "empty_bar_rate",
    "interval_classes",
    "note_density",
    "pitch_range",
    "polyphony",
    "polyphony_rate",
    "silence_rate",
]


def polyphony(music: Music) -> float:
    """Mean number of pitches while any sounds; see the module."""
    spans, sounding = _sounding_pitches(as_table(music).pitched())
    time = spans[sounding > 0].sum()
    return float((spans * sounding).sum() / time) if time else 0.0


def polyphony_rate(music: Music, *, at_least: int = 2) -> float:
    """Share of the time with `at_least` pitches sounding; see the module."""
    spans, sounding = _sounding_pitches(as_table(music).pitched())
    time = spans.sum()
    return float(spans[sounding >= at_least].sum() / time) if time else 0.0


def silence_rate(music: Music) -> float:
    """Share of the bars' time without a pitched note; 1 if there is no such note."""
    table = as_table(music)
    spans, sounding = _sounding_pitches(table.pitched())
    end = int(table.bar_starts[-1])
    edges = np.concatenate([[0], np.cumsum(spans)])
    inside = np.diff(np.minimum(edges, end))
    return 1.0 - float(inside[sounding > 0].sum() / end) if end else 1.0


def _sounding_pitches(table: NoteTable) -> tuple[IntArray, IntArray]:
    """Lengths in ticks of the stretches between events from tick 0 on, and the pitches in each."""
    starts, ends = _merged_by_pitch(table)
    ticks = np.concatenate([[0], starts, ends])
    change = np.repeat([0, 1, -1], [1, len(starts), len(ends)])
    edges, place = np.unique(ticks, return_inverse=True)
    sounding = np.cumsum(np.bincount(place, change, minlength=len(edges))).astype(np.int64)
    return np.diff(edges), sounding[:-1]


def _merged_by_pitch(table: NoteTable) -> tuple[IntArray, IntArray]:
    """Where each pitch begins and stops to sound, whichever and however many notes hold it."""
    if not len(table):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.lexsort((table.onset, table.pitch))
    onset, offset, pitch = table.onset[order], table.offset[order], table.pitch[order]
    # One time line with a stretch for each pitch, far enough apart that they cannot touch.
    stretch = pitch * (int(offset.max()) + 1)
    reach = np.maximum.accumulate(offset + stretch)
    is_first = np.concatenate([[True], (onset + stretch)[1:] > reach[:-1]])
    first = np.flatnonzero(is_first)
    last = np.concatenate([first[1:], [len(onset)]]) - 1
    return onset[first], reach[last] - stretch[last]


def empty_bar_rate(music: Music) -> float:
    """Share of bars without any sound; see the module."""
    table = as_table(music)
    if table.n_bars == 0:
        return 0.0
    last = np.searchsorted(table.bar_starts, table.offset, side="left") - 1
    edge = np.zeros(table.n_bars + 1, np.int64)
    np.add.at(edge, table.bar, 1)
    np.add.at(edge, np.clip(last, table.bar, table.n_bars - 1) + 1, -1)
    return float((np.cumsum(edge[:-1]) == 0).mean())


def note_density(music: Music) -> float:
    """Notes a bar."""
    table = as_table(music)
    return len(table) / table.n_bars if table.n_bars else 0.0


def chord_size(music: Music) -> float:
    """Notes of a track at one step; see the module."""
    table = as_table(music).pitched()
    if not len(table):
        return 0.0
    places = np.stack([table.track, table.bar, table.step])
    return float(len(table) / np.unique(places, axis=1).shape[1])


def pitch_range(music: Music) -> int:
    """Highest minus lowest pitch, drums left out."""
    pitch = as_table(music).pitched().pitch
    return int(pitch.max() - pitch.min()) if len(pitch) else 0


def interval_classes(music: Music) -> FloatArray:
    """Shares of the interval classes 1 to 6 that sound together, (6,); see the module."""
    chords = _chords(as_table(music).pitched())
    pairs = np.array([(chords & np.roll(chords, k, axis=1)).sum() for k in range(1, 7)], float)
    pairs[5] /= 2  # a tritone is found from both of its ends
    shares: FloatArray = pairs / max(1.0, float(pairs.sum()))
    return shares


def _chords(table: NoteTable) -> BoolArray:
    """The pitch classes that sound at each step with an onset, bool (steps, 12)."""
    bar_first = np.concatenate([[0], np.cumsum(table.bar_steps)])
    first = bar_first[table.bar] + table.step
    length = -(-table.duration * STEPS_PER_QUARTER // table.ticks_per_quarter)
    edge = np.zeros((int(bar_first[-1]) + 1, 12), np.int64)
    np.add.at(edge, (first, table.pitch % 12), 1)
    np.add.at(edge, (np.minimum(first + length, bar_first[-1]), table.pitch % 12), -1)
    return np.greater(np.cumsum(edge, axis=0)[np.unique(first)], 0)
