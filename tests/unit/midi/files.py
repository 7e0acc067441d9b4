"""Small MIDI files by hand: hexadecimal bytes in, so that each test shows what it is about."""

from segue.midi import MidiDocument, read_document
from tests.strategies import Event, encode_smf

END = "ff2f00"


def track(*messages: str | tuple[int, str]) -> list[Event]:
    """Events from hexadecimal messages; a pair has its tick, a bare message is at the last tick."""
    events: list[Event] = []
    tick = 0
    for message in messages:
        if not isinstance(message, str):
            tick, message = message
        events.append((tick, bytes.fromhex(message)))
    return events


def smf(*tracks: list[Event], format: int = 1, division: int = 96) -> bytes:
    """The bytes of a file; each track must bring its own end of track."""
    return encode_smf(tracks, format=format, division=division)


def chunk(body: str, *, length: int | None = None) -> bytes:
    """A track chunk from hexadecimal bytes, delta times included, with any length field."""
    content = bytes.fromhex(body)
    size = len(content) if length is None else length
    return b"MTrk" + size.to_bytes(4, "big") + content


def header(*, format: int = 1, n_tracks: int = 1, division: int = 96) -> bytes:
    """A file header."""
    words = (format, n_tracks, division)
    return b"MThd\0\0\0\6" + b"".join(word.to_bytes(2, "big") for word in words)


def notes_of(document: MidiDocument) -> list[tuple[int, int, int, int]]:
    """(onset, duration, pitch, velocity) of all notes, track by track."""
    return [
        tuple(row)
        for played in document.score.tracks
        for row in zip(*(c.tolist() for c in played.notes.columns().values()), strict=True)
    ]


def read(*parts: bytes) -> MidiDocument:
    """The document of some bytes, called test.mid."""
    return read_document(b"".join(parts), source="test.mid")
