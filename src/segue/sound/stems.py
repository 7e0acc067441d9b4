"""The tracks of a piece by themselves, to be heard one by one."""

import re
from typing import Final

from segue.midi import MidiDocument
from segue.midi.extract import only_tracks
from segue.plain import plain
from segue.theory.gm import instrument_name

__all__ = ["stems_of"]

_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\s]+')
"""What a file's name cannot have on some system."""
_LONGEST: Final = 60


def stems_of(document: MidiDocument) -> dict[str, bytes]:
    """Each track that has notes as a MIDI file by itself, by a name such as "02 Bass".

    The names can be those of files on every system.
    """
    found = {}
    for index, track in enumerate(document.score.tracks):
        if len(track.notes):
            words = track.name or instrument_name(program=track.program, is_drum=track.is_drum)
            safe = _UNSAFE.sub(" ", plain(words)).strip(" .")[:_LONGEST]
            found[f"{index + 1:02} {safe}".strip()] = only_tracks(document, [index])
    return found
