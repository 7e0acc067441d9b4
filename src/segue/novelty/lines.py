"""How music is read where passages are compared: as lines of tokens, a token a note.

**Line.** The notes of one pitched track; or of one drum track; or of all pitched tracks together
(the *ensemble*, where a piece has two or more). Onsets are rounded to the nearest of
`STEPS_PER_QUARTER` steps a quarter, counted from tick 0 (halves go up), in a file of any
resolution; notes of one step and pitch count once; a line is sorted by (step, pitch). Durations,
velocities, programs, tempo and bars are not looked at.

**Token.** What a note is to the note before it in its line: steps since its onset, and semitones up
or down. So a line in another key, in another bar or by another instrument has the same tokens. A
drum's pitch is its name: drums have steps since the note before, and their own pitch. The notes of
a chord follow each other at 0 steps, from the lowest up. The three kinds of line have tokens of
their own, so a passage is shared by lines of one kind only. The first note of a line, and the first
after a rest of more than `LONGEST_REST` quarters, has the token `START`, which equals nothing:
passages do not cross it.

**Passage.** M tokens in a row, none of them `START`, that two lines share. Of pitched lines it is
M + 1 notes (the first is where the first interval begins), of drums M.

*Traps.* One note more or less in a chord is another passage, and so is a line whose steps are
doubled or halved. An onset played between two steps may be rounded to either. The ensemble is
shared only if all pitched tracks are; some of them are found as tracks, which `kinship` puts
together again. Two hands on two tracks do not equal the same two hands on one.

Source: the representation by interval and inter-onset distance is that of K. Lemström and E.
Ukkonen, "Including interval encoding into edit distance based music comparison and retrieval"
(2000), applied to the notes of chords too.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.score import Score

__all__ = [
    "FIRST_ENSEMBLE", "LONGEST_REST", "START", "STEPS_PER_QUARTER", "IntArray", "Kind", "Line",
    "Tokens", "lines_of_columns", "lines_of_score",
]  # fmt: skip

IntArray: TypeAlias = npt.NDArray[np.int64]
Tokens: TypeAlias = npt.NDArray[np.uint16]

STEPS_PER_QUARTER: Final = 12
"""Holds sixteenths and triplets, as in `segue.metrics`."""
LONGEST_REST: Final = 8
"""Quarters."""
START: Final = 0

_LONGEST_STEPS: Final = LONGEST_REST * STEPS_PER_QUARTER
_INTERVALS: Final = 255
_N_PITCHES: Final = 128
_FIRST_DRUM: Final = 1 + (_LONGEST_STEPS + 1) * _INTERVALS
FIRST_ENSEMBLE: Final = _FIRST_DRUM + (_LONGEST_STEPS + 1) * _N_PITCHES
"""Tokens from here on are of an ensemble."""


class Kind(IntEnum):
    """What a line is made of."""

    TRACK = 0
    DRUMS = 1
    ENSEMBLE = 2


@dataclass(frozen=True, eq=False)
class Line:
    """A line of N notes; see the module."""

    kind: Kind
    track: int
    """Index of the track; -1 for the ensemble."""
    step: IntArray
    """Onsets in steps from tick 0, never falling, (N,)."""
    pitch: IntArray
    """(N,)."""
    tokens: Tokens
    """(N,)."""

    def __len__(self) -> int:
        """How many notes."""
        return len(self.tokens)

    def notes_of(self, n_tokens: int) -> int:
        """How many notes a passage of so many tokens is; see the module."""
        return n_tokens + (self.kind is not Kind.DRUMS) if n_tokens else 0


def lines_of_score(score: Score) -> list[Line]:
    """The lines of a score that have notes: its tracks in their order, then the ensemble."""
    sizes = [len(track.notes) for track in score.tracks]
    if not sum(sizes):
        return []
    return lines_of_columns(
        onset=np.concatenate([track.notes.onset for track in score.tracks]),
        pitch=np.concatenate([track.notes.pitch for track in score.tracks]),
        track=np.repeat(np.arange(len(sizes)), sizes),
        track_is_drum=np.array([track.is_drum for track in score.tracks], bool),
        ticks_per_quarter=score.ticks_per_quarter,
    )


def lines_of_columns(
    *,
    onset: npt.NDArray[np.integer],
    pitch: npt.NDArray[np.integer],
    track: npt.NDArray[np.integer],
    track_is_drum: npt.NDArray[np.bool_],
    ticks_per_quarter: int,
) -> list[Line]:
    """The same from columns of N notes, as a corpus keeps them; in any order.

    Args:
        onset: ticks, (N,).
        pitch: 0..127, (N,).
        track: the track of each note, (N,).
        track_is_drum: which tracks are drums, (K,).
        ticks_per_quarter: the unit of `onset`.
    """
    steps = _nearest_step(onset.astype(np.int64), ticks_per_quarter)
    place = (steps << 7) | pitch
    by_track = np.unique((track.astype(np.int64) << 48) | place)
    of_track, places = by_track >> 48, by_track & ((1 << 48) - 1)
    first = np.flatnonzero(np.append(True, of_track[1:] != of_track[:-1])[: len(of_track)])
    found = []
    for number, own in zip(of_track[first].tolist(), np.split(places, first[1:]), strict=False):
        kind = Kind.DRUMS if track_is_drum[number] else Kind.TRACK
        found.append(_line(kind, number, own))
    pitched = [line for line in found if line.kind is Kind.TRACK]
    if len(pitched) > 1:
        found.append(_line(Kind.ENSEMBLE, -1, np.unique(place[~track_is_drum[track]])))
    return found


def _nearest_step(ticks: IntArray, ticks_per_quarter: int) -> IntArray:
    nearest: IntArray = (2 * ticks * STEPS_PER_QUARTER + ticks_per_quarter) // (
        2 * ticks_per_quarter
    )
    return nearest


def _line(kind: Kind, track: int, places: IntArray) -> Line:
    step, pitch = places >> 7, places & (_N_PITCHES - 1)
    rest = np.diff(step, prepend=step[:1] - _LONGEST_STEPS - 1)
    if kind is Kind.DRUMS:
        codes = _FIRST_DRUM + rest * _N_PITCHES + pitch
    else:
        interval = np.diff(pitch, prepend=pitch[:1])
        base = FIRST_ENSEMBLE if kind is Kind.ENSEMBLE else START + 1
        codes = base + rest * _INTERVALS + interval + _INTERVALS // 2
    tokens = np.where(rest > _LONGEST_STEPS, START, codes).astype(np.uint16)
    return Line(kind, track, step, pitch, tokens)
