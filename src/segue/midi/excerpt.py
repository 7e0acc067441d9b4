"""Some bars of a musician's file as a file of their own, which begins with them.

What begins in these bars is there, under the instruments, controllers, tempo and metre that it has
in the piece. Notes that began before are not; those that sound on at the end are cut off there.
"""

from collections.abc import Hashable, Iterable
from dataclasses import replace
from itertools import count
from typing import Final, NamedTuple

from segue.midi.cutting import cut_document
from segue.midi.document import MidiDocument
from segue.midi.interpretation import ChunkNotes
from segue.midi.messages import (
    CONTROL,
    DEVICE,
    INSTRUMENT_NAME,
    KEY_SIGNATURE,
    META,
    PITCH_BEND,
    PORT,
    PRESSURE,
    PROGRAM,
    SET_TEMPO,
    SYSEX,
    SYSEX_ESCAPE,
    TIME_SIGNATURE,
    TRACK_NAME,
)
from segue.midi.provenance import is_provenance
from segue.midi.scan import NO_END
from segue.midi.smf import TrackChunk, bridged, write_smf

__all__ = ["Part", "excerpt", "lasting_of", "part_of"]

_COPYRIGHT: Final = 0x02
_TIMING: Final = (SET_TEMPO, TIME_SIGNATURE)
_LASTING_METAS: Final = frozenset(
    (_COPYRIGHT, TRACK_NAME, INSTRUMENT_NAME, DEVICE, PORT, *_TIMING, KEY_SIGNATURE)
)
_OF_PARAMETERS: Final = frozenset((6, 38, *range(96, 102)))
"""Controllers whose order counts: they choose a parameter and set it."""
_RESET_ALL: Final = 121
_MODES: Final = range(124, 128)
_FIRST_MODE: Final = 120


def excerpt(document: MidiDocument, start: int, end: int) -> bytes:
    """The ticks [start, end) of a file, both bar lines; `start` becomes tick 0."""
    head = cut_document(document, end)
    found: list[TrackChunk | None] = []
    for chunk, notes in zip(head.smf.tracks, head.interpretation.notes, strict=True):
        cut = _from(chunk, notes, start, end)
        is_silent = notes.on.size and not (notes.onset >= start).any()
        is_needed = not found or not is_silent or _keeps_time(cut)
        found.append(cut if is_needed else None)
    cuts = iter(found)
    chunks = (next(cuts) if isinstance(c, TrackChunk) else c for c in head.smf.chunks)
    return write_smf(replace(head.smf, chunks=tuple(c for c in chunks if c is not None)))


def _from(chunk: TrackChunk, notes: ChunkNotes, start: int, end: int) -> TrackChunk:
    """A chunk from a tick on, with what was set before it."""
    part = part_of(chunk, notes, start)
    last = max([end - start, *(tick for tick, _ in part.rows[-1:])])
    ticks = [0] * len(part.lasting) + [tick for tick, _ in part.rows] + [last]
    messages = [*part.lasting.values(), *(message for _, message in part.rows)]
    return bridged(ticks, [*messages, chunk.messages[-1]])


class Part(NamedTuple):
    """What a chunk has from a tick on, as if that was its beginning."""

    lasting: dict[Hashable, bytes]
    """What was set before and still holds, by what it sets."""
    rows: list[tuple[int, bytes]]
    """Ticks from there, and messages; without the end of track."""


def part_of(chunk: TrackChunk, notes: ChunkNotes, start: int) -> Part:
    """A chunk from a tick on; notes that began before are not in it."""
    begun = notes.onset < start
    left_out = {*notes.on[begun].tolist(), *notes.off[begun].tolist()} - {NO_END}
    before: list[bytes] = []
    rows: list[tuple[int, bytes]] = []
    for index, (tick, message) in enumerate(zip(chunk.ticks, chunk.messages, strict=True)):
        if index == len(chunk.messages) - 1:
            break
        if tick < start:
            before.append(message)
        elif index not in left_out:
            rows.append((tick - start, message))
    return Part(lasting_of(before), rows)


def lasting_of(messages: Iterable[bytes]) -> dict[Hashable, bytes]:
    """Those of some messages, one after another, that hold until another of their kind."""
    lasting: dict[Hashable, bytes] = {}
    number = count()
    for message in messages:
        _keep(lasting, message, next(number))
    return lasting


def _keep(lasting: dict[Hashable, bytes], message: bytes, number: int) -> None:
    """Take a message into account that holds until another of its kind."""
    kind, status = message[0] & 0xF0, message[0]
    key: Hashable
    if status == META:
        if message[1] not in _LASTING_METAS and not is_provenance(message):
            return
        key = (META, message[1])
    elif status in (SYSEX, SYSEX_ESCAPE):
        key = (status, number)
    elif kind in (PROGRAM, PITCH_BEND, PRESSURE):
        key = status
    elif kind != CONTROL:
        return
    elif message[1] in _OF_PARAMETERS:
        key = (status, "parameter", number)
    elif message[1] == _RESET_ALL:
        _reset(lasting, status)
        return
    elif message[1] >= _FIRST_MODE and message[1] not in _MODES:
        return
    else:
        key = (status, message[1])
    lasting.pop(key, None)
    lasting[key] = message


def _reset(lasting: dict[Hashable, bytes], status: int) -> None:
    """What "reset all controllers" puts back to where it was in the beginning."""
    channel = status & 0x0F
    gone = [(status, number) for number in (1, 11, 64, 65, 66, 67)]
    for key in (*gone, PITCH_BEND | channel, PRESSURE | channel):
        lasting.pop(key, None)


def _keeps_time(chunk: TrackChunk) -> bool:
    return any(m[0] == META and m[1] in _TIMING for m in chunk.messages)
