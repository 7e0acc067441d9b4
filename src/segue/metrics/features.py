"""The feature vector of an excerpt: what sets of music are compared by.

Every feature is defined for every excerpt, silent ones included (no feature is ever NaN), has a
unit in which 0.01 is a small and 1 a large difference (shares, logarithms to base 2, octaves), and
changes neither with the order of the tracks nor with the transposition of all pitched tracks,
except the three register features that say where the music lies. Features of drums are 0 where
there are none, of pitched notes where there are none of those.

- `pitch_class_*`: shares of the twelve pitch classes, counted from the key (`tonality`).
- `pitch_class_entropy`, `bar_entropy`, `scale_consistency`: see `tonality`; entropies in bits.
- `sounding_*`: shares of interval classes 1 to 6 among what sounds together (`texture`).
- `leap_*`: shares of melodic intervals by size in semitones (`melody`).
- `duration_*`: shares of pitched notes by length: up to a sixteenth, eighth, quarter, half, whole,
  longer.
- `onset_*`: shares of notes on the quarter, eighth, sixteenth, triplet, elsewhere (`rhythm`); on
  the downbeat.
- `velocity_*`: mean and standard deviation over notes, and mean deviation inside a track, all of
  127.
- `density_*`: log2(1 + notes a bar) of pitched notes and drums; spread of notes a bar over its
  mean.
- `polyphony`, ...: log2 of polyphony, polyphony rate, chord size, silence and empty-bar rates
  (`texture`).
- `instruments`, ...: log2(1 + different instruments), share of notes on drums and on basses
  (programs 32-39).
- `register_*`: mean pitch, its deviation, mean of the lowest and of the highest pitch of a bar, in
  octaves.
- `repeat_*`, ...: bar self-similarity at 1, 2, 4 bars of pitched notes and drums (`repetition`),
  GC.
- `drum_*`: shares of kick, snare, hi-hat and ride; kicks on a quarter; snares on an even beat.

*Trap:* a grid is a fingerprint. Music that went through an encoding has fewer different velocities,
durations and onsets than a file has; the features round onsets to twelfths of a quarter and ask for
no exact velocity, but for a fair comparison send the real music through the same encoding
(`evaluation.music.excerpts`).
"""

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import numpy as np

from segue.metrics.melody import INTERVAL_CLASSES, interval_histogram
from segue.metrics.repetition import bar_similarity
from segue.metrics.rhythm import DrumGroup, drum_group, groove_consistency, onset_positions
from segue.metrics.table import STEPS_PER_QUARTER, FloatArray, NoteTable, as_table
from segue.metrics.texture import (
    chord_size,
    empty_bar_rate,
    interval_classes,
    polyphony,
    polyphony_rate,
    silence_rate,
)
from segue.metrics.tonality import (
    bar_pitch_class_entropy,
    diatonic_pitch_classes,
    pitch_class_entropy,
    scale_consistency,
)
from segue.score import Score

__all__ = ["EXCERPT_BARS", "FEATURE_NAMES", "feature_matrix", "feature_vector"]

EXCERPT_BARS: Final = 8

_LONGEST_OF_DURATION: Final = np.array([0.3, 0.6, 1.2, 2.4, 4.8])
"""Quarters; a fifth above each plain value, so that swung and played lengths fall on its side."""
_BASS_PROGRAMS: Final = (32, 39)


def feature_vector(score: Score, *, n_bars: int = EXCERPT_BARS) -> FloatArray:
    """The features of an excerpt, (F,), in the order of `FEATURE_NAMES`.

    Args:
        score: the excerpt, its first bar at tick 0.
        n_bars: its length; silent bars at the end count. Bars beyond it count too.
    """
    table = as_table(score, n_bars=n_bars)
    return np.concatenate([group.measure(table) for group in _GROUPS])


def feature_matrix(scores: Iterable[Score], *, n_bars: int = EXCERPT_BARS) -> FloatArray:
    """The features of a set of excerpts, (number of scores, F)."""
    rows = [feature_vector(score, n_bars=n_bars) for score in scores]
    return np.array(rows) if rows else np.zeros((0, len(FEATURE_NAMES)))


def _tonality(table: NoteTable) -> FloatArray:
    return np.array(
        [pitch_class_entropy(table), bar_pitch_class_entropy(table), scale_consistency(table)]
    )


def _durations(table: NoteTable) -> FloatArray:
    notes = table.pitched()
    quarters = notes.duration / notes.ticks_per_quarter
    classes = np.searchsorted(_LONGEST_OF_DURATION, quarters)
    return np.bincount(classes, minlength=6) / max(1, len(notes))


def _onsets(table: NoteTable) -> FloatArray:
    downbeat = (table.step == 0).sum() / max(1, len(table))
    return np.append(onset_positions(table), downbeat)


