"""One pass over a track chunk: its notes with the indices of their messages, and where the rest is.

First in, first out: a note-off ends the oldest of several notes that sound on one key, as in DAWs
and symusic. A note-on with velocity 0 is a note-off. "All notes off" and its relatives end all
that sounds on their channel.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from segue.midi.messages import CONTROL, DEVICE, META, NOTE_ON, PORT, PROGRAM, SYSEX
from segue.midi.smf import TrackChunk, meta_payload

__all__ = ["NO_END", "NO_PROGRAM", "TrackContents", "is_note_off", "number_ports", "scan"]

NO_END: Final = -1
"""Stands for the note-off of a note that has none."""
NO_PROGRAM: Final = -1
"""Stands for the program of a channel that its track has not chosen yet."""

_NOT_A_NOTE: Final = NOTE_ON + 0x10
_BANK: Final = 0
_ENDS_ALL: Final = frozenset((120, 123, 124, 125, 126, 127))
"""All sound off, all notes off, and the four modes, which silence a channel as well."""


@dataclass(slots=True)
class TrackContents:
    """What a track chunk holds.

    The columns `on` to `program` are of equal length, in the order of the note-ons; the other lists
    are indices among the chunk's messages.
    """

    on: list[int] = field(default_factory=list)
    """Index of each note's note-on."""
    off: list[int] = field(default_factory=list)
    """Index of the message that ends each note, or NO_END; see `is_note_off`."""
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
    banks: list[int] = field(default_factory=list)
    """Bank selections, the coarse half."""
    silences: list[int] = field(default_factory=list)
    """Controllers that end all notes of a channel."""
    sysex: list[int] = field(default_factory=list)
    """System exclusive messages."""
    metas: list[int] = field(default_factory=list)
    """Meta messages, the end of track among them."""
    asked_port: int | None = None
    """The number of the MIDI port that the chunk asks for."""
    device: bytes = b""
    """The name of the device that the chunk asks for."""
    port: int = 0
    """The number by which the chunk's port is known here; see `number_ports`."""


def is_note_off(message: bytes) -> bool:
    """Whether a message that ends notes ends only one note."""
    return message[0] < _NOT_A_NOTE


def scan(track: TrackChunk) -> TrackContents:
    """Find the notes, program changes and meta messages of a track chunk."""
    found = TrackContents()
    sounding: list[defaultdict[int, deque[int]]] = [defaultdict(deque) for _ in range(16)]
    programs = [NO_PROGRAM] * 16
    for index, message in enumerate(track.messages):
        status = message[0]
        if status < _NOT_A_NOTE:
            channel, pitch = status & 0x0F, message[1]
            waiting = sounding[channel][pitch]
            if status >= NOTE_ON and message[2]:
                waiting.append(len(found.on))
                found.on.append(index)
                found.off.append(NO_END)
                found.channel.append(channel)
                found.pitch.append(pitch)
                found.velocity.append(message[2])
                found.program.append(programs[channel])
            elif waiting:
                found.off[waiting.popleft()] = index
            else:
                found.strays.append(index)
        elif status & 0xF0 == PROGRAM:
            programs[status & 0x0F] = message[1]
            found.program_changes.append(index)
        elif status & 0xF0 == CONTROL:
            if message[1] == _BANK:
                found.banks.append(index)
            elif message[1] in _ENDS_ALL:
                _silence(found, sounding[status & 0x0F], index)
        elif status == META:
            found.metas.append(index)
        elif status == SYSEX:
            found.sysex.append(index)
    port = _first(track, found.metas, PORT)
    found.asked_port = port[0] if port else None
    found.device = _first(track, found.metas, DEVICE)
    return found


def _silence(found: TrackContents, sounding: dict[int, deque[int]], index: int) -> None:
    """End all notes that sound on a channel, and forget them: files may silence without number."""
    for waiting in sounding.values():
        for note in waiting:
            found.off[note] = index
    sounding.clear()
    found.silences.append(index)


def _first(track: TrackChunk, metas: list[int], kind: int) -> bytes:
    """What the first meta message of a kind that holds anything carries."""
    head = bytes((META, kind))
    payloads = (
        meta_payload(track.messages[i]) for i in metas if track.messages[i].startswith(head)
    )
    return next((payload for payload in payloads if payload), b"")


def number_ports(contents: Sequence[TrackContents]) -> None:
    """Give each chunk the number of its port, `TrackContents.port`.

    A chunk names its port by a number, by a device's name, or by both. Different names are
    different ports, also under one number; a chunk that names nothing is on port 0, and so is the
    first device that has no number.
    """
    reserved = {found.asked_port for found in contents if found.asked_port is not None}
    owners: dict[int, bytes] = {}
    numbers: dict[tuple[int | None, bytes], int] = {}
    by_name: dict[bytes, int] = {}

    def claim(device: bytes, number: int) -> int:
        if owners.setdefault(number, device) != device:
            number = next(n for n in count(1) if n not in reserved and n not in owners)
            owners[number] = device
        by_name.setdefault(device, number)
        return number

    asked = dict.fromkeys((found.asked_port, found.device) for found in contents)
    for number, device in sorted(asked, key=lambda key: key[0] is None):  # numbers come first
        if not device:
            numbers[number, device] = number or 0
        elif number is not None:
            numbers[number, device] = claim(device, number)
        else:
            numbers[number, device] = by_name[device] if device in by_name else claim(device, 0)
    for found in contents:
        found.port = numbers[found.asked_port, found.device]
