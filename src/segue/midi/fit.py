"""New notes between the file's own, so that a reader finds exactly both.

A MIDI file pairs note-ons and note-offs of one key first in, first out. The file's notes are fixed;
a new note whose end would be taken for another's moves it: a note inside a longer one lasts as long
as that, a note around a shorter one ends with it. Where a controller ends all notes of a channel,
new ones end as well. Everything else keeps its end.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import NamedTuple

from segue.midi.edits import AddedNote, ChunkEdit, Rank
from segue.midi.interpretation import ChunkNotes
from segue.midi.messages import note_off
from segue.midi.scan import NO_END, TrackContents

__all__ = ["fit_notes"]


class _Key(NamedTuple):
    channel: int
    pitch: int


class _OwnNote(NamedTuple):
    """A note of the file that stays."""

    onset: int
    end: int
    has_end: bool


def fit_notes(edit: ChunkEdit, notes: ChunkNotes | None, contents: TrackContents) -> None:
    """Fit the added notes of a chunk among its own (`notes`, None for a new chunk).

    The file's unended notes are ended where needed, and its stray note-offs left out where they
    would end a new note.
    """
    if not edit.added and not edit.insertions and edit.end_at <= edit.chunk.end_tick:
        return
    own = _own_notes(edit, notes) if notes is not None else defaultdict(list)
    added: defaultdict[_Key, list[AddedNote]] = defaultdict(list)
    silences = _silences(edit, contents)
    for note in sorted(_silenced(note, silences[note.channel]) for note in edit.added):
        added[_Key(note.channel, note.pitch)].append(note)

    fitted: list[AddedNote] = []
    for key, new in added.items():
        own[key] = [_ended(note, new) for note in own[key]]
        fitted += _fitted(new, own[key])
    edit.added = fitted
    _end_unended(edit, own)
    _remove_strays(edit, contents.strays)


def _silences(edit: ChunkEdit, contents: TrackContents) -> defaultdict[int, list[int]]:
    """The ticks at which a controller ends all notes of a channel, by channel."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for index in contents.silences:
        found[edit.chunk.messages[index][0] & 0x0F].append(edit.chunk.ticks[index])
    return found


def _silenced(note: AddedNote, ticks: list[int]) -> AddedNote:
    following = bisect_right(ticks, note.onset)
    return note._replace(end=min([note.end, *ticks[following : following + 1]]))


def _own_notes(edit: ChunkEdit, notes: ChunkNotes) -> defaultdict[_Key, list[_OwnNote]]:
    """The notes of the file that stay, by key, in the order of their onsets."""
    own: defaultdict[_Key, list[_OwnNote]] = defaultdict(list)
    columns = (notes.on, notes.off, notes.onset, notes.end, notes.channel, notes.pitch)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for on, off, onset, end, channel, pitch in rows:
        if on not in edit.removed:
            own[_Key(channel, pitch)].append(_OwnNote(onset, end, off != NO_END))
    return own


def _ended(note: _OwnNote, new: list[AddedNote]) -> _OwnNote:
    """A note of the file; if it had no end, it ends where a new note on its key begins."""
    if note.has_end:
        return note
    following = bisect_left(new, note.onset, key=lambda added: added.onset)
    end = min(note.end, new[following].onset) if following < len(new) else note.end
    return note._replace(end=max(end, note.onset + 1))


def _fitted(new: list[AddedNote], own: list[_OwnNote]) -> list[AddedNote]:
    """The new notes of one key with ends that rise together with the onsets of all notes."""
    fitted: list[AddedNote] = []
    latest = 0
    for note in new:
        following = bisect_right(own, note.onset, key=lambda other: other.onset)
        end = max(note.end, latest)
        if following > 0:
            end = max(end, own[following - 1].end)
        if following < len(own):
            end = min(end, own[following].end)
        latest = end
        fitted.append(note._replace(end=end))
    return fitted


def _end_unended(edit: ChunkEdit, own: dict[_Key, list[_OwnNote]]) -> None:
    """Write the ends of notes that had none, if something new could be taken for them.

    Such a note lasts to the end of track; if that moves, so would the end of the note.
    """
    keys = {_Key(note.channel, note.pitch) for note in edit.added}
    ticks = [item.tick for item in edit.insertions] + [note.end for note in edit.added]
    latest = max(ticks, default=0)
    latest = max(latest, edit.end_at)
    end_moves = latest > edit.chunk.end_tick
    for key, notes in own.items():
        for note in notes:
            if not note.has_end and (end_moves or key in keys):
                end = max(note.end, note.onset + 1)
                edit.insert(note_off(*key), tick=end, rank=Rank.NOTE_OFF)


def _remove_strays(edit: ChunkEdit, strays: list[int]) -> None:
    """Leave out note-offs that end nothing in the file but would end a new note."""
    spans: defaultdict[_Key, list[tuple[int, int]]] = defaultdict(list)
    for note in edit.added:
        spans[_Key(note.channel, note.pitch)].append((note.onset, note.end))
    for index in strays:
        message, tick = edit.chunk.messages[index], edit.chunk.ticks[index]
        key = _Key(message[0] & 0x0F, message[1])
        if any(onset < tick < end for onset, end in spans.get(key, ())):
            edit.removed.add(index)
