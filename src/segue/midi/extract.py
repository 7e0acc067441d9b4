"""Some tracks of a musician's file alone, with all that is not a note of the others."""

from collections.abc import Collection

from segue.errors import InputError
from segue.midi.document import MidiDocument
from segue.midi.reader import read_smf
from segue.midi.smf import OtherChunk, TrackChunk, write_smf
from segue.score import Notes

__all__ = ["only_tracks"]


def only_tracks(document: MidiDocument, tracks: Collection[int]) -> bytes:
    """The file with the notes of these tracks only, by their index in `document.score`.

    Chunks that played only other tracks are left out, but for the first: tempo, metre and markers
    are there.

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
    silenced = score.with_tracks(
        [
            track if index in tracks else track.with_notes(Notes.empty())
            for index, track in enumerate(score.tracks)
        ]
    )
    kept = {document.origins[index].chunk for index in tracks} | {0}
    others = {origin.chunk for origin in document.origins} - kept
    smf, _ = read_smf(document.updated(silenced), source=document.source)
    chunks: list[TrackChunk | OtherChunk] = []
    number = 0
    for chunk in smf.chunks:
        if isinstance(chunk, TrackChunk):
            number += 1
            if number - 1 in others:
                continue
        chunks.append(chunk)
    return write_smf(
        type(smf)(
            format=smf.format,
            division=smf.division,
            header_extra=smf.header_extra,
            chunks=tuple(chunks),
        )
    )
