"""Tracks that a file does not have yet: a chunk and a channel for each.

A new melodic track gets a channel that nothing in the file uses; when a port's fifteen are taken, a
channel of the next port. A drum track shares the drum channel. In a type 0 file the one chunk takes
the track in, as long as it has a free channel; else the file becomes type 1.
"""

from collections.abc import Iterator, Sequence

from segue.errors import InputError
from segue.midi.edits import AddedNote, ChunkEdit, Rank
from segue.midi.interpretation import Interpretation
from segue.midi.messages import (
    CHANNEL_PREFIX,
    END_OF_TRACK,
    INSTRUMENT_NAME,
    LAST_CHANNEL_STATUS,
    PORT,
    TRACK_NAME,
    meta,
    program_change,
)
from segue.midi.program_edits import Place
from segue.midi.smf import Smf, TrackChunk
from segue.score import Notes, Track
from segue.units import DRUM_CHANNEL, N_CHANNELS

__all__ = ["MAX_PORTS", "NewTracks", "added_notes"]

MAX_PORTS = 128
"""A port is one data byte."""


class NewTracks:
    """Gives new tracks their places; afterwards `edits`, `ports` and `fresh` describe the file."""

    def __init__(self, smf: Smf, music: Interpretation) -> None:
        """Begin with the file's own chunks."""
        self.edits = [ChunkEdit(chunk) for chunk in smf.tracks]
        self.ports = [contents.port for contents in music.contents]
        self.format = smf.format
        self.fresh: set[Place] = set()
        used = {
            Place(port, message[0] & 0x0F)
            for port, chunk in zip(self.ports, smf.tracks, strict=True)
            for message in chunk.messages
            if message[0] <= LAST_CHANNEL_STATUS
        }
        self._free = self._free_places(used)

    def add(self, track: Track) -> None:
        """Place a track and its notes."""
        place = self._place(track)
        if self.format == 0 and place.port == self.ports[0]:
            edit = self.edits[0]
            if track.name and not track.is_drum:
                for message in (
                    meta(CHANNEL_PREFIX, bytes((place.channel,))),
                    meta(INSTRUMENT_NAME, track.name.encode()),
                    program_change(place.channel, track.program),  # ends the prefix's validity
                ):
                    edit.insert(message, tick=0, rank=Rank.META)
        else:
            self.format = 1
            edit = ChunkEdit(_empty_chunk(track.name, place.port))
            self.edits.append(edit)
            self.ports.append(place.port)
        edit.added += added_notes(track.notes, place.channel, track.program)

    def _place(self, track: Track) -> Place:
        if track.is_drum:
            return Place(self.ports[0], DRUM_CHANNEL)
        place = next(self._free, None)
        if place is None:
            raise InputError(
                f"no MIDI channel is left for track {track.name!r}: a file has room for "
                f"{MAX_PORTS * (N_CHANNELS - 1)} melodic tracks"
            )
        self.fresh.add(place)
        return place

    def _free_places(self, used: set[Place]) -> Iterator[Place]:
        """The melodic channels that nothing uses, those of the first chunk's port first."""
        first = self.ports[0]
        for port in (first, *(port for port in range(MAX_PORTS) if port != first)):
            for channel in range(N_CHANNELS):
                if channel != DRUM_CHANNEL and Place(port, channel) not in used:
                    yield Place(port, channel)


def added_notes(notes: Notes, channel: int, program: int) -> Sequence[AddedNote]:
    """Notes of a score as additions to a chunk."""
    columns = (notes.onset, notes.offset, notes.pitch, notes.velocity)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        AddedNote(onset, program, offset, pitch, velocity, channel)
        for onset, offset, pitch, velocity in rows
    ]


def _empty_chunk(name: str, port: int) -> TrackChunk:
    messages = [meta(TRACK_NAME, name.encode())] if name else []
    if port:
        messages.append(meta(PORT, bytes((port,))))
    messages.append(END_OF_TRACK)
    return TrackChunk(ticks=[0] * len(messages), messages=messages)
