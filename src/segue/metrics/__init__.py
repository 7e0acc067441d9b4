"""Measures of music: pure functions of a Score, without torch and without files.

Every module opens with its specification: formula, unit, direction, the value for music without
notes, and the traps. No metric returns NaN. `segue.evaluation` applies them to sets of music.
"""

from segue.metrics.features import EXCERPT_BARS, FEATURE_NAMES, feature_matrix, feature_vector
from segue.metrics.matching import NoteMatch, note_f1
from segue.metrics.melody import interval_histogram, melodic_intervals
from segue.metrics.repetition import bar_similarity, distinct_bars
from segue.metrics.rhythm import DrumGroup, drum_patterns, groove_consistency, onset_positions
from segue.metrics.table import STEPS_PER_QUARTER, Music, NoteTable, as_table
from segue.metrics.texture import (
    chord_size,
    empty_bar_rate,
    interval_classes,
    note_density,
    pitch_range,
    polyphony,
    polyphony_rate,
    silence_rate,
)
from segue.metrics.tonality import (
    bar_pitch_class_entropy,
    diatonic_pitch_classes,
    pitch_class_counts,
    pitch_class_entropy,
    scale_consistency,
)

__all__ = [
    "EXCERPT_BARS",
    "FEATURE_NAMES",
    "STEPS_PER_QUARTER",
    "DrumGroup",
    "Music",
    "NoteMatch",
    "NoteTable",
    "as_table",
    "bar_pitch_class_entropy",
    "bar_similarity",
    "chord_size",
    "diatonic_pitch_classes",
    "distinct_bars",
    "drum_patterns",
    "empty_bar_rate",
    "feature_matrix",
    "feature_vector",
    "groove_consistency",
    "interval_classes",
    "interval_histogram",
    "melodic_intervals",
    "note_density",
    "note_f1",
    "onset_positions",
    "pitch_class_counts",
    "pitch_class_entropy",
    "pitch_range",
    "polyphony",
    "polyphony_rate",
    "scale_consistency",
    "silence_rate",
]
