"""The paper's note table: a row a note, raw numbers, and back to a score.

A row is (pitch, velocity, instrument, program, onset in seconds, duration in seconds), in the order
of the paper's section 3.2 and with its end time as a duration. *instrument* numbers the tracks that
have notes from 0. A table of many songs has the shape (songs, N, 6).

Magenta's note_seq, which the paper used, lists notes instrument by instrument and by time within:
`order="instrument"`. So the first notes of a song are often those of its first one or two
instruments; `order="time"` takes notes as they sound.

*Lost on the way*: whether a track is a drum kit (the paper has no such column), names, metre and
tempo. A table comes back on a clock of its own, one tick a millisecond. What a network makes of the
numbers before it reads them is not here: see `paper_normalisation`.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from segue.errors import InputError
from segue.score import Notes, Score, TempoMap, Track
from segue.units import N_PITCHES

__all__ = [
    "CATEGORICAL",
    "COLUMNS",
    "N_VALUES",
    "PAPER_NOTES",
    "TIMES",
    "Checked",
    "NoteOrder",
    "check_tables",
    "first_rows",
    "held_by_midi",
    "note_table",
    "quantise_table",
    "score_from_table",
    "share_outside_midi",
]

FloatArray: TypeAlias = npt.NDArray[np.floating]
NoteOrder = Literal["instrument", "time"]

COLUMNS: Final = ("pitch", "velocity", "instrument", "program", "onset_s", "duration_s")
CATEGORICAL: Final = slice(0, 4)
TIMES: Final = slice(4, 6)
N_VALUES: Final = N_PITCHES
"""Values of each categorical column: 0..127."""
PAPER_NOTES: Final = 300

_TICKS_PER_QUARTER: Final = 500
_US_PER_QUARTER: Final = 500_000
"""Together one tick a millisecond, at 120 quarters a minute."""
_TICKS_PER_S: Final = 1000
_MAX_S: Final = 2.0**30
"""No time in a table is longer: 34 years."""


@dataclass(frozen=True, eq=False)
class Checked:
    """Which songs can be used, and why the others cannot."""

    tables: FloatArray
    """The usable songs, (songs, N, 6)."""
    kept: npt.NDArray[np.int64]
    """Their rows in what was checked, increasing."""
    excluded: dict[str, int]
    """How many songs are not usable, by reason; a song counts for its first reason alone."""


def note_table(score: Score, *, order: NoteOrder = "instrument") -> npt.NDArray[np.float64]:
    """All notes of a score as rows of `COLUMNS`, (N, 6).

    Raises:
        InputError: there is no such order.
    """
    rows: list[npt.NDArray[np.float64]] = [np.zeros((0, len(COLUMNS)))]
    playing = [track for track in score.tracks if len(track.notes)]
    for index, track in enumerate(playing):
        notes, tpq = track.notes, score.ticks_per_quarter
        onset_s = score.tempo_map.seconds_at(notes.onset, tpq)
        offset_s = score.tempo_map.seconds_at(notes.offset, tpq)
        same = np.ones(len(notes))
        columns: list[npt.NDArray[np.number]] = [notes.pitch, notes.velocity]
        columns += [index * same, track.program * same, onset_s, offset_s - onset_s]
        rows.append(np.stack(columns, axis=1).astype(np.float64))
    table = np.concatenate(rows)
    return table[first_rows(table[:, 2], table[:, 4], order=order)]


def first_rows(
    instrument: npt.ArrayLike, onset: npt.ArrayLike, *, order: NoteOrder, n_notes: int | None = None
) -> npt.NDArray[np.int64]:
    """Which notes come first: their indices in a table's order, at most `n_notes`, (N,).

    Args:
        instrument: of each note, (N,).
        onset: of each note in any unit, (N,).
        order: see the module.
        n_notes: how many are wanted; by default all.

    Raises:
        InputError: there is no such order.
    """
    if order not in get_args(NoteOrder):
        raise InputError(f'no note order "{order}"; there are {", ".join(get_args(NoteOrder))}')
    minor, major = (onset, instrument) if order == "instrument" else (instrument, onset)
    return np.lexsort([np.asarray(minor), np.asarray(major)])[:n_notes].astype(np.int64)


def quantise_table(table: FloatArray) -> npt.NDArray[np.float64]:
    """The same rows with times in whole milliseconds, durations of at least one."""
    rounded = np.asarray(table, dtype=np.float64).copy()
    rounded[..., TIMES] = np.round(rounded[..., TIMES] * _TICKS_PER_S) / _TICKS_PER_S
    rounded[..., 5] = np.maximum(rounded[..., 5], 1 / _TICKS_PER_S)
    return rounded


def score_from_table(table: FloatArray, *, name: str = "") -> Score:
    """The music of a table, (N, 6): a track for each (instrument, program), none of them drums.

    `note_table` of it gives the rows of `quantise_table(table)`.

    Raises:
        InputError: a row that MIDI cannot hold; the first one is named.
    """
    rows = np.asarray(table, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != len(COLUMNS):
        raise InputError(f"a note table has the shape (notes, 6), got {rows.shape}")
    wrong = np.argwhere(_outside_midi(rows))
    if len(wrong):
        row, column = wrong[0].tolist()
        raise InputError(
            f"note {row} of the table: {COLUMNS[column]} is {rows[row, column]:g}, which MIDI "
            "cannot hold; leave the note out"
        )
    values = np.round(rows[:, CATEGORICAL]).astype(np.int64)
    ticks = np.round(rows[:, TIMES] * _TICKS_PER_S).astype(np.int64)
    voices, group = np.unique(values[:, 2:4], axis=0, return_inverse=True)
    tracks = Notes.grouped(
        group=group.reshape(-1),
        n_groups=len(voices),
        onset=ticks[:, 0],
        duration=np.maximum(ticks[:, 1], 1),
        pitch=values[:, 0],
        velocity=values[:, 1],
    )
    return Score(
        ticks_per_quarter=_TICKS_PER_QUARTER,
        tracks=tuple(
            Track(notes=notes, program=program)
            for notes, (_, program) in zip(tracks, voices.tolist(), strict=True)
        ),
        tempo_map=TempoMap.constant(_US_PER_QUARTER),
        name=name,
    )


def check_tables(tables: FloatArray) -> Checked:
    """Leave out songs with values that the paper excluded (section 3.3): categoricals outside
    0..127, and with numbers that are none or times before 0.

    Raises:
        InputError: the array is not of the shape (songs, N, 6).
    """
    if tables.ndim != 3 or tables.shape[2] != len(COLUMNS):
        raise InputError(f"note tables have the shape (songs, notes, 6), got {tables.shape}")
    categorical, times = tables[..., CATEGORICAL], tables[..., TIMES]
    with np.errstate(invalid="ignore"):  # NaN compares false, and is the first reason anyway
        reasons = {
            "a value that is no finite number": ~np.isfinite(tables).all(axis=(1, 2)),
            "a value outside 0 to 127": ((categorical < 0) | (categorical > 127)).any(axis=(1, 2)),
            "a value that is not whole": (categorical % 1 != 0).any(axis=(1, 2)),
            "a time below 0 or beyond reason": ((times < 0) | (times > _MAX_S)).any(axis=(1, 2)),
        }
    good = np.ones(len(tables), dtype=np.bool_)
    excluded = {}
    for reason, bad in reasons.items():
        excluded[reason] = int((good & bad).sum())
        good &= ~bad
    kept = np.flatnonzero(good)
    return Checked(tables if good.all() else tables[kept], kept, excluded)


def held_by_midi(table: FloatArray) -> npt.NDArray[np.bool_]:
    """Which notes MIDI can hold, categoricals rounded first; rows are the last axis."""
    outside: npt.NDArray[np.bool_] = _outside_midi(np.asarray(table, dtype=np.float64))
    return np.asarray(~outside.any(axis=-1))


def share_outside_midi(tables: FloatArray) -> float:
    """The share of notes that MIDI cannot hold, categoricals rounded first; rows are the last axis.

    Raises:
        InputError: there are no notes.
    """
    if not tables.size:
        raise InputError("the share of invalid notes needs at least one note, got none")
    return float(1 - held_by_midi(tables).mean())


def _outside_midi(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """What is no MIDI value, the shape of `rows`; velocity 0 would be the end of a note."""
    low = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    high = np.array([127.0, 127.0, 127.0, 127.0, _MAX_S, _MAX_S])
    rounded = rows.copy()
    rounded[..., CATEGORICAL] = np.round(rows[..., CATEGORICAL])
    return ~((rounded >= low) & (rounded <= high))  # so that NaN is outside too
