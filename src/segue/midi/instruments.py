"""Other instruments and names for tracks of a musician's file; every other event stays.

A track of a score is what one chunk plays on one channel under one program. Its program changes are
rewritten in place; where it has none of its own, and only hears another chunk's or the default, one
is added before its first note. Other tracks that heard a changed program get the one that they
heard. Notes, bank selections and controllers keep their bytes.

A track that gets the program of another one in the same chunk and channel becomes one with it. A
name belongs to a chunk, or, where a chunk has several channels, to a channel: tracks that share one
share the name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from segue.errors import InputError
from segue.midi.channels import Place
from segue.midi.document import MidiDocument
from segue.midi.edits import ChunkEdit, Rank
from segue.midi.interpretation import ChunkNotes, Interpretation, Origin
from segue.midi.messages import (
    CHANNEL_PREFIX,
    INSTRUMENT_NAME,
    LAST_CHANNEL_STATUS,
    META,
    TRACK_NAME,
    meta,
    program_change,
)
from segue.midi.program_edits import restore_programs
from segue.midi.smf import TrackChunk, meta_payload, write_smf
from segue.units import N_PROGRAMS

__all__ = ["Voicing", "with_voicings"]

_PREFIX: Final = bytes((META, CHANNEL_PREFIX))


@dataclass(frozen=True)
class Voicing:
    """The new program and name of a track; None leaves what it is."""

    program: int | None = None
    """0..127; for drums the kit."""
    name: str | None = None


def with_voicings(document: MidiDocument, voicings: Mapping[int, Voicing]) -> bytes:
    """The file with some tracks, by their index in `document.score`, given programs and names.

    All at once: two tracks can exchange their programs.

    Raises:
        InputError: a track that is not there, or a program out of range.
    """
    for index, voicing in voicings.items():
        if not 0 <= index < len(document.origins):
            raise InputError(
                f"{document.source} has no track {index + 1}; it has {len(document.origins)}"
            )
        if voicing.program is not None and not 0 <= voicing.program < N_PROGRAMS:
            raise InputError(f"program must be 0..{N_PROGRAMS - 1}, got {voicing.program}")
    programs = {
        document.origins[index]: voicing.program
        for index, voicing in voicings.items()
        if voicing.program is not None and voicing.program != document.origins[index].program
    }
    music = document.interpretation
    chunks = [_rewritten(chunk, i, programs) for i, chunk in enumerate(document.smf.tracks)]
    music = replace(
        music,
        notes=tuple(_replayed(notes, i, programs) for i, notes in enumerate(music.notes)),
    )
    edits = [ChunkEdit(chunk) for chunk in chunks]
    ports = [contents.port for contents in music.contents]
    for place in sorted({Place(ports[o.chunk], o.channel) for o in programs}):
        restore_programs(music, edits, ports, place)
    for index, voicing in voicings.items():
        if voicing.name is not None:
            origin = document.origins[index]
            edit = edits[origin.chunk]
            edit.chunk = _renamed(edit, music, origin, voicing.name, document.smf.format == 0)
    return write_smf(document.smf.with_tracks([edit.applied() for edit in edits]))


def _rewritten(chunk: TrackChunk, index: int, programs: Mapping[Origin, int]) -> TrackChunk:
    """The chunk with its own program changes for these tracks rewritten."""
    mine = {(o.channel, o.program): new for o, new in programs.items() if o.chunk == index}
    if not mine:
        return chunk
    known = {
        program_change(channel, old): program_change(channel, new)
        for (channel, old), new in mine.items()
    }
    messages = [known.get(message, message) for message in chunk.messages]
    return TrackChunk(ticks=chunk.ticks, messages=messages)


def _replayed(notes: ChunkNotes, index: int, programs: Mapping[Origin, int]) -> ChunkNotes:
    """The notes of a chunk with the programs that they are to have."""
    program = notes.program.copy()
    for origin, new in programs.items():
        if origin.chunk == index:
            mine = (notes.channel == origin.channel) & (notes.program == origin.program)
            program = np.where(mine, new, program)
    return replace(notes, program=program)


def _renamed(
    edit: ChunkEdit, music: Interpretation, origin: Origin, name: str, is_type_0: bool
) -> TrackChunk:
    """The chunk with the track's name in the place where it is read from, or a new one."""
    chunk = edit.chunk
    metas = music.contents[origin.chunk].metas
    own = _channel_name(chunk, metas, origin.channel)
    alone = len(set(music.notes[origin.chunk].channel.tolist())) == 1
    if own is None and alone and not is_type_0:
        own = _first_name(chunk, metas)
        if own is None:
            edit.insert(
                meta(TRACK_NAME, music.texts.encoded(name)), tick=0, rank=Rank.RESET, before=0
            )
            return chunk
    if own is not None:
        messages = list(chunk.messages)
        messages[own] = meta(messages[own][1], music.texts.encoded(name))
        return TrackChunk(ticks=chunk.ticks, messages=messages)
    # Before a channel message, so that the prefix means no other name of the file.
    first = next(i for i, m in enumerate(chunk.messages) if m[0] <= LAST_CHANNEL_STATUS)
    for message in (
        meta(CHANNEL_PREFIX, bytes((origin.channel,))),
        meta(INSTRUMENT_NAME, music.texts.encoded(name)),
    ):
        edit.insert(message, tick=chunk.ticks[first], rank=Rank.META, before=first)
    return chunk


def _channel_name(chunk: TrackChunk, metas: list[int], channel: int) -> int | None:
    """The index of the name that a channel prefix gives to this channel."""
    prefixed: int | None = None
    previous = -1
    for index in metas:
        message = chunk.messages[index]
        if index != previous + 1:
            prefixed = None
        previous = index
        if message.startswith(_PREFIX):
            prefixed = next(iter(meta_payload(message)), None)
        elif message[1] in (TRACK_NAME, INSTRUMENT_NAME) and prefixed == channel:
            return index
    return None


def _first_name(chunk: TrackChunk, metas: list[int]) -> int | None:
    """The index of the chunk's own track name."""
    prefixed = False
    previous = -1
    for index in metas:
        message = chunk.messages[index]
        if index != previous + 1:
            prefixed = False
        previous = index
        if message.startswith(_PREFIX):
            prefixed = bool(meta_payload(message))
        elif message[1] == TRACK_NAME and not prefixed and meta_payload(message).strip():
            return index
    return None
