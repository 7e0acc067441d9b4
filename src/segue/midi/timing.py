"""Another tempo, metre or key signature for some bars of a file; all else in it stays.

What was set in these bars goes, and after them what was to hold there holds again. Notes stay at
their ticks: another metre only draws the bar lines elsewhere.
"""

from segue.midi.document import MidiDocument
from segue.midi.edits import ChunkEdit, Rank
from segue.midi.messages import (
    END_OF_TRACK,
    KEY_SIGNATURE,
    META,
    SET_TEMPO,
    TIME_SIGNATURE,
    meta,
    set_tempo,
    time_signature,
)
from segue.midi.smf import TrackChunk, write_smf

__all__ = ["with_key", "with_metre", "with_tempo"]


def with_tempo(document: MidiDocument, start: int, end: int | None, us_per_quarter: int) -> bytes:
    """The file with one tempo in the ticks [start, end); None: to its end."""
    after = None if end is None else set_tempo(document.score.tempo_map.us_at(end))
    return _with_meta(document, SET_TEMPO, start, end, set_tempo(us_per_quarter), after)


def with_metre(
    document: MidiDocument, start: int, end: int | None, metre: tuple[int, int]
) -> bytes:
    """The file with one metre in the ticks [start, end), both bar lines; None: to its end."""
    after = None if end is None else time_signature(*document.score.metre_map.metre_at(end))
    return _with_meta(document, TIME_SIGNATURE, start, end, time_signature(*metre), after)


def with_key(document: MidiDocument, sharps: int, *, is_minor: bool) -> bytes:
    """The file with one key signature, from its beginning on; flats are sharps below 0."""
    payload = sharps.to_bytes(1, signed=True) + bytes((is_minor,))
    return _with_meta(document, KEY_SIGNATURE, 0, None, meta(KEY_SIGNATURE, payload), None)


def _with_meta(
    document: MidiDocument,
    kind: int,
    start: int,
    end: int | None,
    message: bytes,
    after: bytes | None,
) -> bytes:
    """Put a meta message in the place of all of its kind in some ticks, and one at their end."""
    tracks = document.smf.tracks or (TrackChunk(ticks=[0], messages=[END_OF_TRACK]),)
    edits = [ChunkEdit(chunk) for chunk in tracks]
    is_set_at_end = False
    for edit in edits:
        for index, (tick, own) in enumerate(
            zip(edit.chunk.ticks, edit.chunk.messages, strict=True)
        ):
            if own[0] != META or own[1] != kind:
                continue
            is_set_at_end |= tick == end
            if tick >= start and (end is None or tick < end):
                edit.removed.add(index)
    edits[0].insert(message, tick=start, rank=Rank.META)
    if (
        end is not None
        and after is not None
        and not is_set_at_end
        and end < document.score.end_tick
    ):
        edits[0].insert(after, tick=end, rank=Rank.META)
    return write_smf(document.smf.with_tracks([edit.applied() for edit in edits]))
