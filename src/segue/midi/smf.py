"""A Standard MIDI File as raw events, without losing a byte: the layer between bytes and music.

Nothing is interpreted here. Running status is written out, so each message stands alone;
the messages themselves (meta, sysex and unknown ones too) are the file's own bytes.

Conventions: ticks are absolute, from the start of the track chunk; a chunk's last message is always
its end of track.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from segue.errors import InputError
from segue.midi.messages import END_OF_TRACK, MAX_QUANTITY, SEQUENCER, meta, quantity

__all__ = ["OtherChunk", "Smf", "TrackChunk", "bridged", "meta_payload", "write_smf"]

_FILLER: Final = meta(SEQUENCER, b"")
"""An event without any meaning."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackChunk:
    """An MTrk chunk: messages with their ticks, the last one the end of track."""

    ticks: Sequence[int]
    """Absolute tick of each message, never falling."""
    messages: Sequence[bytes]
    """Each message with its status byte and without its delta time."""

    @property
    def end_tick(self) -> int:
        """The tick of the end of track."""
        return self.ticks[-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherChunk:
    """A chunk that is not a track (such as Yamaha's XF data), carried along unread."""

    identifier: bytes
    """Four ASCII characters."""
    body: bytes
    """Everything after the length."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Smf:
    """A whole file: header and chunks in their order."""

    format: int
    """0: one track; 1: tracks that sound together."""
    division: int
    """The header's 16 bits, read by `resolution_of`: ticks a quarter, or SMPTE time."""
    header_extra: bytes = b""
    """Bytes of a header longer than six, kept."""
    chunks: tuple[TrackChunk | OtherChunk, ...]
    """Track chunks and others, as they stand in the file."""
    n_sequences: int = 1
    """How many independent sequences of a type 2 file were put one after another."""

    @property
    def tracks(self) -> tuple[TrackChunk, ...]:
        """The track chunks alone."""
        return tuple(chunk for chunk in self.chunks if isinstance(chunk, TrackChunk))

    def with_tracks(self, tracks: Sequence[TrackChunk], *, format: int | None = None) -> "Smf":
        """The same file with its track chunks replaced in order; further ones go to the end."""
        rest = iter(tracks)
        kept = [next(rest) if isinstance(c, TrackChunk) else c for c in self.chunks]
        return replace(
            self,
            format=self.format if format is None else format,
            chunks=(*kept, *rest),
        )


def bridged(ticks: list[int], messages: list[bytes]) -> TrackChunk:
    """A track chunk with events without meaning where a gap is too long for a file."""
    gaps = pairwise([0, *ticks]) if ticks and ticks[-1] > MAX_QUANTITY else ()
    far = [index for index, (before, at) in enumerate(gaps) if at - before > MAX_QUANTITY]
    for index in reversed(far):
        before = ticks[index - 1] if index else 0
        bridges = list(range(before + MAX_QUANTITY, ticks[index], MAX_QUANTITY))
        ticks[index:index] = bridges
        messages[index:index] = [_FILLER] * len(bridges)
    return TrackChunk(ticks=ticks, messages=messages)


def meta_payload(message: bytes) -> bytes:
    """What a meta message carries after its kind and length."""
    start = 2
    while message[start] & 0x80:
        start += 1
    return message[start + 1 :]


def write_smf(smf: Smf) -> bytes:
    """The bytes of the file.

    Raises:
        InputError: more tracks, or a longer gap between events, than the format can hold.
    """
    if len(smf.tracks) > 0xFFFF:
        raise InputError(f"a MIDI file holds at most 65535 tracks, this one has {len(smf.tracks)}")
    header = struct.pack(">HHH", smf.format, len(smf.tracks), smf.division) + smf.header_extra
    parts = [_chunk(b"MThd", header)]
    for chunk in smf.chunks:
        if isinstance(chunk, TrackChunk):
            parts.append(_chunk(b"MTrk", _track_body(chunk)))
        else:
            parts.append(_chunk(chunk.identifier, chunk.body))
    return b"".join(parts)


def _chunk(identifier: bytes, body: bytes) -> bytes:
    return identifier + struct.pack(">I", len(body)) + body


def _track_body(track: TrackChunk) -> bytes:
    assert track.messages[-1] == END_OF_TRACK, "a track chunk ends with its end of track"
    known: dict[int, bytes] = {}  # gaps repeat: most are 0 or a note's length
    parts = []
    gaps = [track.ticks[0], *(later - earlier for earlier, later in pairwise(track.ticks))]
    for gap, message in zip(gaps, track.messages, strict=True):
        delta = known.get(gap)
        if delta is None:
            delta = known[gap] = quantity(gap)
        parts.append(delta)
        parts.append(message)
    return b"".join(parts)
