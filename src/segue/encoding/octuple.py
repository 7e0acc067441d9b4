"""OctupleMIDI, a row of eight whole numbers a note, through MidiTok's `Octuple`, and back.

The paper tried this encoding first and gave it up because the least and the greatest value of each
attribute were not clear to it. Here they are: the attributes are `ATTRIBUTES`, each from 0 to its
`sizes()` less one, so that every row of numbers in those ranges is a note.

Rows are sorted by time, then program, pitch, velocity and duration. MidiTok keeps notes of one
instant in an order that its own decoding does not give back; sorted, the way back is exact.

*Quantised*: onsets to 12 positions a quarter (of x/8 metres 12 an eighth), durations to at most 8
quarters, velocities and tempi to 32 levels; tracks of one program are one; bars after the 256th are
left out. *Not exact*: a change of metre that falls inside a bar, or stands before an empty bar;
OctupleMIDI says the metre only with notes.

Source: M. Zeng et al., "MusicBERT" (2021), for the encoding; N. Fradet et al., "MidiTok" (2021).
"""

import warnings
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.errors import InputError
from segue.midi.bulk import from_symusic, to_symusic
from segue.score import Score

if TYPE_CHECKING:
    from miditok import Octuple

__all__ = ["ATTRIBUTES", "decode_octuple", "encode_octuple", "sizes"]

Int64Array: TypeAlias = npt.NDArray[np.int64]

ATTRIBUTES: Final = (
    "pitch", "position", "bar", "velocity", "duration", "program", "tempo", "metre",
)  # fmt: skip
"""Of a row, in MidiTok's order. Program 128 is the drums'."""

_POSITIONS_A_QUARTER: Final = 12
_MAX_QUARTERS: Final = 8
_LEVELS: Final = 32
_MAX_BARS: Final = 256
_SPECIAL: Final = 4
"""MidiTok's vocabularies begin with padding, beginning, end and mask, which are no notes."""
_SORTED_BY: Final = ("duration", "velocity", "pitch", "program", "position", "bar")
"""From the last key to the first."""


def sizes() -> tuple[int, ...]:
    """How many values each of `ATTRIBUTES` has."""
    return tuple(len(vocabulary) - _SPECIAL for vocabulary in _tokenizer().vocab)


def encode_octuple(score: Score) -> Int64Array:
    """The notes of a score as rows of `ATTRIBUTES`, (N, 8), sorted; see the module."""
    if not any(len(track.notes) for track in score.tracks):
        return np.zeros((0, len(ATTRIBUTES)), dtype=np.int64)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="miditok: Octuple cannot tokenize entirely")
        found = _tokenizer().encode(to_symusic(score))
    rows = np.array(found.ids, dtype=np.int64).reshape(-1, len(ATTRIBUTES)) - _SPECIAL
    return rows[np.lexsort([rows[:, ATTRIBUTES.index(name)] for name in _SORTED_BY])]


def decode_octuple(rows: npt.NDArray[np.integer]) -> Score:
    """The music of rows, (N, 8), in any order.

    Raises:
        InputError: another shape, or a value outside its attribute's range; it is named.
    """
    if rows.ndim != 2 or rows.shape[1] != len(ATTRIBUTES):
        raise InputError(f"octuples have the shape (notes, 8), got {rows.shape}")
    wrong = np.argwhere((rows < 0) | (rows >= np.array(sizes())))
    if len(wrong):
        row, column = wrong[0].tolist()
        raise InputError(
            f"note {row}: {ATTRIBUTES[column]} must be 0..{sizes()[column] - 1}, "
            f"got {rows[row, column]}"
        )
    if not len(rows):
        return Score(ticks_per_quarter=_tokenizer().time_division, tracks=())
    ordered = rows[np.lexsort([rows[:, ATTRIBUTES.index(name)] for name in _SORTED_BY])]
    return from_symusic(_tokenizer().decode((ordered + _SPECIAL).tolist()))


@cache
def _tokenizer() -> "Octuple":
    from miditok import Octuple, TokenizerConfig

    return Octuple(
        TokenizerConfig(
            pitch_range=(0, 127),
            drums_pitch_range=(0, 127),
            beat_res={(0, _MAX_QUARTERS): _POSITIONS_A_QUARTER},
            num_velocities=_LEVELS,
            num_tempos=_LEVELS,
            use_programs=True,
            use_pitchdrum_tokens=False,
            use_tempos=True,
            use_time_signatures=True,
            max_bar_embedding=_MAX_BARS,
        )
    )