def _velocity(table: NoteTable) -> FloatArray:
    if not len(table):
        return np.zeros(3)
    velocity = table.velocity / 127
    count = np.maximum(np.bincount(table.track), 1)
    mean = np.bincount(table.track, velocity) / count
    within = np.sqrt(np.mean((velocity - mean[table.track]) ** 2))
    return np.array([velocity.mean(), velocity.std(), within])


def _density(table: NoteTable) -> FloatArray:
    bars = max(1, table.n_bars)
    a_bar = np.bincount(table.bar, minlength=bars)
    spread = a_bar.std() / a_bar.mean() if len(table) else 0.0
    drums = int(table.is_drum.sum())
    pitched = len(table) - drums
    return np.array([np.log2(1 + pitched / bars), np.log2(1 + drums / bars), spread])


def _texture(table: NoteTable) -> FloatArray:
    return np.array(
        [
            np.log2(max(1.0, polyphony(table))),
            polyphony_rate(table),
            np.log2(max(1.0, chord_size(table))),
            silence_rate(table),
            empty_bar_rate(table),
        ]
    )


def _instruments(table: NoteTable) -> FloatArray:
    low, high = _BASS_PROGRAMS
    is_bass = (table.instrument >= low) & (table.instrument <= high)
    notes = max(1, len(table))
    return np.array(
        [
            np.log2(1 + len(np.unique(table.instrument))),
            table.is_drum.sum() / notes,
            is_bass.sum() / notes,
        ]
    )


def _register(table: NoteTable) -> FloatArray:
    notes = table.pitched()
    if not len(notes):
        return np.zeros(4)
    lowest = np.full(notes.n_bars, 128)
    highest = np.full(notes.n_bars, -1)
    np.minimum.at(lowest, notes.bar, notes.pitch)
    np.maximum.at(highest, notes.bar, notes.pitch)
    sounding = highest >= 0
    octaves = [
        notes.pitch.mean(), notes.pitch.std(), lowest[sounding].mean(), highest[sounding].mean()
    ]  # fmt: skip
    return np.array(octaves) / 12


def _repetition(table: NoteTable) -> FloatArray:
    pitched, drums = table.pitched(), table.drums()
    return np.array(
        [
            *(bar_similarity(pitched, lag=lag) for lag in (1, 2, 4)),
            *(bar_similarity(drums, lag=lag) for lag in (1, 2, 4)),
            groove_consistency(table),
        ]
    )


def _drums(table: NoteTable) -> FloatArray:
    notes = table.drums()
    group = drum_group(notes.pitch)
    shares = np.bincount(group, minlength=len(DrumGroup)) / max(1, len(notes))
    on_quarter = notes.step % STEPS_PER_QUARTER == 0
    on_even = on_quarter & (notes.step // STEPS_PER_QUARTER % 2 == 1)
    kick, snare = group == DrumGroup.KICK, group == DrumGroup.SNARE
    return np.array(
        [
            *shares[: DrumGroup.OTHER],
            on_quarter[kick].sum() / max(1, kick.sum()),
            on_even[snare].sum() / max(1, snare.sum()),
        ]
    )


class _Group(NamedTuple):
    names: tuple[str, ...]
    measure: Callable[[NoteTable], FloatArray]


_GROUPS: Final = (
    _Group(tuple(f"pitch_class_{k}" for k in range(12)), diatonic_pitch_classes),
    _Group(("pitch_class_entropy", "bar_entropy", "scale_consistency"), _tonality),
    _Group(tuple(f"sounding_{k}" for k in range(1, 7)), interval_classes),
    _Group(tuple(f"leap_{name}" for name in INTERVAL_CLASSES), interval_histogram),
    _Group(
        tuple(
            f"duration_{name}"
            for name in ("sixteenth", "eighth", "quarter", "half", "whole", "longer")
        ),
        _durations,
    ),
    _Group(
        tuple(
            f"onset_{name}"
            for name in ("quarter", "eighth", "sixteenth", "triplet", "elsewhere", "downbeat")
        ),
        _onsets,
    ),
    _Group(("velocity_mean", "velocity_spread", "velocity_spread_in_track"), _velocity),
    _Group(("density_pitched", "density_drums", "density_spread"), _density),
    _Group(
        ("polyphony", "polyphony_rate", "chord_size", "silence_rate", "empty_bar_rate"), _texture
    ),
    _Group(("instruments", "drum_share", "bass_share"), _instruments),
    _Group(("register_mean", "register_spread", "register_lowest", "register_highest"), _register),
    _Group(
        (
            *(f"repeat_pitched_{lag}" for lag in (1, 2, 4)),
            *(f"repeat_drums_{lag}" for lag in (1, 2, 4)),
            "groove_consistency",
        ),
        _repetition,
    ),
    _Group(
        ("drum_kick", "drum_snare", "drum_time", "drum_kick_on_quarter", "drum_snare_on_even"),
        _drums,
    ),
)

FEATURE_NAMES: Final[tuple[str, ...]] = tuple(name for group in _GROUPS for name in group.names)
"""The names of the features, in the order of the columns."""
