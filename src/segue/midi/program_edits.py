"""Programs for new notes: each begins under its track's program, each old note under its own.

A chunk that has chosen no program for a channel hears what other chunks choose there. Once a
program is inserted anywhere on a channel, every such chunk is given the program that it heard, so
nothing that was inserted for one track affects another.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from segue.midi.channels import Place
from segue.midi.edits import AddedNote, ChunkEdit, Rank
from segue.midi.interpretation import Interpretation
from segue.midi.messages import note_off, note_on, program_change
from segue.midi.mixes import Setups
from segue.midi.scan import NO_PROGRAM

__all__ = ["place_notes", "restore_programs"]


class _Step(NamedTuple):
    """Something on a channel of a chunk that chooses a program or needs one."""

    before: int
    """The index of a message of the file, or the one before which an added note goes."""
    order: int
    """The order at one index: added notes in their order (from -N on), then the message."""
    program: int
    is_choice: bool
    note: AddedNote | None


def place_notes(
    music: Interpretation,
    edits: Sequence[ChunkEdit],
    ports: Sequence[int],
    fresh: set[Place],
    setups: Setups,
) -> None:
    """Turn all added notes into insertions, with the program changes that they need.

    Args:
        music: the file; its chunks are the first of `edits`.
        edits: one for each chunk, new chunks included.
        ports: the port of each chunk.
        fresh: channels that nothing in the file uses; their program is always written out.
        setups: what else is sent before a note, and before its program change.
    """
    announced: list[set[AddedNote]] = [set() for _ in edits]
    places = {
        Place(port, note.channel)
        for port, edit in zip(ports, edits, strict=True)
        for note in edit.added
    }
    for place in sorted(places):
        pinned = place in fresh or any(
            True
            for index, port in enumerate(ports)
            if port == place.port
            for _ in _needs(music, edits, index, place, pinned=False)
        )
        if pinned:
            for index, note in restore_programs(music, edits, ports, place):
                announced[index].add(note)
    for index, (edit, needing) in enumerate(zip(edits, announced, strict=True)):
        _insert_notes(edit, needing, setups.get(index, {}))


def restore_programs(
    music: Interpretation, edits: Sequence[ChunkEdit], ports: Sequence[int], place: Place
) -> list[tuple[int, AddedNote]]:
    """Insert the program changes by which each of the file's notes on a channel has its program.

    Afterwards no chunk depends on another: each has the programs of its notes. Returns the
    added notes that need a program change, with the index of their chunk.
    """
    needing = []
    for index in (index for index, port in enumerate(ports) if port == place.port):
        edit = edits[index]
        for step in list(_needs(music, edits, index, place, pinned=True)):
            if step.note is None:
                message = program_change(place.channel, step.program)
                tick = edit.chunk.ticks[step.before]
                edit.insert(message, tick=tick, rank=Rank.SOUND, before=step.before)
            else:
                needing.append((index, step.note))
    return needing


def _insert_notes(
    edit: ChunkEdit, needing: set[AddedNote], setups: dict[AddedNote, list[bytes]]
) -> None:
    for note in sorted(edit.added):
        for message in setups.pop(note, ()):  # once for all its equals
            edit.insert(message, tick=note.onset, rank=Rank.SOUND)
        if note in needing:
            needing.discard(note)  # its equals follow at once and need no second change
            message = program_change(note.channel, note.program)
            edit.insert(message, tick=note.onset, rank=Rank.SOUND)
        message = note_on(note.channel, note.pitch, note.velocity)
        edit.insert(message, tick=note.onset, rank=Rank.SOUND)
        edit.insert(note_off(note.channel, note.pitch), tick=note.end, rank=Rank.NOTE_OFF)


def _needs(
    music: Interpretation,
    edits: Sequence[ChunkEdit],
    index: int,
    place: Place,
    *,
    pinned: bool,
) -> Iterator[_Step]:
    """Walk through a channel of a chunk; wherever its program is wrong for a note, say so.

    When `pinned`, a channel without a program of its own counts as wrong.
    """
    edit = edits[index]
    current = NO_PROGRAM
    for step in _steps(music, edit, index, place.channel):
        if not step.is_choice:
            heard = current
            if heard == NO_PROGRAM and not pinned:
                tick = edit.chunk.ticks[step.before] if step.note is None else step.note.onset
                heard = music.history.program_at(place.port, place.channel, tick)
            if heard == step.program:
                continue
            yield step
        current = step.program


def _steps(music: Interpretation, edit: ChunkEdit, index: int, channel: int) -> list[_Step]:
    """The program changes, the remaining notes and the added notes of a channel, in order."""
    new = sorted(note for note in edit.added if note.channel == channel)
    steps = [
        _Step(edit.end_of(note.onset), order - len(new), note.program, False, note)
        for order, note in enumerate(new)
    ]
    if index < len(music.contents):
        notes, messages = music.notes[index], edit.chunk.messages
        steps += [
            _Step(change, 0, messages[change][1], True, None)
            for change in music.contents[index].program_changes
            if messages[change][0] & 0x0F == channel
        ]
        own = notes.channel == channel
        steps += [
            _Step(on, 0, program, False, None)
            for on, program in zip(notes.on[own].tolist(), notes.program[own].tolist(), strict=True)
            if on not in edit.removed
        ]
    steps.sort(key=lambda step: step[:2])
    return steps
