"""One pass over a track chunk: its notes with the indices of their messages, and where the rest is.

First in, first out: of several notes sounding on one key, a note-off ends the oldest, as DAWs and
symusic read it. A note-on with velocity 0 is a note-off.
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Final

from segue.midi.messages import META, NOTE_ON, PORT, PROGRAM
from segue.midi.smf import TrackChunk, meta_payload

__all__ = ["NO_END", "NO_PROGRAM", "TrackContents", "scan"]

NO_END: Final = -1
"""Stands for the note-off of a note that has none."""
NO_PROGRAM: Final = -1
"""Stands for the program of a channel that its track has not chosen yet."""

_NOT_A_NOTE: Final = NOTE_ON + 0x10


@dataclass(slots=True)
class TrackContents:
    """What a track chunk holds.

    The columns `on` to `program` are of equal length, in the order of the note-ons; the other lists
    are indices among the chunk's messages.
    """

    on: list[int] = field(default_factory=list)
    """Index of each note's note-on."""
    off: list[int] = field(default_factory=list)
    """Index of each note's note-off, or NO_END."""
    channel: list[int] = field(default_factory=list)
    """0..15."""
    pitch: list[int] = field(default_factory=list)
    """0..127."""
    velocity: list[int] = field(default_factory=list)
    """1..127."""
    program: list[int] = field(default_factory=list)
    """The program that this chunk has chosen for the channel by then, or NO_PROGRAM."""
    strays: list[int] = field(default_factory=list)
    """Note-offs that end nothing."""
    program_changes: list[int] = field(default_factory=list)
    """Program changes."""
    metas: list[int] = field(default_factory=list)
    """Meta messages, the end of track among them."""
    port: int = 0
    """The MIDI port that the chunk asks for; 0 if it asks for none."""


def scan(track: TrackChunk) -> TrackContents:
    """Find the notes, program changes and meta messages of a track chunk."""
    found = TrackContents()
    sounding: defaultdict[int, deque[int]] = defaultdict(deque)
    programs = [NO_PROGRAM] * 16
    for index, message in enumerate(track.messages):
        status = message[0]
        if status < _NOT_A_NOTE:
            channel, pitch = status & 0x0F, message[1]
            key = channel << 7 | pitch
            if status >= NOTE_ON and message[2]:
                sounding[key].append(len(found.on))
                found.on.append(index)
                found.off.append(NO_END)
                found.channel.append(channel)
                found.pitch.append(pitch)
                found.velocity.append(message[2])
                found.program.append(programs[channel])
            elif sounding[key]:
                found.off[sounding[key].popleft()] = index
            else:
                found.strays.append(index)
        elif status & 0xF0 == PROGRAM:
            programs[status & 0x0F] = message[1]
            found.program_changes.append(index)
        elif status == META:
            found.metas.append(index)
    found.port = _port(track, found.metas)
    return found


def _port(track: TrackChunk, metas: list[int]) -> int:
    head = bytes((META, PORT))
    payloads = (
        meta_payload(track.messages[i]) for i in metas if track.messages[i].startswith(head)
    )
    return next((payload[0] for payload in payloads if payload), 0)
