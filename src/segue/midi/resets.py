"""Controllers at a join: what an ending leaves switched on must not colour what is appended.

A pedal that is down is released, a bend or a modulation is centred, and a channel that was faded
out gets back the volume that its notes usually had. Only channels with new notes from the join on
are touched, only controllers that are off their rest, and only at the tick of the join.
"""

from collections.abc import Iterator, Sequence
from statistics import median_high
from typing import Final

from segue.midi.edits import ChunkEdit, Rank
from segue.midi.messages import CONTROL, NOTE_ON, PITCH_BEND, control, pitch_bend
from segue.midi.program_edits import Place
from segue.midi.smf import TrackChunk

__all__ = ["insert_resets", "resets_at"]

_MODULATION: Final = 1
_VOLUME: Final = 7
_EXPRESSION: Final = 11
_PEDALS: Final = (64, 66, 67)
_PEDAL_IS_DOWN: Final = 64
_BEND_CENTRE: Final = 0x2000


def insert_resets(edits: Sequence[ChunkEdit], ports: Sequence[int], tick: int) -> None:
    """Insert the resets at `tick` into the chunks that get new notes from there on."""
    done: set[Place] = set()
    for port, edit in zip(ports, edits, strict=True):
        for channel in sorted({note.channel for note in edit.added if note.onset >= tick}):
            place = Place(port, channel)
            if place in done:
                continue
            done.add(place)
            chunks = [e.chunk for e, p in zip(edits, ports, strict=True) if p == port]
            for message in resets_at(chunks, channel, tick):
                edit.insert(message, tick=tick, rank=Rank.RESET)


def resets_at(chunks: Sequence[TrackChunk], channel: int, tick: int) -> list[bytes]:
    """The messages that put a channel to rest at `tick`; `chunks` are those of its port."""
    return list(_resets(_messages_before(chunks, channel, tick), channel))


def _messages_before(
    chunks: Sequence[TrackChunk], channel: int, tick: int
) -> list[tuple[int, bytes]]:
    """(tick, message) on a channel before `tick`, in the order of time."""
    found = [
        (at, message)
        for chunk in chunks
        for at, message in zip(chunk.ticks, chunk.messages, strict=True)
        if at < tick and message[0] & 0x0F == channel and message[0] < 0xF0
    ]
    found.sort(key=lambda event: event[0])
    return found


def _resets(events: Sequence[tuple[int, bytes]], channel: int) -> Iterator[bytes]:
    values: dict[int, int] = {}
    bend = _BEND_CENTRE
    heard: dict[int, list[int]] = {_VOLUME: [], _EXPRESSION: []}
    for _, message in events:
        kind = message[0] & 0xF0
        if kind == CONTROL:
            values[message[1]] = message[2]
        elif kind == PITCH_BEND:
            bend = message[2] << 7 | message[1]
        elif kind == NOTE_ON and message[2]:
            for controller, levels in heard.items():
                if controller in values:
                    levels.append(values[controller])
    for pedal in _PEDALS:
        if values.get(pedal, 0) >= _PEDAL_IS_DOWN:
            yield control(channel, pedal, 0)
    if values.get(_MODULATION, 0):
        yield control(channel, _MODULATION, 0)
    if bend != _BEND_CENTRE:
        yield pitch_bend(channel, _BEND_CENTRE)
    for controller, levels in heard.items():
        usual = median_high(levels) if levels else 0
        if values.get(controller, 127) * 2 < usual:
            yield control(channel, controller, usual)
