"""Which channels play drums: channel 10, unless the file says otherwise.

General MIDI's channel 10 is drums. Roland GS and Yamaha XG make any channel drums, or channel 10
melodic, by a system exclusive message; XG and GM2 also by the bank that is in force when a program
is chosen. A reset (GM, GM2, GS or XG on) undoes all of that.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from segue.midi.messages import CONTROL, PROGRAM, SYSEX
from segue.midi.scan import TrackContents
from segue.midi.smf import TrackChunk
from segue.units import DRUM_CHANNEL, N_CHANNELS

__all__ = ["Kits"]

_GS_PART: Final = re.compile(rb"\x41[\x00-\x7f]\x42\x12\x40([\x10-\x1f])\x15([\x00-\x7f])")
"""Roland: use part for rhythm; 0 is a melodic part."""
_GS_RESET: Final = re.compile(rb"\x41[\x00-\x7f]\x42\x12(?:\x40\x00\x7f|\x00\x00\x7f)")
_XG_PART: Final = re.compile(rb"\x43[\x10-\x1f]\x4c\x08([\x00-\x0f])\x07([\x00-\x7f])")
"""Yamaha: part mode; 0 is normal, all others are drums."""
_XG_ON: Final = re.compile(rb"\x43[\x10-\x1f]\x4c\x00\x00\x7e\x00")
_GM_ON: Final = re.compile(rb"\x7e[\x00-\x7f]\x09([\x01-\x03])")
_GM2: Final = b"\x03"

_XG_DRUM_BANKS: Final = (126, 127)
_XG_KITS: Final = frozenset((*range(5), 8, 16, *range(24, 36), 40, 41, 48, 56))
"""Programs of XG's drum bank; they make a channel drums in files that do not say what they are."""
_GM2_DRUM_BANK: Final = 120
_GM2_MELODIC_BANK: Final = 121


@dataclass(slots=True)
class _Port:
    """What a synthesizer knows on one port."""

    mode: str = ""
    """The last reset: "gm", "gm2", "gs", "xg", or none."""
    banks: list[int] = field(default_factory=lambda: [0] * N_CHANNELS)
    """The last bank selection (its coarse half) on each channel."""
    drums: list[bool] = field(
        default_factory=lambda: [channel == DRUM_CHANNEL for channel in range(N_CHANNELS)]
    )
    by_bank: list[bool] = field(default_factory=lambda: [False] * N_CHANNELS)
    """Whether a bank made the channel drums."""


class Kits:
    """The channels of each port that play drums, from the start to the end of a file."""

    def __init__(self, tracks: Sequence[TrackChunk], contents: Sequence[TrackContents]) -> None:
        """Gather everything that makes a channel drums or melodic."""
        self._ticks: dict[tuple[int, int], list[int]] = {}
        self._drums: dict[tuple[int, int], list[bool]] = {}
        ports: dict[int, _Port] = {}
        for tick, port, message in _decisive(tracks, contents):
            state = ports.setdefault(port, _Port())
            before = list(state.drums)
            if message[0] == SYSEX:
                _obey_system(state, message)
            else:
                _obey_channel(state, message)
            for channel, (old, new) in enumerate(zip(before, state.drums, strict=True)):
                if old != new:
                    self._ticks.setdefault((port, channel), []).append(tick)
                    self._drums.setdefault((port, channel), []).append(new)

    def is_drum(self, port: int, channel: int, tick: int) -> bool:
        """Whether a channel plays drums at `tick`."""
        last = bisect_right(self._ticks.get((port, channel), []), tick) - 1
        return self._drums[port, channel][last] if last >= 0 else channel == DRUM_CHANNEL

    def is_ever_drum(self, port: int, channel: int) -> bool:
        """Whether a channel plays drums anywhere."""
        return channel == DRUM_CHANNEL or any(self._drums.get((port, channel), []))

    def is_ever_changed(self, port: int, channel: int) -> bool:
        """Whether the file ever says something else about a channel than General MIDI."""
        return (port, channel) in self._ticks


def _decisive(
    tracks: Sequence[TrackChunk], contents: Sequence[TrackContents]
) -> Iterator[tuple[int, int, bytes]]:
    """(tick, port, message) of what may matter, in the order of time; later chunks come later."""
    found = [
        (track.ticks[index], content.port, track.messages[index])
        for track, content in zip(tracks, contents, strict=True)
        for index in sorted((*content.banks, *content.sysex, *content.program_changes))
    ]
    found.sort(key=lambda event: event[0])
    return iter(found)


def _obey_system(port: _Port, message: bytes) -> None:
    # The length comes first; what is looked for begins within the first bytes after it.
    if part := _GS_PART.search(message, 2, 16):
        number = part[1][0] & 0x0F  # Roland counts channel 10 as 0, 1 to 9, then 11 to 16
        channel = DRUM_CHANNEL if number == 0 else number - (number <= DRUM_CHANNEL)
        port.drums[channel] = part[2] != b"\0"
    elif part := _XG_PART.search(message, 2, 16):
        port.drums[part[1][0]] = part[2] != b"\0"
    else:
        mode = ""
        if on := _GM_ON.search(message, 2, 8):
            mode = "gm2" if on[1] == _GM2 else "gm"
        elif _GS_RESET.search(message, 2, 16):
            mode = "gs"
        elif _XG_ON.search(message, 2, 16):
            mode = "xg"
        if mode:
            fresh = _Port()
            port.mode, port.banks = mode, fresh.banks
            port.drums, port.by_bank = fresh.drums, fresh.by_bank


def _obey_channel(port: _Port, message: bytes) -> None:
    channel = message[0] & 0x0F
    if message[0] & 0xF0 == CONTROL:
        port.banks[channel] = message[2]
        return
    assert message[0] & 0xF0 == PROGRAM
    drums = _by_bank(port.mode, port.banks[channel], message[1])
    if drums is not None:
        port.drums[channel] = port.by_bank[channel] = drums
    elif port.by_bank[channel]:  # a usual bank again
        port.drums[channel] = channel == DRUM_CHANNEL
        port.by_bank[channel] = False


def _by_bank(mode: str, bank: int, program: int) -> bool | None:
    """Whether a program of a bank is a kit; None if the bank says nothing."""
    if mode == "gs":  # its banks are variations, the last ones a whole older synthesizer
        return None
    if mode == "xg":
        return None if bank == 0 else bank in _XG_DRUM_BANKS
    if bank in (_GM2_DRUM_BANK, _GM2_MELODIC_BANK):
        return bank == _GM2_DRUM_BANK
    is_kit = not mode and bank == _XG_DRUM_BANKS[-1] and program in _XG_KITS
    return True if is_kit else None
