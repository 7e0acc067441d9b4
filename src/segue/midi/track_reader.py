"""One track chunk's bytes to events: tolerant, bounded, in one pass.

Regular expressions do the walking. A *run* is a stretch of channel messages that all carry two data
bytes (notes, controllers, bends) or all one (programs, channel pressure), with or without running
status; one match finds its end, one `findall` cuts it into events. Everything else, and all damage,
goes through `_read_other` message by message. No part of a pattern can match in two ways, so the
time is linear in the bytes.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from segue.errors import FormatError
from segue.midi.messages import END_OF_TRACK, LAST_CHANNEL_STATUS, META, SYSEX, SYSEX_ESCAPE
from segue.midi.smf import TrackChunk, bridged
from segue.score.columns import MAX_TICK

__all__ = ["MAX_EVENTS", "TooManyEventsError", "TrackReading", "read_track"]

MAX_EVENTS: Final = 5_000_000
"""A file with more events is refused: a piece of music has thousands."""

_DELTA: Final = rb"[\x80-\xff]{0,3}[\x00-\x7f]"
_TWO: Final = (rb"[\x80-\xbf\xe0-\xef]", rb"[\x00-\x7f]{2}")
_ONE: Final = (rb"[\xc0-\xdf]", rb"[\x00-\x7f]")
_MAX_RUN: Final = rb"{0,4095}"
"""Greedy, not possessive: before 3.11.5 Python matched possessive repeats of a group wrongly."""


def _run(status: bytes, data: bytes, *, begun: bool) -> re.Pattern[bytes]:
    first = rb"(?:%b%b%b)" % (_DELTA, status + (b"?" if begun else b""), data)
    return re.compile(first + rb"(?:%b%b?%b)" % (_DELTA, status, data) + _MAX_RUN)


def _event(status: bytes, data: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(%b)(%b?)(%b)" % (_DELTA, status, data))


_RUNS_OF_TWO: Final = (_run(*_TWO, begun=False), _run(*_TWO, begun=True))
_RUNS_OF_ONE: Final = (_run(*_ONE, begun=False), _run(*_ONE, begun=True))
_EVENT_OF_TWO: Final = _event(*_TWO)
_EVENT_OF_ONE: Final = _event(*_ONE)
_DELTA_ALONE: Final = re.compile(_DELTA)

_SYSTEM_DATA_BYTES: Final = {0xF1: 1, 0xF2: 2, 0xF3: 1}


class TooManyEventsError(FormatError):
    """A file has more events than its reader takes."""


class _Deltas(dict[bytes, int]):
    """Variable-length quantities to numbers, each decoded once."""

    def __missing__(self, key: bytes) -> int:
        number = self[key] = _number(key)
        return number


class _Damage(Exception):
    """The track cannot be read further from `position`."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position


@dataclass(slots=True)
class TrackReading:
    """What was read of a track chunk, and what had to be repaired or left."""

    ticks: list[int] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    stop: int = 0
    """The byte after the last one that was read."""
    ended: bool = False
    """Whether an end of track was found."""
    damage: str = ""
    """Why reading stopped early; empty if it did not."""
    repairs: Counter[str] = field(default_factory=Counter)
    """How often each tolerance was needed."""
    n_dropped: int = 0
    """Messages that were read and not kept; they take time as well."""

    def chunk(self) -> TrackChunk:
        """The events, closed with an end of track if the file has none."""
        if not self.ended:
            self.ticks.append(self.ticks[-1] if self.ticks else 0)
            self.messages.append(END_OF_TRACK)
        return bridged(self.ticks, self.messages)


