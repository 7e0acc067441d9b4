"""Which program sounds on a channel that a track chunk has not set itself.

In a type 1 file several chunks may share a channel and only one of them choose its program.
"""

from bisect import bisect_right
from collections.abc import Sequence

from segue.midi.scan import TrackContents
from segue.midi.smf import TrackChunk

__all__ = ["ProgramHistory"]


class ProgramHistory:
    """The program changes of all track chunks on each (port, channel), in the order of time."""

    def __init__(self, tracks: Sequence[TrackChunk], contents: Sequence[TrackContents]) -> None:
        """Gather the program changes; at one tick, those of later chunks come later."""
        changes: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for track, found in zip(tracks, contents, strict=True):
            for index in found.program_changes:
                message = track.messages[index]
                key = (found.port, message[0] & 0x0F)
                changes.setdefault(key, []).append((track.ticks[index], message[1]))
        self._ticks: dict[tuple[int, int], list[int]] = {}
        self._programs: dict[tuple[int, int], list[int]] = {}
        for key, pairs in changes.items():
            pairs.sort(key=lambda pair: pair[0])
            self._ticks[key] = [tick for tick, _ in pairs]
            self._programs[key] = [program for _, program in pairs]

    def program_at(self, port: int, channel: int, tick: int) -> int:
        """The program in force on a channel at `tick`; 0 before the first change."""
        last = bisect_right(self._ticks.get((port, channel), []), tick) - 1
        return self._programs[port, channel][last] if last >= 0 else 0
