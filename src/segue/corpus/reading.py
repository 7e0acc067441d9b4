"""A MIDI file's bytes to columns for a song: by symusic, and by Segue's own reader where needed.

symusic is fast and strict. It fails at wrong chunk lengths and at wrappers, loses notes after meta
events under running status and notes that a controller ends, and knows channel 10 as the only
drums. Files in which any of that may be are read by `segue.midi` as well, as a musician's own are;
that reading counts where symusic fails, finds fewer notes, or takes drums for pitches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.corpus.doubts import is_doubtful
from segue.errors import FormatError
from segue.midi import read_document
from segue.score import Score
from segue.score.score import MAX_TICKS_PER_QUARTER

__all__ = ["ReadFile", "Unreadable", "read_file"]

_SMPTE: Final = 0x8000


class Unreadable(Exception):
    """No reader finds music in the file; the message says why."""


@dataclass(frozen=True, kw_only=True)
class ReadFile:
    """The music of a file in the columns of symusic.

    Attributes:
        ticks_per_quarter: the resolution.
        parts: "time", "duration", "pitch", "velocity" of each track with notes.
        programs: the program of each.
        drums: whether each plays drums.
        tempos: "time" and "mspq" of the tempo events.
        metres: "time", "numerator" and "denominator" of the metre events.
        rescued: how many notes symusic would have lost or taken for pitches.
    """

    ticks_per_quarter: int
    parts: list[dict[str, npt.NDArray[Any]]]
    programs: list[int]
    drums: list[bool]
    tempos: dict[str, npt.NDArray[Any]]
    metres: dict[str, npt.NDArray[Any]]
    rescued: int = 0

    @property
    def n_notes(self) -> int:
        """How many notes there are."""
        return sum(len(part["time"]) for part in self.parts)

    @property
    def n_drums(self) -> int:
        """How many of them are drums."""
        pairs = zip(self.parts, self.drums, strict=True)
        return sum(len(part["time"]) for part, is_drum in pairs if is_drum)


def read_file(data: bytes) -> ReadFile:
    """Read a file by the reader that finds more.

    Raises:
        Unreadable: neither finds music.
    """
    quick, reason = _by_symusic(data)
    if quick is not None and not is_doubtful(data):
        return quick
    careful = _by_segue(data)
    if quick is None:
        if careful is None or not careful.n_notes:
            raise Unreadable(reason)
        return replace(careful, rescued=careful.n_notes)
    if careful is None or careful.n_notes < quick.n_notes:
        return quick
    rescued = careful.n_notes - quick.n_notes or abs(careful.n_drums - quick.n_drums)
    return replace(careful, rescued=rescued) if rescued else quick


def _by_symusic(data: bytes) -> tuple[ReadFile | None, str]:
    import symusic

    try:
        score = symusic.core.ScoreTick.from_midi(data, sanitize_data=True)
    except (RuntimeError, ValueError, IndexError, OverflowError, MemoryError) as error:
        first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return None, f"not a readable MIDI file: {first_line[:200]}"
    if not 1 <= score.ticks_per_quarter <= MAX_TICKS_PER_QUARTER:
        return None, f"its header says {score.ticks_per_quarter} ticks a quarter"
    heard = [track for track in score.tracks if len(track.notes)]
    found = ReadFile(
        ticks_per_quarter=score.ticks_per_quarter,
        parts=[track.notes.numpy() for track in heard],
        programs=[track.program for track in heard],
        drums=[track.is_drum for track in heard],
        tempos=score.tempos.numpy(),
        metres=score.time_signatures.numpy(),
    )
    return found, ""


def _by_segue(data: bytes) -> ReadFile | None:
    """What Segue's own reader finds; None if nothing, or no bar lines, or times beyond the store's.

    SMPTE files and type 2 files of several sequences have no bars that make one piece.
    """
    try:
        document = read_document(data)
    except FormatError:
        return None
    if document.smf.division & _SMPTE or document.smf.n_sequences > 1:
        return None
    score = document.score
    if max(score.end_tick, int(score.tempo_map.ticks[-1])) > np.iinfo(np.int32).max:
        return None
    return _columns(score)


def _columns(score: Score) -> ReadFile:
    tempo, metre = score.tempo_map, score.metre_map
    return ReadFile(
        ticks_per_quarter=score.ticks_per_quarter,
        parts=[
            {
                "time": track.notes.onset.astype(np.int32),
                "duration": track.notes.duration.astype(np.int32),
                "pitch": track.notes.pitch.astype(np.int8),
                "velocity": track.notes.velocity.astype(np.int8),
            }
            for track in score.tracks
        ],
        programs=[track.program for track in score.tracks],
        drums=[track.is_drum for track in score.tracks],
        tempos={
            "time": tempo.ticks.astype(np.int32),
            "mspq": tempo.us_per_quarter.astype(np.int32),
        },
        metres={
            "time": metre.ticks.astype(np.int32),
            "numerator": metre.numerator.astype(np.uint8),
            "denominator": metre.denominator.astype(np.uint8),
        },
    )
