"""A MIDI file with other notes and everything else as it was: what a musician is promised.

- Every message that is not part of a removed note stays, byte for byte, in its place and order; so
  do all unknown chunks. Notes that did not change are not touched.
- Only stray note-offs are left out, which end nothing and would end a new note too early.
- The messages of new notes are added; a program change where the channel does not have the track's
  program when a new note begins, and another one before the next note that needs the old program; a
  note-off for a note that had none, before something new would be taken for its end; and what the
  caller asks for (text, resets, expression, further tempo and metre events). An end of track moves
  as needed.
- What Segue itself wrote earlier about where a take came from is replaced.
- A file holds notes first in, first out, so one that lies wholly inside another on the same key of
  the same channel cannot be written. There the end of the new note moves (`fit.py`).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from segue.errors import InputError
from segue.midi.channels import ChannelEvent, Place
from segue.midi.edits import AddedNote, ChunkEdit, Rank
from segue.midi.expression import Expressed, expression
from segue.midi.fit import fit_notes
from segue.midi.interpretation import ChunkNotes, Interpretation, Origin, interpret
from segue.midi.messages import END_OF_TRACK, META, SET_TEMPO, set_tempo, time_signature
from segue.midi.mixes import insert_mixes
from segue.midi.new_tracks import NewTracks, added_notes
from segue.midi.program_edits import place_notes
from segue.midi.provenance import insert_provenance
from segue.midi.resets import insert_resets, resets
from segue.midi.resolution import resolution_of
from segue.midi.scan import NO_END, TrackContents, is_note_off
from segue.midi.sections import SectionMark, insert_sections
from segue.midi.smf import Smf, TrackChunk, write_smf
from segue.score import Notes, Score
from segue.score.columns import Int64Array

__all__ = ["sent_beside", "updated"]


def updated(
    smf: Smf,
    music: Interpretation,
    score: Score,
    *,
    text: str | None = None,
    reset_at: int | None = None,
    end_at: int = 0,
    expressed: tuple[int, int] | None = None,
    sections: Sequence[SectionMark] = (),
) -> bytes:
    """The bytes of `smf` with its notes replaced by those of `score`.

    See `MidiDocument.updated` for the arguments and errors.
    """
    _require_fitting(music, score)
    if not smf.tracks:  # a header alone: give it a chunk to write into
        smf = smf.with_tracks([TrackChunk(ticks=[0], messages=[END_OF_TRACK])])
        music = interpret(smf)
    plan = NewTracks(smf, music)
    known = len(music.origins)
    for origin, before, after in zip(
        music.origins, music.score.tracks, score.tracks[:known], strict=True
    ):
        if after.notes != before.notes:
            _exchange(plan.edits[origin.chunk], music.notes[origin.chunk], origin, after.notes)
    for track in score.tracks[known:]:
        if len(track.notes):
            plan.add(track)
    _insert_tempo_and_metre(smf, music.score, score, plan.edits[0])
    if text is not None:
        insert_provenance(plan.edits, text)
    insert_sections(plan.edits, music, sections)
    reset = sent_beside(music, score, reset_at=reset_at, end_at=end_at, expressed=expressed)
    insert_resets(plan.edits, plan.ports, reset)
    for edit in plan.edits:
        edit.end_at = end_at
    for index, edit in enumerate(plan.edits):
        if index < len(music.notes):
            fit_notes(edit, music.notes[index], music.contents[index])
        else:
            fit_notes(edit, None, TrackContents())
    setups = insert_mixes(music, plan.edits, plan.ports, reset, reset_at)
    place_notes(music, plan.edits, plan.ports, plan.fresh, setups)
    smf = _in_quarters(smf, music, plan.edits)
    return write_smf(smf.with_tracks([e.applied() for e in plan.edits], format=plan.format))


def sent_beside(
    music: Interpretation,
    score: Score,
    *,
    reset_at: int | None,
    end_at: int,
    expressed: tuple[int, int] | None,
) -> list[ChannelEvent]:
    """What is sent beside new notes: at a join, and where parts go on with their expression.

    See `MidiDocument.updated` for the arguments.
    """
    going: list[Expressed] = []
    if expressed is not None:
        going = expression(music, score, *expressed, is_appended=reset_at is not None)
    found = [event for each in going for event in each.events]
    if reset_at is not None:
        carried = {(each.place, each.item) for each in going}
        found += _resets(music, score, reset_at, end_at, carried)
    return sorted(found, key=lambda event: event.tick)


def _resets(
    music: Interpretation, score: Score, join: int, end: int, going: Collection[tuple[Place, int]]
) -> list[ChannelEvent]:
    """The messages at a join for the tracks of the file that play on in `score`."""
    last: dict[Place, int] = {}
    going_on = []
    for index, (place, track) in enumerate(zip(music.channels.tracks, score.tracks, strict=False)):
        new = track.notes.offset[track.notes.onset >= join]
        if len(new):
            going_on.append(index)
            last[place] = max(last.get(place, 0), int(new.max()))
    return resets(music, join, going_on, last=last, end=end, going=going)


def _in_quarters(smf: Smf, music: Interpretation, edits: Sequence[ChunkEdit]) -> Smf:
    """Convert a file that changes from SMPTE frames to ticks a quarter; its ticks stay.

    Few programs open files in SMPTE frames. Their tempo events have no meaning; they are replaced
    by the tempo at which the ticks last as long as before.
    """
    resolution = resolution_of(smf.division)
    is_changed = any(edit.removed or edit.insertions or edit.end_at for edit in edits)
    if resolution.fixed_us_per_quarter is None or not is_changed:
        return smf
    for edit, contents in zip(edits, music.contents, strict=False):
        metas = ((index, edit.chunk.messages[index]) for index in contents.metas)
        edit.removed.update(index for index, m in metas if m[:2] == bytes((META, SET_TEMPO)))
    edits[0].insert(set_tempo(resolution.fixed_us_per_quarter), tick=0, rank=Rank.META)
    return replace(smf, division=resolution.ticks_per_quarter)


def _require_fitting(music: Interpretation, score: Score) -> None:
    if score.ticks_per_quarter != music.score.ticks_per_quarter:
        raise InputError(
            f"the score has {score.ticks_per_quarter} ticks a quarter, the file "
            f"{music.score.ticks_per_quarter}; resample the score first"
        )
    if len(score.tracks) < len(music.origins):
        raise InputError(
            f"the score has {len(score.tracks)} tracks, the file {len(music.origins)}; "
            "to silence a track, give it no notes"
        )
    for index, (origin, track) in enumerate(zip(music.origins, score.tracks, strict=False)):
        is_drum = music.score.tracks[index].is_drum
        if (track.program, track.is_drum) != (origin.program, is_drum):
            raise InputError(
                f"track {index} {track.name!r} has program {track.program}, is_drum "
                f"{track.is_drum}, but the file {origin.program}, {is_drum}; "
                "add another instrument as a new track"
            )


def _exchange(edit: ChunkEdit, own: ChunkNotes, origin: Origin, wanted: Notes) -> None:
    """Mark the notes of one score track to remove, and add the new ones."""
    coming = Counter(added_notes(wanted, origin.channel, origin.program))
    is_its = (own.channel == origin.channel) & (own.program == origin.program) & own.in_score
    columns = (own.on, own.off, own.onset, own.onset + own.duration, own.pitch, own.velocity)
    rows = zip(*(column[is_its].tolist() for column in columns), strict=True)
    for on, off, onset, end, pitch, velocity in rows:
        note = AddedNote(onset, origin.program, end, pitch, velocity, origin.channel)
        if coming[note]:
            coming[note] -= 1
        else:
            edit.removed.add(on)
            if off != NO_END and is_note_off(edit.chunk.messages[off]):
                edit.removed.add(off)
    edit.added += coming.elements()


def _insert_tempo_and_metre(smf: Smf, before: Score, after: Score, edit: ChunkEdit) -> None:
    """Insert the tempo and metre events that `after` has and `before` has not."""
    if resolution_of(smf.division).fixed_us_per_quarter is None:
        known = set(_rows(before.tempo_map.columns()))
        for tick, us in _rows(after.tempo_map.columns()):
            if (tick, us) not in known:
                edit.insert(set_tempo(us), tick=tick, rank=Rank.META)
    known = set(_rows(before.metre_map.columns()))
    for tick, numerator, denominator in _rows(after.metre_map.columns()):
        if (tick, numerator, denominator) not in known:
            edit.insert(time_signature(numerator, denominator), tick=tick, rank=Rank.META)


def _rows(columns: Mapping[str, Int64Array]) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in columns.values()), strict=True))
