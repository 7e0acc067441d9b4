"""A file cut off at a tick, or opened there for silence: what a DAW does to a piece on all tracks.

Every message before the tick stays, byte for byte. What sounds at the tick ends there. Messages at
the tick belong to what follows: they go away with it, or move with it.

In the silence, pedals, bends and fades are as in music that is appended (`resets`); where it ends,
they are again as they were.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from segue.midi.channels import ChannelEvent, Place
from segue.midi.document import MidiDocument
from segue.midi.interpretation import ChunkNotes, interpret
from segue.midi.messages import END_OF_TRACK, LAST_CHANNEL_STATUS, note_off
from segue.midi.scan import NO_END, is_note_off
from segue.midi.setups import Settings, item_of, message_of, settings_of
from segue.midi.smf import TrackChunk, bridged

__all__ = ["cut_document", "open_document"]

Timed = tuple[int, bytes]
"""A message with its tick."""


def cut_document(document: MidiDocument, tick: int) -> MidiDocument:
    """The file as far as a tick, at which whatever sounds ends."""
    chunks = []
    for chunk, before, _ in _parts(document, tick):
        chunks.append(_chunk(before, end=min(chunk.end_tick, tick)))
    return _with_chunks(document, chunks)


def open_document(document: MidiDocument, tick: int, length: int) -> MidiDocument:
    """The file with `length` ticks of silence at a tick; all that follows comes so much later."""
    parts = _parts(document, tick)
    head = cut_document(document, tick)
    resets = head.resets(tick, range(len(head.score.tracks)))
    begun, ended = _in_homes(head, resets), _in_homes(head, _undone(head, resets, tick + length))
    chunks = []
    for index, (chunk, before, after) in enumerate(parts):
        later = [(at + length, message) for at, message in after]
        end = chunk.end_tick + length * (chunk.end_tick >= tick)
        chunks.append(_chunk([*before, *begun[index], *ended[index], *later], end=end))
    return _with_chunks(document, chunks)


def _parts(document: MidiDocument, tick: int) -> list[tuple[TrackChunk, list[Timed], list[Timed]]]:
    """Each track chunk, with its messages before a tick and those from it on."""
    tracks, notes = document.smf.tracks, document.interpretation.notes
    return [
        (chunk, *_parted(chunk, found, tick)) for chunk, found in zip(tracks, notes, strict=True)
    ]


def _parted(chunk: TrackChunk, notes: ChunkNotes, tick: int) -> tuple[list[Timed], list[Timed]]:
    """The messages before a tick, with the ends of what sounds there, and those from it on."""
    rings = (notes.onset < tick) & ((notes.end >= tick) | (notes.off == NO_END))
    columns = (notes.off, notes.channel, notes.pitch)
    moved, ends = set(), []
    for off, channel, pitch in zip(*(c[rings].tolist() for c in columns), strict=True):
        end = note_off(channel, pitch)
        if off != NO_END and is_note_off(chunk.messages[off]):
            moved.add(off)
            end = chunk.messages[off] if chunk.ticks[off] == tick else end
        ends.append((tick, end))
    rows = list(zip(chunk.ticks, chunk.messages, strict=True))[:-1]
    before = [row for row in rows if row[0] < tick]
    after = [row for i, row in enumerate(rows) if row[0] >= tick and i not in moved]
    return before + ends, after


def _undone(head: MidiDocument, resets: Iterable[ChannelEvent], tick: int) -> list[ChannelEvent]:
    """What resets changed, set at a tick to what it was before them."""
    of_places, found = settings_of(head.channels.controllers()), []
    for at, place, message in resets:
        item = item_of(message)
        value = of_places.get(place, Settings()).value_at(item, at)
        if value is not None:
            found.append(ChannelEvent(tick, place, message_of(item, place.channel, value)))
    return found


def _in_homes(head: MidiDocument, events: Iterable[ChannelEvent]) -> list[list[Timed]]:
    """Messages by the chunk that they go into: for each the last that speaks on its place."""
    tracks, ports = head.smf.tracks, head.channels.ports
    found: list[list[Timed]] = [[] for _ in tracks]
    homes: dict[Place, int] = {}
    for index, (port, chunk) in enumerate(zip(ports, tracks, strict=True)):
        speaking = {m[0] & 0x0F for m in chunk.messages if m[0] <= LAST_CHANNEL_STATUS}
        homes.update({Place(port, channel): index for channel in speaking})
    for tick, place, message in events:
        found[homes[place]].append((tick, message))
    return found


def _chunk(rows: Sequence[Timed], *, end: int) -> TrackChunk:
    end = max(end, rows[-1][0]) if rows else end
    ticks, messages = [*(tick for tick, _ in rows), end], [*(m for _, m in rows), END_OF_TRACK]
    return bridged(ticks, messages)


def _with_chunks(document: MidiDocument, chunks: Sequence[TrackChunk]) -> MidiDocument:
    smf = document.smf.with_tracks(chunks)
    music = interpret(smf, encoding=document.interpretation.texts.encoding)
    return replace(document, smf=smf, interpretation=music)
