"""How much the studio takes: what two cores and 1 GiB of memory bear.

A musician's piece is far below that: among 32,854 real songs, the most notes are 57,211 and the
most tempo changes 15,692.
"""

from dataclasses import dataclass
from typing import Final

from segue.midi import MidiDocument

__all__ = [
    "KEPT",
    "MAX_BARS",
    "MAX_EVENTS",
    "MAX_NODES",
    "MAX_NOTES",
    "MAX_TRACKS",
    "MAX_UPLOAD_BYTES",
    "TAKEN_IN",
    "Limits",
    "counted",
]

MAX_UPLOAD_BYTES: Final = 8 * 2**20
MAX_EVENTS: Final = 400_000
"""Events of all kinds in a file. Reading this many takes about a second and 150 MB."""
MAX_NOTES: Final = 100_000
MAX_BARS: Final = 4_000
MAX_TRACKS: Final = 512
MAX_TIME_CHANGES: Final = 20_000
"""Tempo and metre changes: every take sends all of them to the page."""
MAX_NODES: Final = 10_000
"""Versions of a project."""
_GROWTH: Final = 1.25


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most of each that a piece may have."""

    events: int
    notes: int
    bars: int
    tracks: int
    time_changes: int

    def exceeded_by(self, document: MidiDocument) -> str | None:
        """What a piece has too much of, in words; None if it fits."""
        score = document.score
        n_time_changes = len(score.tempo_map.ticks) + len(score.metre_map.ticks)
        for count, most, what in (
            (score.n_notes, self.notes, "notes"),
            (score.n_bars, self.bars, "bars"),
            (len(score.tracks), self.tracks, "tracks"),
            (n_time_changes, self.time_changes, "changes of tempo and metre"),
        ):
            if count > most:
                return counted(count, most, what)
        return None


def counted(count: int, most: int, what: str) -> str:
    """Too much of something, in words."""
    return f"{count:,} {what}, and the studio takes {most:,}"


TAKEN_IN: Final = Limits(
    events=MAX_EVENTS,
    notes=MAX_NOTES,
    bars=MAX_BARS,
    tracks=MAX_TRACKS,
    time_changes=MAX_TIME_CHANGES,
)
"""The limits of a piece that comes from outside, is edited or is to be continued."""

KEPT: Final = Limits(
    events=int(MAX_EVENTS * _GROWTH),
    notes=int(MAX_NOTES * _GROWTH),
    bars=int(MAX_BARS * _GROWTH),
    tracks=int(MAX_TRACKS * _GROWTH),
    time_changes=int(MAX_TIME_CHANGES * _GROWTH),
)
"""The limits of a version in a project: a piece may grow by the takes that are accepted."""
