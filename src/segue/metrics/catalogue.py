"""Every measure of a single piece of music, by name, with its unit and where it is undefined.

`METRICS` is what a report goes through. A measure's own module holds its specification; all of them
are to be *near the value of real music*, none is better for being high or low. Where music lacks
what a measure is about, `measure_all` gives None, and the `Metric` says why; the functions
themselves return the value that their module states for that case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Final

from segue.metrics.compass import (
    duration_range,
    mean_duration,
    n_pitch_classes_used,
    n_pitches_used,
    pitch_entropy,
)
from segue.metrics.drums import distinct_drum_bars, drum_pattern_consistency
from segue.metrics.groove import groove_similarity
from segue.metrics.harmony import (
    chord_change_rate,
    chord_fit,
    chord_irregularity,
    key_clarity,
    key_constancy,
)
from segue.metrics.instruments import instrument_coverage, instrument_entropy, n_instruments
from segue.metrics.repetition import bar_similarity, distinct_bars
from segue.metrics.rhythm import groove_consistency
from segue.metrics.structure import LONG, MIDDLE, SHORT, structureness
from segue.metrics.table import Music, NoteTable, as_table
from segue.metrics.texture import (
    chord_size,
    empty_bar_rate,
    note_density,
    pitch_range,
    polyphony,
    polyphony_rate,
    silence_rate,
)
from segue.metrics.tonality import (
    bar_pitch_class_entropy,
    pitch_class_entropy,
    scale_consistency,
)

__all__ = ["METRICS", "Metric", "measure_all"]


@dataclass(frozen=True, kw_only=True)
class Need:
    """What music must have for a measure to be defined."""

    reason: str
    """What is said where it has not."""
    holds: Callable[[NoteTable], bool]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A measure of one piece."""

    name: str
    title: str
    """For people."""
    unit: str
    module: str
    """Of `segue.metrics`, where it is specified."""
    function: Callable[[NoteTable], float]
    need: Need

    def __call__(self, music: Music) -> float | None:
        """The value, or None where `need` does not hold."""
        table = as_table(music)
        return float(self.function(table)) if self.need.holds(table) else None


NOTHING: Final = Need(reason="always defined", holds=lambda table: table.n_bars > 0)
NOTES: Final = Need(reason="no notes", holds=lambda table: len(table) > 0)
PITCHED: Final = Need(reason="no pitched notes", holds=lambda table: bool((~table.is_drum).any()))
DRUM_NOTES: Final = Need(reason="no drums", holds=lambda table: bool(table.is_drum.any()))


def _bars(least: int) -> Need:
    return Need(
        reason=f"fewer than {least} bars, or no notes",
        holds=lambda table: table.n_bars >= least and len(table) > 0,
    )


def _metric(
    title: str, unit: str, function: Callable[[NoteTable], float], need: Need, name: str = ""
) -> Metric:
    return Metric(
        name=name or function.__name__,
        title=title,
        unit=unit,
        module=function.__module__.rpartition(".")[2],
        function=function,
        need=need,
    )


def _four_bar_entropy(table: NoteTable) -> float:
    return bar_pitch_class_entropy(table, bars=4)


def _similarity(lag: int) -> Metric:
    return Metric(
        name=f"bar_similarity_{lag}",
        title=f"bar self-similarity, {lag} bar{'s' * (lag > 1)} apart",
        unit="share",
        module="repetition",
        function=lambda table: bar_similarity(table, lag=lag),
        need=_bars(lag + 1),
    )


def _structureness(band: tuple[float, float], words: str) -> Metric:
    least = band[0]
    return Metric(
        name=f"structureness_{words}",
        title=f"structureness, {least:g} s to {band[1]:g} s"
        if isfinite(band[1])
        else f"structureness, {least:g} s and more",
        unit="fitness",
        module="structure",
        function=lambda table: structureness(table, band=band),
        need=Need(
            reason=f"shorter than {2 * least:g} s, or no pitched notes",
            holds=lambda table: table.seconds >= 2 * least and PITCHED.holds(table),
        ),
    )


METRICS: Final[tuple[Metric, ...]] = (
    _metric("pitch-class entropy", "bits", pitch_class_entropy, PITCHED),
    _metric("pitch-class entropy of a bar (H1)", "bits", bar_pitch_class_entropy, PITCHED),
    Metric(
        name="four_bar_pitch_class_entropy",
        title="pitch-class entropy of four bars (H4)",
        unit="bits",
        module="tonality",
        function=_four_bar_entropy,
        need=PITCHED,
    ),
    _metric("scale consistency", "share", scale_consistency, PITCHED),
    _metric("key clarity", "correlation", key_clarity, PITCHED),
    _metric("key constancy", "share", key_constancy, PITCHED),
    _metric("chord fit", "cosine", chord_fit, PITCHED),
    _metric("chord change rate", "share", chord_change_rate, PITCHED),
    _metric("chord progression irregularity", "share", chord_irregularity, PITCHED),
    _metric("pitches used", "pitches", n_pitches_used, PITCHED),
    _metric("pitch classes used", "pitch classes", n_pitch_classes_used, PITCHED),
    _metric("pitch range", "semitones", pitch_range, PITCHED),
    _metric("pitch entropy", "bits", pitch_entropy, PITCHED),
    _metric("mean duration", "quarters", mean_duration, PITCHED),
    _metric("duration range", "octaves", duration_range, PITCHED),
    _metric("polyphony", "pitches", polyphony, PITCHED),
    _metric("polyphony rate", "share", polyphony_rate, PITCHED),
    _metric("chord size", "notes", chord_size, PITCHED),
    _metric("silence rate", "share", silence_rate, NOTHING),
    _metric("empty-bar rate", "share", empty_bar_rate, NOTHING),
    _metric("note density", "notes a bar", note_density, NOTHING),
    _metric("groove consistency", "share", groove_consistency, _bars(2)),
    _metric("groove similarity", "share", groove_similarity, _bars(2)),
    _metric("drum pattern consistency", "share", drum_pattern_consistency, DRUM_NOTES),
    _metric("distinct drum bars", "share", distinct_drum_bars, DRUM_NOTES),
    _metric("instruments", "instruments", n_instruments, NOTES),
    _metric("instrument entropy", "bits", instrument_entropy, NOTES),
    _metric("instrument coverage", "share", instrument_coverage, NOTES),
    _similarity(1),
    _similarity(2),
    _similarity(4),
    _similarity(8),
    _metric("distinct bars", "share", distinct_bars, NOTES),
    _structureness(SHORT, "short"),
    _structureness(MIDDLE, "middle"),
    _structureness(LONG, "long"),
)
"""In the order of a report."""


def measure_all(music: Music) -> dict[str, float | None]:
    """Every metric of `music` by name; None where it is undefined."""
    table = as_table(music)
    return {metric.name: metric(table) for metric in METRICS}