def read_track(
    data: bytes, start: int, end: int, *, max_events: int = MAX_EVENTS, tick: int = 0
) -> TrackReading:
    """Read the events in `data[start:end]` up to the end of track, to damage, or to `end`.

    Times count from `tick`.

    Raises:
        TooManyEventsError: more than `max_events` events, including those that are dropped.
        FormatError: a tick beyond any music.
    """
    reading = TrackReading(stop=start)
    deltas = _Deltas()
    status = b""
    while reading.stop < end and not reading.ended:
        width = _data_bytes(status[0]) if status else 0
        two = _RUNS_OF_TWO[width == 2].match(data, reading.stop, end)
        run = two or _RUNS_OF_ONE[width == 1].match(data, reading.stop, end)
        if run is None:
            try:
                tick, status = _read_other(data, end, reading, tick, status)
            except _Damage as damage:
                reading.stop, reading.damage = damage.position, str(damage)
                break
        else:
            pattern = _EVENT_OF_TWO if two else _EVENT_OF_ONE
            for delta, new_status, body in pattern.findall(data, run.start(), run.end()):
                tick += deltas[delta]
                if new_status:
                    status = new_status
                reading.ticks.append(tick)
                reading.messages.append(status + body)
            reading.stop = run.end()
        _check_bounds(reading, tick, max_events)
    return reading


def _check_bounds(reading: TrackReading, tick: int, max_events: int) -> None:
    if len(reading.ticks) + reading.n_dropped > max_events:
        raise TooManyEventsError(f"too many events before byte {reading.stop}")
    if tick > MAX_TICK:
        raise FormatError(
            f"an event before byte {reading.stop} stands at tick {tick}, later than any music"
        )


def _data_bytes(status: int) -> int:
    return 1 if 0xC0 <= status <= 0xDF else 2


def _read_other(
    data: bytes, end: int, reading: TrackReading, tick: int, status: bytes
) -> tuple[int, bytes]:
    """Read one message outside any run; return the new tick and running status."""
    delta, start = _read_quantity(data, reading.stop, end, reading.stop)
    tick += delta
    if start >= end:
        raise _Damage(reading.stop, "the last event is cut off")
    first = data[start]
    if first > LAST_CHANNEL_STATUS:
        _read_system(data, start, end, reading, tick)
        return tick, status
    if first & 0x80:
        status = data[start : start + 1]
        start += 1
    elif not status:
        raise _Damage(start, f"data byte 0x{first:02x} stands where a message should begin")
    body = data[start : min(start + _data_bytes(status[0]), end)]
    if len(body) < _data_bytes(status[0]):
        raise _Damage(reading.stop, "the last message is cut off")
    if max(body) > 0x7F:
        reading.repairs["data bytes over 127 were read as 127"] += 1
    reading.ticks.append(tick)
    reading.messages.append(status + bytes(min(byte, 0x7F) for byte in body))
    reading.stop = start + len(body)
    return tick, status


def _read_system(data: bytes, start: int, end: int, reading: TrackReading, tick: int) -> None:
    """Read a meta or sysex message, or skip one that may not stand in a file."""
    first = data[start]
    if first not in (META, SYSEX, SYSEX_ESCAPE):
        reading.repairs["messages that may not stand in a file were dropped"] += 1
        reading.n_dropped += 1
        reading.stop = min(start + 1 + _SYSTEM_DATA_BYTES.get(first, 0), end)
        return
    head = start + (2 if first == META else 1)
    size, begin = _read_quantity(data, head, end, reading.stop)
    stop = begin + size
    if stop > end:
        raise _Damage(
            reading.stop, f"a message of {size} bytes runs {stop - end} bytes past the track's end"
        )
    message = data[start:stop]
    reading.stop = stop
    if first == META and message[1] == END_OF_TRACK[1]:
        reading.ended = True
        message = END_OF_TRACK  # its length must be 0; anything else there has no meaning
    reading.ticks.append(tick)
    reading.messages.append(message)


def _read_quantity(data: bytes, position: int, end: int, event: int) -> tuple[int, int]:
    """The variable-length quantity at `position`, and the byte after it."""
    found = _DELTA_ALONE.match(data, position, end)
    if found is None:
        raise _Damage(event, "a time or a length is cut off or longer than four bytes")
    return _number(found.group()), found.end()


def _number(quantity: bytes) -> int:
    number = 0
    for byte in quantity:
        number = number << 7 | byte & 0x7F
    return number
