"""Tracks that a file does not have yet: a chunk and a channel for each.

`channels` chooses the channel. In a type 0 file the track goes into the only chunk, as long as its
port has a free channel; otherwise the file becomes type 1. In a file that has as many chunks as can
be read, the track goes into one of them.
"""

from collections.abc import Mapping, Sequence

from segue.midi.channels import Place, Places
from segue.midi.edits import AddedNote, ChunkEdit, Rank
from segue.midi.interpretation import Interpretation
from segue.midi.messages import (
    CHANNEL_PREFIX,
    DEVICE,
    END_OF_TRACK,
    INSTRUMENT_NAME,
    PORT,
    TRACK_NAME,
    meta,
    program_change,
)
from segue.midi.reader import MAX_CHUNKS
from segue.midi.setups import Settings, settings_of, setup_of
from segue.midi.smf import Smf, TrackChunk
from segue.score import Notes, Track

__all__ = ["NewTracks", "added_notes"]


class NewTracks:
    """Gives new tracks their places; afterwards `edits`, `ports` and `fresh` describe the file."""

    def __init__(self, smf: Smf, music: Interpretation) -> None:
        """Begin with the file's own chunks."""
        self.edits = [ChunkEdit(chunk) for chunk in smf.tracks]
        self.ports = list(music.channels.ports)
        self.format = smf.format
        self.fresh: set[Place] = set()
        self._music = music
        self._settings: Mapping[Place, Settings] | None = None
        self._places = Places(music.channels)
        self._n_others = len(smf.chunks) - len(smf.tracks)

    def add(self, track: Track) -> None:
        """Place a track and its notes; it sounds as the file's part of its program did before.

        Raises:
            InputError: there is no channel left.
        """
        place = self._places.take(track)
        name = self._music.texts.encoded(track.name)
        index = self._host(place.port)
        if index is None:
            self.format = 1
            port_names = _port_names(self._music, place.port)
            self.edits.append(ChunkEdit(_empty_chunk(name, port_names)))
            self.ports.append(place.port)
            index = len(self.edits) - 1
        elif track.name and not track.is_drum:
            for message in (
                meta(CHANNEL_PREFIX, bytes((place.channel,))),
                meta(INSTRUMENT_NAME, name),
                program_change(place.channel, track.program),  # ends the prefix's validity
            ):
                self.edits[index].insert(message, tick=0, rank=Rank.META)
        edit = self.edits[index]
        if not track.is_drum:
            self.fresh.add(place)
            if self._settings is None:  # read once, however many tracks are new
                self._settings = settings_of(self._music.channels.controllers())
            for message in setup_of(self._music, self._settings, track, place.channel):
                edit.insert(message, tick=int(track.notes.onset[0]), rank=Rank.RESET)
        edit.added += added_notes(track.notes, place.channel, track.program)

    def _host(self, port: int) -> int | None:
        """The chunk that takes a new track on a port in; None if it gets a chunk of its own."""
        if self.format == 0:
            return 0 if port == self.ports[0] else None
        if len(self.edits) + self._n_others < MAX_CHUNKS:
            return None
        return self.ports.index(port) if port in self.ports else None


def added_notes(notes: Notes, channel: int, program: int) -> Sequence[AddedNote]:
    """Notes of a score as additions to a chunk."""
    columns = (notes.onset, notes.offset, notes.pitch, notes.velocity)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        AddedNote(onset, program, offset, pitch, velocity, channel)
        for onset, offset, pitch, velocity in rows
    ]


def _port_names(music: Interpretation, port: int) -> list[bytes]:
    """The meta messages by which a chunk asks for a port, as the file's own chunks do."""
    for found in music.contents:
        if found.port == port and (found.asked_port is not None or found.device):
            number = [] if found.asked_port is None else [meta(PORT, bytes((found.asked_port,)))]
            return number + ([meta(DEVICE, found.device)] if found.device else [])
    return [meta(PORT, bytes((port,)))] if port else []


def _empty_chunk(name: bytes, port_names: list[bytes]) -> TrackChunk:
    messages = [meta(TRACK_NAME, name)] if name else []
    messages += [*port_names, END_OF_TRACK]
    return TrackChunk(ticks=[0] * len(messages), messages=messages)
