"""What a corpus accepts and how it groups songs: the options of a build, and nothing else.

They travel to every worker process and into the manifest, so they are one frozen record of plain
numbers. The limits on files are facts about the store's columns (an onset is an int32, a track
number a byte); the limits on music are choices that a caller may change.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from segue.errors import ConfigError

MAX_FILE_BYTES: Final = 64 * 2**20
"""A larger member is not read at all: MIDI files of music are far smaller, unlike archive bombs."""
MAX_STORED_TRACKS: Final = 255
"""The store numbers the tracks of a song in one byte."""


@dataclass(frozen=True, kw_only=True)
class CorpusOptions:
    """The choices of one build.

    Attributes:
        min_notes: songs with fewer notes are rejected.
        max_notes: songs with more notes are rejected ("black MIDI").
        max_hours: songs that last longer, at their own tempo, are rejected.
        max_tracks: songs with more tracks that hold notes are rejected; at most 255.
        near_duplicates: whether to look for near-duplicates; if not, every song is its own cluster.
        similarity: how alike two songs' melodic material must be, in 0..1, to count as the same
            tune; see `clusters` for the measure.
    """

    min_notes: int = 64
    max_notes: int = 1_000_000
    max_hours: float = 3.0
    max_tracks: int = 128
    near_duplicates: bool = True
    similarity: float = 0.1

    def __post_init__(self) -> None:
        """Report every value out of range at once."""
        problems = []
        if self.min_notes < 1:
            problems.append(f"min_notes must be at least 1, got {self.min_notes}")
        if self.max_notes < self.min_notes:
            problems.append(f"max_notes must be at least min_notes, got {self.max_notes}")
        if not self.max_hours > 0:
            problems.append(f"max_hours must be positive, got {self.max_hours}")
        if not 1 <= self.max_tracks <= MAX_STORED_TRACKS:
            problems.append(f"max_tracks must be 1..{MAX_STORED_TRACKS}, got {self.max_tracks}")
        if not 0 < self.similarity <= 1:
            problems.append(f"similarity must be above 0 and at most 1, got {self.similarity}")
        if problems:
            raise ConfigError("; ".join(problems))

    def as_dict(self) -> dict[str, int | float | bool]:
        """The options as JSON-ready values, for the manifest and for fingerprints."""
        return asdict(self)
