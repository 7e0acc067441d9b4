"""Measures of music: pure functions of a Score, without torch and without files.

Every module opens with its specification: formula, unit, direction, the value for music without
notes, and the traps. No metric returns NaN. `segue.evaluation` applies them to sets of music.
"""

from segue.metrics.catalogue import METRICS, Metric, measure_all
from segue.metrics.compass import (
    duration_range,
    mean_duration,
    n_pitch_classes_used,
    n_pitches_used,
    pitch_entropy,
)
from segue.metrics.continuation import CONTINUATION_FEATURES, continuation_features
from segue.metrics.drums import distinct_drum_bars, drum_pattern_consistency
from segue.metrics.features import EXCERPT_BARS, FEATURE_NAMES, feature_matrix, feature_vector
from segue.metrics.framewise import FramewiseOverlap, framewise_overlap
from segue.metrics.groove import groove_similarity
from segue.metrics.harmony import (
    chord_change_rate,
    chord_fit,
    chord_irregularity,
    key_clarity,
    key_constancy,
)
from segue.metrics.instruments import instrument_coverage, instrument_entropy, n_instruments
from segue.metrics.long_form import leaves_its_key, lost_parts, most_repeated_bar
from segue.metrics.matching import NoteMatch, note_f1
from segue.metrics.melody import interval_histogram, melodic_intervals
from segue.metrics.mgeval import MGEVAL_FEATURES, mgeval_features
from segue.metrics.paired import (
    chroma_similarity,
    contour_agreement,
    entropy_difference,
    groove_agreement,
    rhythmic_distance,
    seam_chroma_similarity,
    seam_leap,
    tonal_distance,
)
from segue.metrics.preservation import content_preservation
from segue.metrics.repetition import bar_similarity, bars_in_common, distinct_bars
from segue.metrics.rhythm import DrumGroup, drum_patterns, groove_consistency, onset_positions
from segue.metrics.structure import structureness
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
    "CONTINUATION_FEATURES",
    "EXCERPT_BARS",
    "FEATURE_NAMES",
    "METRICS",
    "MGEVAL_FEATURES",
    "STEPS_PER_QUARTER",
    "DrumGroup",
    "FramewiseOverlap",
    "Metric",
    "Music",
    "NoteMatch",
    "NoteTable",
    "as_table",
    "bar_pitch_class_entropy",
    "bar_similarity",
    "bars_in_common",
    "chord_change_rate",
    "chord_fit",
    "chord_irregularity",
    "chord_size",
    "chroma_similarity",
    "content_preservation",
    "continuation_features",
    "contour_agreement",
    "diatonic_pitch_classes",
    "distinct_bars",
    "distinct_drum_bars",
    "drum_pattern_consistency",
    "drum_patterns",
    "duration_range",
    "empty_bar_rate",
    "entropy_difference",
    "feature_matrix",
    "feature_vector",
    "framewise_overlap",
    "groove_agreement",
    "groove_consistency",
    "groove_similarity",
    "instrument_coverage",
    "instrument_entropy",
    "interval_classes",
    "interval_histogram",
    "key_clarity",
    "key_constancy",
    "leaves_its_key",
    "lost_parts",
    "mean_duration",
    "measure_all",
    "melodic_intervals",
    "mgeval_features",
    "most_repeated_bar",
    "n_instruments",
    "n_pitch_classes_used",
    "n_pitches_used",
    "note_density",
    "note_f1",
    "onset_positions",
    "pitch_class_counts",
    "pitch_class_entropy",
    "pitch_entropy",
    "pitch_range",
    "polyphony",
    "polyphony_rate",
    "rhythmic_distance",
    "scale_consistency",
    "seam_chroma_similarity",
    "seam_leap",
    "silence_rate",
    "structureness",
    "tonal_distance",
]
