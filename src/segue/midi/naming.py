"""The names in a MIDI file: of the piece, of its tracks, of the channels of a type 0 file."""

from dataclasses import dataclass, field

from segue.midi.messages import CHANNEL_PREFIX, INSTRUMENT_NAME, TRACK_NAME
from segue.midi.scan import TrackContents
from segue.midi.smf import TrackChunk, meta_payload

__all__ = ["ChunkNames", "read_names"]


@dataclass(slots=True)
class ChunkNames:
    """The names that a track chunk holds; empty where it holds none."""

    track: str = ""
    """The track name: that of the piece in the first chunk of many files."""
    instrument: str = ""
    """The instrument name."""
    channels: dict[int, str] = field(default_factory=dict)
    """Names that a channel prefix gives to a single channel."""


def read_names(track: TrackChunk, contents: TrackContents) -> ChunkNames:
    """Find the names in a track chunk; of several of a kind, the first holds."""
    names = ChunkNames()
    channel: int | None = None
    previous = -1
    for index in contents.metas:
        message = track.messages[index]
        if index != previous + 1:  # any other message ends the validity of a channel prefix
            channel = None
        previous = index
        if message[1] == CHANNEL_PREFIX:
            channel = next(iter(meta_payload(message)), None)
        elif message[1] in (TRACK_NAME, INSTRUMENT_NAME):
            name = _decoded(meta_payload(message))
            if channel is not None:
                names.channels.setdefault(channel, name)
            elif message[1] == TRACK_NAME:
                names.track = names.track or name
            else:
                names.instrument = names.instrument or name
    return names


def _decoded(text: bytes) -> str:
    """Text of a file: UTF-8 if it is that, else Latin-1, which has a character for every byte."""
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        decoded = text.decode("latin-1")
    return decoded.strip(" \t\r\n\0")
