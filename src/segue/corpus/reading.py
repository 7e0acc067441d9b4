"""A MIDI file's bytes to columns for a song: by symusic, and by Segue's own reader where needed.

symusic is fast and strict. It fails at wrong chunk lengths and at wrappers, loses notes after meta
events under running status and notes that a controller ends, and knows channel 10 as the only
drums. Files in which any of that may be are read by `segue.midi` as well, as a musician's own are;
that reading counts where symusic fails, finds fewer notes, or takes drums for pitches.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.errors import FormatError
from segue.midi import read_document
from segue.score import Score
from segue.score.score import MAX_TICKS_PER_QUARTER

__all__ = ["ReadFile", "Unreadable", "read_file"]

_ENDS_NOTES: Final = re.compile(rb"[\xb0-\xbf][\x78\x7b-\x7f][\x00-\x7f]")
_SAYS_DRUMS: Final = re.compile(
    rb"\x41[\x00-\x7f]\x42\x12\x40[\x10-\x1f]\x15"  # GS: use part for rhythm
    rb"|\x43[\x10-\x1f]\x4c\x08[\x00-\x0f]\x07"  # XG: part mode
    rb"|[\xb0-\xb8\xba-\xbf]\x00[\x78\x7e\x7f]|\xb9\x00\x79"  # XG's and GM2's banks
)
_BETWEEN_RUNS: Final = re.compile(rb"(?<![\x80-\xff])(?:\xff(?!\x2f)[\x00-\x7f]|\xf0)")
"""What may stand between messages of one status, outside a time; not an end of track."""
_LONGEST_QUANTITY: Final = 4
_END: Final = b"\xff\x2f\x00"
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
    if quick is not None and not _is_doubtful(data):
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


def _is_doubtful(data: bytes) -> bool:
    """Whether anything in the bytes hints at what symusic reads wrongly; some sound files do."""
    return (
        not _is_whole(data)
        or _ENDS_NOTES.search(data) is not None
        or _SAYS_DRUMS.search(data) is not None
        or _run_goes_on(data)
    )


def _is_whole(data: bytes) -> bool:
    """Whether there are as many tracks as announced, each as long as it says, with its end."""
    if len(data) < 14:
        return False
    (length, _, n_announced) = struct.unpack_from(">IHH", data, 4)
    position, n_tracks = 8 + length, 0
    while position + 8 <= len(data) and n_tracks < n_announced:
        (length,) = struct.unpack_from(">I", data, position + 4)
        end = position + 8 + length
        if data[position : position + 4] == b"MTrk":
            n_tracks += 1
            if end > len(data) or not data.endswith(_END, position, end):
                return False
        position = end
    return bool(n_tracks == n_announced)


def _run_goes_on(data: bytes) -> bool:
    """Whether a meta or sysex message seems to be followed by a message without a status."""
    found = _BETWEEN_RUNS.search(data)
    while found:
        length, begin = _quantity(data, found.end())
        _, following = _quantity(data, begin + length)
        if following < len(data) and data[following] < 0x80:
            return True
        found = _BETWEEN_RUNS.search(data, begin + length)
    return False


def _quantity(data: bytes, position: int) -> tuple[int, int]:
    number = 0
    for at in range(position, min(position + _LONGEST_QUANTITY, len(data))):
        number = number << 7 | data[at] & 0x7F
        if data[at] < 0x80:
            return number, at + 1
    return number, len(data)
