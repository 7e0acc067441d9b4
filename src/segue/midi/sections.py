"""The sections of a piece: where each begins, and its name, as markers of its file.

DAWs show markers above the bars. Those of all tracks are read, and new ones written into the first
track; one that stands there already is not written again.
"""

from collections.abc import Sequence

from segue.midi.edits import ChunkEdit, Rank
from segue.midi.interpretation import Interpretation
from segue.midi.messages import MARKER, META, meta
from segue.midi.smf import Smf, meta_payload

__all__ = ["SectionMark", "insert_sections", "sections_of"]

SectionMark = tuple[int, str]
"""A tick, and a name."""


def sections_of(smf: Smf, music: Interpretation) -> list[SectionMark]:
    """The markers of a file by their ticks; those without words are left out."""
    found = {
        (track.ticks[index], music.texts.decoded(meta_payload(track.messages[index])))
        for track, contents in zip(smf.tracks, music.contents, strict=True)
        for index in contents.metas
        if track.messages[index][:2] == bytes((META, MARKER))
    }
    return sorted((tick, name) for tick, name in found if name)


def insert_sections(
    edits: Sequence[ChunkEdit], music: Interpretation, sections: Sequence[SectionMark]
) -> None:
    """Add sections to the first track, in the encoding of the file's texts."""
    for tick, name in sections:
        message = meta(MARKER, music.texts.encoded(name))
        known = any(
            edit.chunk.ticks[index] == tick
            for edit in edits
            for index, own in enumerate(edit.chunk.messages)
            if own == message
        )
        if not known:
            edits[0].insert(message, tick=tick, rank=Rank.META)
