"""The names in a MIDI file: of the piece, of its tracks, of the channels of a type 0 file."""

from segue.midi.messages import CHANNEL_PREFIX, INSTRUMENT_NAME, META, TRACK_NAME
from segue.midi.scan import TrackContents
from segue.midi.smf import Smf, TrackChunk, meta_payload

__all__ = ["channel_names", "title"]


def channel_names(smf: Smf, chunk: int, contents: TrackContents) -> dict[int, str]:
    """The name of each of the 16 channels of a track chunk; empty where none is given.

    That is the name of the chunk, unless a channel prefix gives the channel a name of its own. The
    only chunk of a type 0 file bears the title of the piece instead.
    """
    track = smf.tracks[chunk]
    metas = [(index, track.messages[index]) for index in contents.metas]
    own = "" if smf.format == 0 else _first_name(track, contents)
    names: dict[int, str] = {}
    prefix: int | None = None
    previous = -1
    for index, message in metas:
        if index != previous + 1:  # any other message ends the validity of a channel prefix
            prefix = None
        previous = index
        if message[1] == CHANNEL_PREFIX and meta_payload(message):
            prefix = meta_payload(message)[0]
        elif prefix is not None and message[1] in (TRACK_NAME, INSTRUMENT_NAME):
            names.setdefault(prefix, _decoded(meta_payload(message)))
    return {channel: names.get(channel, own) for channel in range(16)}


def title(smf: Smf, contents: list[TrackContents]) -> str:
    """The name of the first chunk where it is that of the piece: in type 0, or without notes."""
    if not contents or (smf.format != 0 and contents[0].on):
        return ""
    return _first_name(smf.tracks[0], contents[0])


def _first_name(track: TrackChunk, contents: TrackContents) -> str:
    for kind in (TRACK_NAME, INSTRUMENT_NAME):
        head = bytes((META, kind))
        for index in contents.metas:
            if track.messages[index].startswith(head):
                return _decoded(meta_payload(track.messages[index]))
    return ""


def _decoded(text: bytes) -> str:
    """Text of a file: UTF-8 if it is that, else Latin-1, which has a character for every byte."""
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        decoded = text.decode("latin-1")
    return decoded.strip(" \t\r\n\0")
