"""Parts that share a channel, each with its own bank, volume, pan and reverb.

A file may change the instrument of a channel, and its bank and mix with it. A new note for one of
its instruments can stand where the file plays the other one. Before such a note the channel is set
as it was while the note's own part played; before the next note of the file, and before the next
program change of the file, it is set as the file has it there. Nothing is done on channels whose
new notes all stand under their own program.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from segue.midi.channels import ChannelEvent, Place
from segue.midi.edits import AddedNote, ChunkEdit, Rank
from segue.midi.interpretation import Interpretation
from segue.midi.setups import BANKS, BEND, PEDALS, Settings, message_of, settings_of

__all__ = ["Setups", "insert_mixes"]

_NEAR: Final = 32
"""How many onsets of a part are looked at to see how it was set."""

Setups = dict[int, dict[AddedNote, list[bytes]]]
"""What is sent before added notes: by the index of their chunk, then by note."""


class _Step(NamedTuple):
    """Something on a place that needs the channel set in one way; sorts in the order of time."""

    tick: int
    is_new: bool
    chunk: int
    number: int
    """The index of a message of the file, or of an added note among those of its chunk."""
    note: AddedNote | None
    is_foreign: bool
    """A new note whose program is not the one that the file has there."""


def insert_mixes(
    music: Interpretation,
    edits: Sequence[ChunkEdit],
    ports: Sequence[int],
    resets: Sequence[ChannelEvent],
    join: int | None,
) -> Setups:
    """Set channels back where the file's own notes follow; return what new notes need before them.

    Args:
        music: the file; its chunks are the first of `edits`.
        edits: one for each chunk; their added notes are fitted, and not yet placed.
        ports: the port of each chunk.
        resets: what is sent where music is appended.
        join: the tick from which on music is appended, if it is. From there on each part has its
            own setting, since the file's is that of whatever part was the last.
    """
    found: Setups = {}
    programs: dict[Place, set[int]] = {}
    for place, origin in zip(music.channels.tracks, music.origins, strict=True):
        programs.setdefault(place, set()).add(origin.program)
    shared = [place for place, chosen in sorted(programs.items()) if len(chosen) > 1]
    if not shared:
        return found
    controllers = music.channels.controllers()
    own = settings_of(controllers)
    with_resets = settings_of(sorted([*controllers, *resets], key=lambda event: event.tick))
    for place in shared:
        steps = sorted(_steps(music, edits, ports, place))
        if any(step.is_foreign for step in steps):
            state = _State(with_resets.get(place, Settings()))
            parts = _Parts(music, place, own.get(place, Settings()))
            for step in steps:
                has_own = step.is_foreign or (join is not None and step.tick >= join)
                wanted = parts.setting(step.note) if step.note is not None and has_own else None
                messages = [
                    message_of(item, place.channel, value)
                    for item, value in state.changes(step.tick, wanted)
                ]
                if step.note is not None:
                    found.setdefault(step.chunk, {}).setdefault(step.note, []).extend(messages)
                for message in messages if step.note is None else ():
                    edit = edits[step.chunk]
                    edit.insert(message, tick=step.tick, rank=Rank.RESET, before=step.number)
    return found


def _steps(
    music: Interpretation, edits: Sequence[ChunkEdit], ports: Sequence[int], place: Place
) -> Iterator[_Step]:
    """The program changes, the remaining notes and the new notes of a place, in no order."""
    for chunk, contents in enumerate(music.contents):
        if ports[chunk] != place.port:
            continue
        edit, notes = edits[chunk], music.notes[chunk]
        ticks, messages = edit.chunk.ticks, edit.chunk.messages
        changes = [c for c in contents.program_changes if messages[c][0] & 0x0F == place.channel]
        change_ticks = [ticks[change] for change in changes]
        for change in changes:
            yield _Step(ticks[change], False, chunk, change, None, False)
        for on in notes.on[notes.channel == place.channel].tolist():
            if on not in edit.removed:
                yield _Step(ticks[on], False, chunk, on, None, False)
        new = sorted(note for note in edit.added if note.channel == place.channel)
        for index, note in enumerate(new):
            last = bisect_right(change_ticks, note.onset) - 1
            if last >= 0:
                program = messages[changes[last]][1]
            else:
                program = music.history.program_at(*place, note.onset)
            yield _Step(note.onset, True, chunk, index, note, program != note.program)


class _Parts:
    """How a channel was set while each of its parts played."""

    def __init__(self, music: Interpretation, place: Place, settings: Settings) -> None:
        self._settings = settings
        self._onsets: dict[int, list[int]] = {}
        for where, origin, track in zip(
            music.channels.tracks, music.origins, music.score.tracks, strict=True
        ):
            if where == place:
                self._onsets.setdefault(origin.program, []).extend(track.notes.onset.tolist())
        self._onsets = {program: sorted(set(own)) for program, own in self._onsets.items()}
        self._found: dict[tuple[int, int], dict[int, int]] = {}

    def setting(self, note: AddedNote) -> dict[int, int]:
        """Each item as it was at the last onsets of a note's part before it, or at its first."""
        onsets = self._onsets[note.program]
        last = max(bisect_right(onsets, note.onset), 1)
        if (note.program, last) not in self._found:
            near = onsets[max(0, last - _NEAR) : last]
            self._found[note.program, last] = {
                item: value
                for item in self._settings.ticks
                if item not in PEDALS
                and item <= BEND
                and (value := self._settings.while_played(item, near, near[-1])) is not None
            }
        return self._found[note.program, last]


@dataclass(slots=True)
class _State:
    """How a channel is set, with what was sent to it besides what the file sends."""

    settings: Settings
    """What the file sends, and the resets."""
    sent: dict[int, tuple[int, int]] = field(default_factory=dict)
    """(tick, value) of the last setting of an item that was inserted."""

    def changes(self, tick: int, wanted: dict[int, int] | None) -> list[tuple[int, int]]:
        """The items to set, banks first, for the channel to be as wanted, or as the file has it."""
        found = []
        items = self.sent if wanted is None else wanted
        for item in sorted(items, key=lambda item: (item not in BANKS, item)):
            own = self.settings.value_at(item, tick)
            value = own if wanted is None else wanted[item]
            if value is not None and value != self._now(item, tick, own):
                found.append((item, value))
        self.sent.update((item, (tick, value)) for item, value in found)
        return found

    def _now(self, item: int, tick: int, own: int | None) -> int | None:
        if item not in self.sent:
            return own
        at, value = self.sent[item]
        return own if self.settings.sent_since(item, at, tick) else value
