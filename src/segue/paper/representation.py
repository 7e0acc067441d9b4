"""What a model is given of a song, and what its output is in notes: the three encodings.

A *raw table* is what a source holds, (songs, N, C): the note table's six columns or OctupleMIDI's
eight. A *coded table* is what the models read, of the same shape: categories as whole numbers,
times as the normalisation makes them. `notes` turns coded tables into note tables, by which all
encodings are judged alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.encoding.octuple import ATTRIBUTES, decode_octuple, sizes
from segue.encoding.paper import COLUMNS, N_VALUES, TIMES, note_table
from segue.encoding.paper_normalisation import TimeScale, squash, unsquash
from segue.paper.config import EncodingName
from segue.vae.columns import Column

__all__ = ["Representation", "representation_for"]

FloatArray: TypeAlias = npt.NDArray[np.floating]
Float32Array: TypeAlias = npt.NDArray[np.float32]


class Representation(Protocol):
    """An encoding: coded tables and back."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """What a coded table's columns are, for a model."""
        ...

    def code(self, raw: FloatArray) -> Float32Array:
        """Raw tables, (songs, N, C), to coded ones of the same shape."""
        ...

    def notes(self, coded: FloatArray) -> Sequence[FloatArray]:
        """Coded tables, (songs, N, C), to a note table a song, (at most N, 6); what a model makes
        may be no MIDI (see `segue.encoding.paper.share_outside_midi`).
        """
        ...


@dataclass(frozen=True)
class Embedded:
    """The note table with embedded categories and scaled times: what worked in the paper."""

    scale: TimeScale

    @property
    def columns(self) -> tuple[Column, ...]:
        """Four categorical columns and two real ones."""
        return tuple(Column(name, N_VALUES if at < TIMES.start else 0) for at, name in _numbered())

    def code(self, raw: FloatArray) -> Float32Array:
        """Times scaled; the rest as it is."""
        coded = np.array(raw, dtype=np.float32)
        coded[..., TIMES] = self.scale.encode(raw[..., TIMES])
        return coded

    def notes(self, coded: FloatArray) -> Sequence[FloatArray]:
        """Times back in seconds."""
        found = np.array(coded, dtype=np.float64)
        found[..., TIMES] = self.scale.decode(coded[..., TIMES])
        return list(found)


@dataclass(frozen=True)
class Squashed:
    """The note table as tanh(x / 127): what failed in the paper."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Six real columns."""
        return tuple(Column(name) for name in COLUMNS)

    def code(self, raw: FloatArray) -> Float32Array:
        """tanh(x / 127)."""
        return squash(raw).astype(np.float32)

    def notes(self, coded: FloatArray) -> Sequence[FloatArray]:
        """127 arctanh(y), not rounded and perhaps no numbers at all."""
        return list(unsquash(coded))


@dataclass(frozen=True)
class Octuples:
    """OctupleMIDI: eight categorical columns."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """One an attribute, each with its own number of values."""
        return tuple(Column(name, n) for name, n in zip(ATTRIBUTES, sizes(), strict=True))

    def code(self, raw: FloatArray) -> Float32Array:
        """As it is."""
        return np.array(raw, dtype=np.float32)

    def notes(self, coded: FloatArray) -> Sequence[FloatArray]:
        """By MidiTok's decoding, the time from each song's first note on."""
        return [_from_first(note_table(decode_octuple(rows.astype(np.int64)))) for rows in coded]


def representation_for(encoding: EncodingName, train: FloatArray) -> Representation:
    """The encoding of that name; scales are those of the training songs, (songs, N, C)."""
    if encoding == "embedding":
        return Embedded(TimeScale.fit(train))
    return Squashed() if encoding == "tanh" else Octuples()


def _numbered() -> list[tuple[int, str]]:
    return list(enumerate(COLUMNS))


def _from_first(table: FloatArray) -> FloatArray:
    table[:, TIMES.start] -= table[:, TIMES.start].min(initial=np.inf) if len(table) else 0
    return table
