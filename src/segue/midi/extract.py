"""Some tracks of a musician's file, with everything else in it but the notes of the others."""

from collections.abc import Collection
from dataclasses import replace

from segue.errors import InputError
from segue.midi.channels import Place
from segue.midi.document import MidiDocument
from segue.midi.messages import LAST_CHANNEL_STATUS, SET_TEMPO, TIME_SIGNATURE
from segue.midi.reader import read_smf
from segue.midi.smf import TrackChunk, write_smf

__all__ = ["only_tracks"]


def only_tracks(document: MidiDocument, tracks: Collection[int]) -> bytes:
    """The file with the notes of these tracks only, by their index in `document.score`.

    A chunk that played only others is left out, if nothing in it is heard any more: it is not the
    first, sets no tempo or metre, and says nothing on a channel of the tracks that stay.

    Raises:
        InputError: a track that is not there, or none at all.
    """
    score = document.score
    bad = [track + 1 for track in tracks if not 0 <= track < len(score.tracks)]
    if bad or not tracks:
        raise InputError(
            f"{document.source} has no track {', '.join(map(str, bad)) or 'of no number'}; "
            f"it has tracks 1 to {len(score.tracks)}"
        )
    smf, _ = read_smf(document.updated(score.only(tracks)), source=document.source)
    left_out = _chunks_unheard(document, tracks)
    numbers = iter(range(len(smf.tracks)))
    kept = [
        chunk
        for chunk in smf.chunks
        if not (isinstance(chunk, TrackChunk) and next(numbers) in left_out)
    ]
    return write_smf(replace(smf, chunks=tuple(kept)))


def _chunks_unheard(document: MidiDocument, tracks: Collection[int]) -> set[int]:
    contents = document.interpretation.contents
    chosen = [document.origins[index] for index in tracks]
    heard = {Place(contents[origin.chunk].port, origin.channel) for origin in chosen}
    needed = {origin.chunk for origin in chosen} | {0}
    unheard = {origin.chunk for origin in document.origins} - needed
    for index in list(unheard):
        chunk = document.smf.tracks[index]
        channels = {m[0] & 0x0F for m in chunk.messages if m[0] <= LAST_CHANNEL_STATUS}
        places = {Place(contents[index].port, channel) for channel in channels}
        metas = {chunk.messages[meta][1] for meta in contents[index].metas}
        if places & heard or metas & {SET_TEMPO, TIME_SIGNATURE}:
            unheard.discard(index)
    return unheard
