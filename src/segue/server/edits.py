"""An edit as a new file: of some tracks, or of the piece as a whole (`reshaping`)."""

from dataclasses import replace

from segue.errors import InputError
from segue.harmony.retyping import cleared, moved, typed
from segue.midi import MidiDocument, read_document
from segue.midi.instruments import Voicing, with_voicings
from segue.midi.interpretation import MAX_DURATION_S
from segue.midi.smf import write_smf
from segue.score import Score, Track
from segue.server.reshaping import VersionOf, reshaped
from segue.server.schemas.nodes import ChordsEdit, EditRequest
from segue.server.wire import notes_from

__all__ = ["edited"]


def edited(document: MidiDocument, edit: EditRequest, version: VersionOf) -> bytes:
    """The piece after an edit; everything that the edit does not name is untouched.

    Args:
        document: the piece.
        edit: what changes.
        version: the piece of another node, of which bars may be put in.

    Raises:
        InputError: a track or bars that are not there, or notes that a MIDI file cannot hold.
    """
    updated = _with_tracks(document, edit)
    if edit.chords is not None:
        updated = _with_chords(read_document(updated, source=document.source), edit.chords)
    if all(part is None for part in (edit.time, edit.key, edit.bars, edit.order)):
        return updated
    whole = read_document(updated, source=document.source)
    return write_smf(reshaped(whole, edit, version).smf)


def _with_tracks(document: MidiDocument, edit: EditRequest) -> bytes:
    score = document.score
    tracks = list(score.tracks)
    voicings: dict[int, Voicing] = {}
    for change in edit.tracks:
        if change.index >= len(score.tracks):
            raise InputError(
                f"there is no track {change.index + 1}; the piece has {len(score.tracks)}"
            )
        if change.notes is not None:
            tracks[change.index] = tracks[change.index].with_notes(notes_from(change.notes))
        if change.program is not None or change.name is not None:
            voicings[change.index] = Voicing(program=change.program, name=change.name)
    tracks += [
        Track(
            name=new.name,
            program=new.program,
            is_drum=new.is_drum,
            notes=notes_from(new.notes),
        )
        for new in edit.new_tracks
    ]
    changed = replace(score, tracks=tuple(tracks))
    _require_sane_length(changed)
    updated = document.updated(changed)
    if not voicings:
        return updated
    # Notes first, while the tracks are still those of the request; then their instruments.
    after = read_document(updated, source=document.source)
    places = {origin: index for index, origin in enumerate(after.origins)}
    kept = {
        places[document.origins[index]]: voicing
        for index, voicing in voicings.items()
        if document.origins[index] in places  # a file has no tracks without notes
    }
    return with_voicings(after, kept)


def _with_chords(document: MidiDocument, edit: ChordsEdit) -> bytes:
    if edit.clear:
        return cleared(document)
    if edit.transpose is not None:
        return moved(document, edit.transpose)
    if edit.text is None:
        raise InputError("chords: say which, as text, or transpose or clear them")
    return typed(document, edit.text, first=edit.first)


def _require_sane_length(score: Score) -> None:
    if score.duration_s > MAX_DURATION_S:
        raise InputError(
            f"the piece would last {score.duration_s / 3600:.1f} hours, longer than the "
            f"{MAX_DURATION_S / 3600:.0f} that are taken for music; check the onsets and lengths"
        )
