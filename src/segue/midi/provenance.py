"""Where a take came from, written into its file: one event, and never where players show lyrics.

It is a text event at the start of the first track. In a file with lyrics, where players show text
events too, it is a sequencer-specific event, with the number that belongs to no manufacturer. What
Segue wrote into a file before is replaced.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from segue.midi.edits import ChunkEdit, Rank
from segue.midi.messages import LYRIC, META, SEQUENCER, TEXT, meta
from segue.midi.smf import Smf, meta_payload

__all__ = ["PROVENANCE_MARK", "insert_provenance", "is_provenance", "provenance_of"]

PROVENANCE_MARK: Final = "segue "
"""The beginning of the event that holds the provenance, as JSON."""

_OURS: Final = f"{PROVENANCE_MARK}{{".encode()
_NO_MANUFACTURER: Final = b"\x7d"
_KARAOKE: Final = (b"@K", b"@L", b"@T", b"@V", b"@I", b"\\", b"/")
"""How text events begin in karaoke files: their header, a new page, a new line."""


def is_provenance(message: bytes) -> bool:
    """Whether a meta message is what Segue wrote about where a take came from."""
    if message[1] not in (TEXT, LYRIC, SEQUENCER):
        return False
    return meta_payload(message).removeprefix(_NO_MANUFACTURER).startswith(_OURS)


def insert_provenance(edits: Sequence[ChunkEdit], text: str) -> None:
    """Add the text to the first track, and remove what stood there of this kind."""
    has_lyrics = False
    for edit in edits:
        for index, message in enumerate(edit.chunk.messages):
            if message[0] == META and message[1] in (TEXT, LYRIC, SEQUENCER):
                payload = meta_payload(message)
                if is_provenance(message):
                    edit.removed.add(index)
                elif message[1] != SEQUENCER:
                    has_lyrics |= message[1] == LYRIC or payload.startswith(_KARAOKE)
    if has_lyrics:
        message = meta(SEQUENCER, _NO_MANUFACTURER + text.encode())
    else:
        message = meta(TEXT, text.encode())
    edits[0].insert(message, tick=0, rank=Rank.META)


def provenance_of(smf: Smf) -> dict[str, Any] | None:
    """What Segue wrote into a file about where it came from; None if nothing can be read of it."""
    for chunk in smf.tracks:
        for message in chunk.messages:
            if message[0] != META or message[1] not in (TEXT, SEQUENCER):
                continue
            payload = meta_payload(message).removeprefix(_NO_MANUFACTURER)
            if payload.startswith(_OURS):
                with suppress(ValueError, RecursionError):
                    found = json.loads(payload[len(PROVENANCE_MARK) :])
                    return found if isinstance(found, dict) else None
    return None
