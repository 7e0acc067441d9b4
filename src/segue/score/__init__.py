"""Music as values: notes in columns, tracks, tempo, metre, bars, and how scores are cut and joined.

This package knows numpy and nothing else: no torch, no MIDI files, no JSON. Everything in it is
immutable; an edit returns a new score that shares the untouched columns with the old one.

Conventions: time is in integer ticks of the score's own `ticks_per_quarter`; bars count from 0 and
ranges of bars are half open, `[first, last)`. A note belongs to the bar that holds its onset.
"""

from segue.score.compare import diff
from segue.score.edit import append_bars, resample, slice_bars, splice, transpose
from segue.score.metre import BarGrid, MetreMap
from segue.score.notes import Notes
from segue.score.score import Score, Track
from segue.score.tempo import TempoMap

__all__ = [
    "BarGrid",
    "MetreMap",
    "Notes",
    "Score",
    "TempoMap",
    "Track",
    "append_bars",
    "diff",
    "resample",
    "slice_bars",
    "splice",
    "transpose",
]
