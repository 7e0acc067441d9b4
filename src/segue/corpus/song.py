"""One song of a corpus as columns: the record that parsing makes, shards carry and the store maps.

Conventions: N notes sorted by (onset, track, pitch), K tracks (only those with notes), E tempo and
M metre events; onsets, durations and event times are ticks of the song's own resolution, never
quantised. Columns of a stored song are views into memory-mapped files: read-only, and free until
touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Int32s = npt.NDArray[np.int32]
Uint8s = npt.NDArray[np.uint8]

MAX_STORED_TICK: Final = 2**31 - 1
"""Onsets and durations are kept as int32."""

COLUMNS: Final[dict[str, dict[str, type[np.generic]]]] = {
    "note": {
        "onset": np.int32,
        "duration": np.int32,
        "pitch": np.uint8,
        "velocity": np.uint8,
        "track": np.uint8,
    },
    "track": {"track_program": np.uint8, "track_is_drum": np.bool_},
    "tempo": {"tempo_ticks": np.int32, "tempo_us": np.int32},
    "metre": {
        "metre_ticks": np.int32,
        "metre_numerator": np.uint8,
        "metre_denominator": np.uint8,
    },
}
"""The columns by what a row of them is, with their types on disk."""


@dataclass(frozen=True, kw_only=True)
class Song:
    """One song.

    Attributes:
        ticks_per_quarter: the file's resolution, above 0.
        onset: note onsets in ticks, (N,), int32, increasing or equal.
        duration: note durations in ticks, at least 1, (N,), int32.
        pitch: 0..127, (N,), uint8.
        velocity: 1..127, (N,), uint8.
        track: which of the song's tracks a note belongs to, 0..K-1, (N,), uint8.
        track_program: General MIDI program 0..127 of each track, (K,), uint8.
        track_is_drum: whether each track is a drum kit, (K,), bool.
        tempo_ticks: tempo changes, the first at tick 0, (E,), int32.
        tempo_us: microseconds a quarter from each change on, above 0, (E,), int32.
        metre_ticks: metre events, the first at tick 0, (M,), int32; each begins a bar.
        metre_numerator: above 0, (M,), uint8.
        metre_denominator: a power of two, (M,), uint8.
    """

    ticks_per_quarter: int
    onset: Int32s
    duration: Int32s
    pitch: Uint8s
    velocity: Uint8s
    track: Uint8s
    track_program: Uint8s
    track_is_drum: npt.NDArray[np.bool_]
    tempo_ticks: Int32s
    tempo_us: Int32s
    metre_ticks: Int32s
    metre_numerator: Uint8s
    metre_denominator: Uint8s

    def __len__(self) -> int:
        """The number of notes."""
        return len(self.onset)

    @property
    def n_tracks(self) -> int:
        """The number of tracks, all of which have notes."""
        return len(self.track_program)

    @property
    def end_tick(self) -> int:
        """The tick at which the last note has ended."""
        return int((self.onset.astype(np.int64) + self.duration).max(initial=0))

    def column(self, name: str) -> npt.NDArray[Any]:
        """A column by its name in `COLUMNS`."""
        array: npt.NDArray[Any] = getattr(self, name)
        return array
