"""Changes to one track chunk, gathered first and applied in one merge.

It decides nothing: `update` says what to change, and this module where an insertion goes. The order
at one tick is: new note-offs, the file's own events, then everything else that is new; so a new
note ends before the file's note on the same key begins, and begins under the file's own controllers
and programs of that tick.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from segue.midi.smf import TrackChunk, bridged

__all__ = ["AddedNote", "ChunkEdit", "Insertion", "Rank"]


class AddedNote(NamedTuple):
    """A note that goes into a track chunk; sorts in the order of the note-ons."""

    onset: int
    program: int
    end: int
    pitch: int
    velocity: int
    channel: int


class Rank(IntEnum):
    """The order of insertions at one place and tick."""

    NOTE_OFF = 0
    RESET = 1
    META = 2
    SOUND = 3
    """Program changes and note-ons, in the order of their insertion."""


class Insertion(NamedTuple):
    """A message that goes before message `before` of a chunk; sorts in the order of the file."""

    before: int
    tick: int
    rank: Rank
    order: int
    message: bytes


@dataclass(slots=True)
class ChunkEdit:
    """What happens to one track chunk."""

    chunk: TrackChunk
    """The chunk as it is in the file."""
    removed: set[int] = field(default_factory=set)
    """Indices of messages that are removed."""
    added: list[AddedNote] = field(default_factory=list)
    """Notes to add; they take effect once they are placed as insertions."""
    insertions: list[Insertion] = field(default_factory=list)
    """Messages to insert."""
    end_at: int = 0
    """The earliest tick of the end of track."""

    @property
    def last(self) -> int:
        """The index of the end of track."""
        return len(self.chunk.messages) - 1

    def start_of(self, tick: int) -> int:
        """The index before which a message goes that is to be the first at `tick`."""
        return min(bisect_left(self.chunk.ticks, tick), self.last)

    def end_of(self, tick: int) -> int:
        """The index before which a message goes that is to be the last at `tick`."""
        return min(bisect_right(self.chunk.ticks, tick), self.last)

    def insert(self, message: bytes, *, tick: int, rank: Rank, before: int | None = None) -> None:
        """Insert a message: before the message with index `before`, or where its rank belongs."""
        if before is None:
            is_first = rank in (Rank.NOTE_OFF, Rank.RESET)
            before = self.start_of(tick) if is_first else self.end_of(tick)
        self.insertions.append(Insertion(before, tick, rank, len(self.insertions), message))

    def applied(self) -> TrackChunk:
        """The chunk with all changes made; the end of track moves after everything new."""
        if not self.removed and not self.insertions and self.end_at <= self.chunk.end_tick:
            return self.chunk
        ticks: list[int] = []
        messages: list[bytes] = []
        done = 0
        for item in sorted(self.insertions):
            self._copy(done, item.before, ticks, messages)
            done = item.before
            ticks.append(item.tick)
            messages.append(item.message)
        self._copy(done, self.last, ticks, messages)
        ticks.append(max(self.chunk.end_tick, self.end_at, ticks[-1] if ticks else 0))
        messages.append(self.chunk.messages[self.last])
        if self.removed:
            return bridged(ticks, messages)
        return TrackChunk(ticks=ticks, messages=messages)

    def _copy(self, first: int, last: int, ticks: list[int], messages: list[bytes]) -> None:
        """Append the chunk's own messages `[first, last)` that are not removed."""
        for index in range(first, last):
            if index not in self.removed:
                ticks.append(self.chunk.ticks[index])
                messages.append(self.chunk.messages[index])
