"""Notes as columns: four aligned arrays instead of a list of objects.

They are not a track (no instrument) and not MIDI (no note-off, no channel): a note has an onset and
a duration, and two notes of one pitch may sound at once.

Conventions: N notes; onset and duration in ticks, `offset = onset + duration`; sorted by
(onset, pitch, duration, velocity), so equal sets of notes have equal columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.errors import InputError
from segue.score.columns import (
    MAX_TICK,
    Int64Array,
    UInt8Array,
    equal_columns,
    integer_column,
    read_only,
)
from segue.units import MAX_VELOCITY, MIN_VELOCITY, N_PITCHES

__all__ = ["MAX_GROUPS", "Notes"]

MAX_GROUPS: Final = 2**15
"""The most tracks that one pass can sort."""

_COLUMNS: Final = ("onset", "duration", "pitch", "velocity")


@dataclass(frozen=True, eq=False, kw_only=True, slots=True)
class Notes:
    """N notes in four read-only columns, sorted by (onset, pitch, duration, velocity).

    Build with `Notes.of`, which casts, checks and sorts; the bare constructor trusts its caller.
    """

    onset: Int64Array
    """Start in ticks, >= 0. Shape (N,)."""
    duration: Int64Array
    """Length in ticks, >= 1. Shape (N,)."""
    pitch: UInt8Array
    """MIDI key number, 0..127, middle C = 60. Shape (N,)."""
    velocity: UInt8Array
    """Loudness, 1..127 (0 would be a note-off in MIDI). Shape (N,)."""

    def __post_init__(self) -> None:
        """Freeze the columns."""
        for name in _COLUMNS:
            read_only(getattr(self, name))

    @classmethod
    def of(
        cls,
        *,
        onset: npt.ArrayLike,
        duration: npt.ArrayLike,
        pitch: npt.ArrayLike,
        velocity: npt.ArrayLike,
    ) -> "Notes":
        """Notes from columns of any integer type and in any order.

        Raises:
            InputError: columns of unequal length, or a value out of range (the note is named).
        """
        group = np.zeros(np.size(onset), dtype=np.int64)
        return cls.grouped(
            group=group, n_groups=1, onset=onset, duration=duration, pitch=pitch, velocity=velocity
        )[0]

    @classmethod
    def grouped(
        cls,
        *,
        group: npt.ArrayLike,
        n_groups: int,
        onset: npt.ArrayLike,
        duration: npt.ArrayLike,
        pitch: npt.ArrayLike,
        velocity: npt.ArrayLike,
    ) -> "list[Notes]":
        """The notes of several tracks from shared columns: checked and sorted in one pass.

        Several times faster than `Notes.of` a track. `group` says which of the `n_groups` results
        each note goes to, 0..n_groups - 1.

        Raises:
            InputError: as `Notes.of`, or a group out of range.
        """
        checked = (
            _column(group, "group", 0, min(n_groups, MAX_GROUPS) - 1).astype(np.int64),
            _column(onset, "onset", 0, MAX_TICK).astype(np.int64),
            _column(duration, "duration", 1, MAX_TICK).astype(np.int64),
            _column(pitch, "pitch", 0, N_PITCHES - 1).astype(np.uint8),
            _column(velocity, "velocity", MIN_VELOCITY, MAX_VELOCITY).astype(np.uint8),
        )
        sizes = [len(column) for column in checked]
        if len(set(sizes)) > 1:
            named = ", ".join(f"{n} of {c}" for c, n in zip(_COLUMNS, sizes[1:], strict=True))
            raise InputError(f"the columns of notes must be equally long, got {named}")
        groups, onsets, durations, pitches, velocities = checked
        order = _sorting_order(*checked)
        if order is not None:
            groups, onsets, durations = groups[order], onsets[order], durations[order]
            pitches, velocities = pitches[order], velocities[order]
        bounds = np.searchsorted(groups, np.arange(n_groups + 1)).tolist()
        return [
            cls(
                onset=onsets[first:last],
                duration=durations[first:last],
                pitch=pitches[first:last],
                velocity=velocities[first:last],
            )
            for first, last in pairwise(bounds)
        ]

    @classmethod
    def empty(cls) -> "Notes":
        """No notes."""
        return cls.of(onset=[], duration=[], pitch=[], velocity=[])

    @classmethod
    def concat(cls, parts: Sequence["Notes"]) -> "Notes":
        """All notes of `parts` together, sorted; duplicates stay."""
        filled = [part for part in parts if len(part)]
        if len(filled) <= 1:
            return filled[0] if filled else cls.empty()
        return cls.of(
            onset=np.concatenate([part.onset for part in filled]),
            duration=np.concatenate([part.duration for part in filled]),
            pitch=np.concatenate([part.pitch for part in filled]),
            velocity=np.concatenate([part.velocity for part in filled]),
        )

    def __len__(self) -> int:
        """The number of notes, N."""
        return int(self.onset.size)

    def __eq__(self, other: object) -> bool:
        """Equal when every column holds the same values."""
        if not isinstance(other, Notes):
            return NotImplemented
        return equal_columns(self.columns(), other.columns())

    def columns(self) -> dict[str, npt.NDArray[np.integer]]:
        """The four columns by name, in the order of their declaration."""
        return {name: getattr(self, name) for name in _COLUMNS}

    @property
    def offset(self) -> Int64Array:
        """End in ticks, `onset + duration`. Shape (N,)."""
        return self.onset + self.duration

    def select(self, which: npt.ArrayLike | slice) -> "Notes":
        """The notes under a boolean mask, at some indices, or in a slice; they stay sorted."""
        if not isinstance(which, slice):
            which = np.asarray(which)
            which = which if which.size else np.zeros(0, dtype=np.intp)
        index = np.sort(np.arange(len(self))[which])
        return Notes(
            onset=self.onset[index],
            duration=self.duration[index],
            pitch=self.pitch[index],
            velocity=self.velocity[index],
        )

    def shifted(self, ticks: int) -> "Notes":
        """The notes moved by `ticks` (later when positive).

        Raises:
            InputError: a note would begin before tick 0 or past the longest score.
        """
        if ticks == 0 or not len(self):
            return self
        first, last = int(self.onset[0]) + ticks, int(self.onset[-1]) + ticks
        if first < 0 or last > MAX_TICK:
            raise InputError(
                f"shifting by {ticks} ticks puts an onset at {first if first < 0 else last}, "
                f"outside 0..{MAX_TICK}"
            )
        return Notes(
            onset=self.onset + ticks,
            duration=self.duration,
            pitch=self.pitch,
            velocity=self.velocity,
        )

    def transposed(self, semitones: int) -> "Notes":
        """The notes `semitones` higher; nothing is clipped.

        Raises:
            InputError: a pitch would leave 0..127.
        """
        if semitones == 0 or not len(self):
            return self
        pitch = self.pitch.astype(np.int64) + semitones
        if pitch.min() < 0 or pitch.max() >= N_PITCHES:
            raise InputError(
                f"transposing by {semitones} semitones takes pitches {int(self.pitch.min())}.."
                f"{int(self.pitch.max())} out of 0..{N_PITCHES - 1}; choose a smaller interval"
            )
        return Notes(
            onset=self.onset,
            duration=self.duration,
            pitch=pitch.astype(np.uint8),
            velocity=self.velocity,
        )


def _column(values: npt.ArrayLike, name: str, low: int, high: int) -> npt.NDArray[np.integer]:
    return integer_column(values, name=name, low=low, high=high, element="note")


def _sorting_order(
    group: Int64Array,
    onset: Int64Array,
    duration: Int64Array,
    pitch: UInt8Array,
    velocity: UInt8Array,
) -> npt.NDArray[np.intp] | None:
    """The permutation that sorts the notes, or None when they are sorted already."""
    # One key for (group, onset, pitch): 16 + 40 + 7 bits. While it rises strictly, no tie is left.
    key = (group * (MAX_TICK + 1) + onset) * N_PITCHES + pitch
    if bool(np.all(key[1:] > key[:-1])):
        return None
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    if bool(np.all(ordered[1:] > ordered[:-1])):
        return order
    return np.lexsort((velocity, duration, key))
