"""The markers of a MIDI file, which DAWs show above the bars: read, added and taken away.

What they say is of no concern here. `segue.harmony.markers` knows chords.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from segue.midi.document import MidiDocument
from segue.midi.edits import ChunkEdit, Rank
from segue.midi.messages import END_OF_TRACK, MARKER, META, SEQUENCER, meta
from segue.midi.smf import TrackChunk, meta_payload, write_smf

__all__ = ["Marker", "markers_of", "sequencer_events", "with_markers"]

_NO_MANUFACTURER: Final = b"\x7d"


class Marker(NamedTuple):
    """A marker, and where in the file it is; sorts by time."""

    tick: int
    chunk: int
    message: int
    text: str
    note: bytes = b""
    """What Segue wrote before it: an event that players do not show, and that moves with it."""


def markers_of(document: MidiDocument) -> list[Marker]:
    """Every marker of a file, by time."""
    texts = document.interpretation.texts
    return sorted(
        Marker(
            tick,
            number,
            index,
            texts.decoded(meta_payload(message)),
            _note_before(chunk.messages, index),
        )
        for number, chunk in enumerate(document.smf.tracks)
        for index, (tick, message) in enumerate(zip(chunk.ticks, chunk.messages, strict=True))
        if message[0] == META and message[1] == MARKER
    )


def sequencer_events(document: MidiDocument) -> list[tuple[int, bytes]]:
    """What sequencers wrote for themselves: ticks and payloads, by time."""
    found = [
        (tick, meta_payload(message))
        for chunk in document.smf.tracks
        for tick, message in zip(chunk.ticks, chunk.messages, strict=True)
        if message[0] == META and message[1] == SEQUENCER
    ]
    return sorted(found, key=lambda event: event[0])


def with_markers(
    document: MidiDocument,
    *,
    without: Iterable[Marker],
    add: Iterable[tuple[int, str]],
    note: str = "",
) -> bytes:
    """The file with some markers taken away and others added to its first track.

    Args:
        document: the file; all else in it stays.
        without: markers of it.
        add: ticks and texts.
        note: what Segue remembers of those that are added, in an event before each of them.
    """
    smf, texts = document.smf, document.interpretation.texts
    tracks = smf.tracks or (TrackChunk(ticks=[0], messages=[END_OF_TRACK]),)
    edits = [ChunkEdit(chunk) for chunk in tracks]
    for marker in without:
        edits[marker.chunk].removed.add(marker.message)
        if marker.note:
            edits[marker.chunk].removed.add(marker.message - 1)
    for tick, text in add:
        if note:
            own = meta(SEQUENCER, _NO_MANUFACTURER + note.encode())
            edits[0].insert(own, tick=tick, rank=Rank.META)
        edits[0].insert(meta(MARKER, texts.encoded(text)), tick=tick, rank=Rank.META)
    return write_smf(smf.with_tracks([edit.applied() for edit in edits]))


def _note_before(messages: Sequence[bytes], index: int) -> bytes:
    """What Segue wrote into the event before a marker; nothing where it wrote none."""
    before = messages[index - 1] if index else b""
    if before[:2] != bytes((META, SEQUENCER)):
        return b""
    payload = meta_payload(before)
    return payload[1:] if payload.startswith(_NO_MANUFACTURER) else b""
