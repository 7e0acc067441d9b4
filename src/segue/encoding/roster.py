"""The roster of a window: which tracks its parts are, and what instruments they play.

Parts are numbered in the order in which a bar is written: drums, basses, then the other instruments
by program, so that harmony can listen to the bass; tracks of one instrument keep the file's order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.vocabulary import (
    DRUMS,
    INSTRUMENT_RANK,
    MAX_PARTS,
    NO_PART,
    IntArray,
    instrument_of,
)
from segue.score import Score

NOT_A_TRACK: Final = -1


@dataclass(frozen=True, eq=False)
class Roster:
    """The parts of a window, P of them, at most `MAX_PARTS`.

    Attributes:
        instruments: 0..127 a General MIDI program, 128 the drums, (P,).
        tracks: the index of each part's track in its piece, (P,).
    """

    instruments: IntArray
    tracks: IntArray

    @classmethod
    def of(cls, instruments: IntArray, importance: npt.NDArray[np.integer]) -> Roster:
        """The roster of tracks with these instruments, (K,); the most important ones if too many.

        `importance`: (K,), such as the number of notes; tracks with 0 are left out.
        """
        chosen = most_important(importance)
        order = np.argsort(INSTRUMENT_RANK[instruments[chosen]], kind="stable")
        tracks = chosen[order].astype(np.int64)
        return cls(instruments[tracks].astype(np.int64), tracks)

    @classmethod
    def of_score(cls, score: Score) -> Roster:
        """All tracks of a score, silent ones too; the busiest ones if there are too many."""
        instruments = [instrument_of(program=t.program, is_drum=t.is_drum) for t in score.tracks]
        notes = np.array([1 + len(t.notes) for t in score.tracks], np.int64)
        return cls.of(np.array(instruments, np.int64), notes)

    def __len__(self) -> int:
        """P."""
        return len(self.instruments)

    @property
    def is_drum(self) -> npt.NDArray[np.bool_]:
        """Which parts are drums, (P,)."""
        return np.asarray(self.instruments == DRUMS)

    @property
    def padded(self) -> IntArray:
        """The instruments, then `NO_PART`, (MAX_PARTS,)."""
        found = np.full(MAX_PARTS, NO_PART, np.int64)
        found[: len(self)] = self.instruments
        return found

    def part_of_track(self, n_tracks: int) -> IntArray:
        """The part of each track of a piece, (n_tracks,); `NOT_A_TRACK` of those left out."""
        parts = np.full(n_tracks, NOT_A_TRACK, np.int64)
        parts[self.tracks] = np.arange(len(self))
        return parts


def most_important(importance: npt.NDArray[np.integer]) -> IntArray:
    """The tracks that are parts, rising: those above 0, the first `MAX_PARTS` by importance, (K,).

    Of tracks that are equally important the earlier ones.
    """
    order = np.argsort(-importance, kind="stable")[:MAX_PARTS]
    return np.sort(order[importance[order] > 0]).astype(np.int64)
