"""The names in a MIDI file: of the piece, of its tracks, of the channels of a type 0 file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from segue.midi.messages import CHANNEL_PREFIX, DEVICE, INSTRUMENT_NAME, TEXT, TRACK_NAME
from segue.midi.scan import TrackContents
from segue.midi.smf import TrackChunk, meta_payload
from segue.midi.texts import Texts

__all__ = ["ChunkNames", "read_names", "texts_of"]

_MAX_TEXTS: Final = 2000
"""How many texts are enough to see how all are encoded."""


@dataclass(slots=True)
class ChunkNames:
    """The names that a track chunk holds; empty where it holds none."""

    track: str = ""
    """The track name: that of the piece in the first chunk of many files."""
    instrument: str = ""
    """The instrument name."""
    channels: dict[int, str] = field(default_factory=dict)
    """Names that a channel prefix gives to a single channel."""


def texts_of(tracks: Sequence[TrackChunk], contents: Sequence[TrackContents]) -> Texts:
    """How the texts of a file are encoded."""
    kinds = range(TEXT, DEVICE + 1)
    found = (
        meta_payload(track.messages[index])
        for track, content in zip(tracks, contents, strict=True)
        for index in content.metas
        if track.messages[index][1] in kinds
    )
    return Texts.of(islice(found, _MAX_TEXTS))


def read_names(track: TrackChunk, contents: TrackContents, texts: Texts) -> ChunkNames:
    """Find the names in a track chunk; the first of several of a kind counts."""
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
            name = texts.decoded(meta_payload(message))
            if channel is not None:
                names.channels.setdefault(channel, name)
            elif message[1] == TRACK_NAME:
                names.track = names.track or name
            else:
                names.instrument = names.instrument or name
    return names
