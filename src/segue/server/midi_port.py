"""A virtual MIDI port named Segue, through which a DAW or a synthesizer hears a piece.

It needs the extra `midi-port` (python-rtmidi) and a driver: ALSA or JACK on Linux, CoreMIDI on
macOS; Windows has no virtual ports of its own. The port opens when it is switched on or first
played to and stays open, so that a DAW stays connected.

What is sent comes from a file, every channel message at its time; or from the page, which sends
what is heard there a little ahead, so that switched takes, loops and mutes are heard in the DAW as
well.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from segue.midi import MidiDocument
from segue.midi.messages import NOTE_ON, control
from segue.server.problems import Problem
from segue.units import N_CHANNELS

__all__ = ["PORT_NAME", "VirtualPort", "timeline"]

PORT_NAME: Final = "Segue"
_ALL_NOTES_OFF: Final = 123
_ALL_SOUND_OFF: Final = 120
_LAST_NOTE_STATUS: Final = NOTE_ON | 0x0F
_NO_LIBRARY: Final = (
    "sending to a DAW's MIDI input needs python-rtmidi: pip install 'segue-music[midi-port]', "
    "then start the studio again"
)
_NO_DRIVER: Final = (
    "there is no MIDI driver to make a port with ({}): on Linux load ALSA's sequencer (modprobe "
    "snd-seq) or start JACK; on Windows use the watch folder instead"
)
_SET_UP: Final = "a MIDI input named Segue appears in your DAW; connect it there"
_IS_OPEN: Final = "the MIDI input named Segue is there: connect it in your DAW"

Timeline = list[tuple[float, bytes]]
"""(seconds from the start, message), in order."""


class VirtualPort:
    """The port, and what waits to be sent to it."""

    def __init__(self) -> None:
        self._out: Any = None
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, bytes]] = []
        """A heap of (when by the monotonic clock, in order of coming, message)."""
        self._count = itertools.count()
        self._thread: threading.Thread | None = None
        self._page_clock: _PageClock | None = None

    def status(self) -> tuple[bool, str]:
        """Whether pieces can be sent, as far as is known, and in words."""
        try:
            _library()
        except Problem as problem:
            return False, problem.message
        return True, _IS_OPEN if self._out is not None else _SET_UP

    def open(self) -> None:
        """Make the port, so that a DAW can be connected before anything is played.

        Raises:
            Problem: 409, the library or the driver is missing.
        """
        with self._changed:
            if self._out is None:
                self._out = _opened(_library())
                self._thread = threading.Thread(target=self._send, name="midi port", daemon=True)
                self._thread.start()
            self._page_clock = None

    def play(self, messages: Timeline) -> None:
        """Begin to send a piece; what was being sent ends.

        Raises:
            Problem: 409, the library or the driver is missing.
        """
        self.open()
        self.stop()
        begins_s = time.monotonic()
        self._put([(begins_s + at_s, message) for at_s, message in messages])

    def pass_on(self, messages: Timeline, sent_s: float) -> None:
        """Send what the page plays; times, and `sent_s`, the moment of asking, are by its clock.

        Raises:
            Problem: 409, the library or the driver is missing.
        """
        if self._out is None:
            self.open()
        with self._changed:
            if self._page_clock is None:
                self._page_clock = _PageClock()
            begins_s = self._page_clock.zero(sent_s, time.monotonic())
        self._put([(begins_s + at_s, message) for at_s, message in messages])

    def stop(self) -> None:
        """Be silent."""
        with self._changed:
            self._waiting = []
            for channel in range(N_CHANNELS if self._out is not None else 0):
                self._out.send_message(control(channel, _ALL_NOTES_OFF, 0))
                self._out.send_message(control(channel, _ALL_SOUND_OFF, 0))

    def close(self) -> None:
        """Silence and close the port."""
        self.stop()
        with self._changed:
            out, self._out = self._out, None
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if out is not None:
            out.delete()

    def _put(self, messages: Timeline) -> None:
        with self._changed:
            for at_s, message in messages:
                heapq.heappush(self._waiting, (at_s, next(self._count), message))
            self._changed.notify_all()

    def _send(self) -> None:
        with self._changed:
            while self._out is not None:
                if not self._waiting:
                    self._changed.wait()
                elif (early_s := self._waiting[0][0] - time.monotonic()) > 0:
                    self._changed.wait(early_s)
                else:
                    self._out.send_message(heapq.heappop(self._waiting)[2])


class _PageClock:
    """When the page's clock stood at zero, by the monotonic clock.

    Requests take different times to arrive; the quickest so far is the best estimate. A difference
    of seconds is not a delay: the page, or the machine, was asleep.
    """

    _SLEPT_S: Final = 2.0

    def __init__(self) -> None:
        self._zero_s = float("inf")

    def zero(self, sent_s: float, arrived_s: float) -> float:
        found = arrived_s - sent_s
        slept = found - self._zero_s > self._SLEPT_S
        self._zero_s = found if slept else min(found, self._zero_s)
        return self._zero_s


def timeline(document: MidiDocument, from_tick: int) -> Timeline:
    """What is to be sent from a tick of a piece on.

    Programs and controllers from before are sent at once, so that it sounds as if it had been
    played from the beginning. What is on other ports than the first moves to free channels of
    this one, with its controllers; where none is free, it is not sent.
    """
    channels = document.channels.on_one_port()
    events = [
        (tick, bytes((message[0] & 0xF0 | channels[place], *message[1:])))
        for tick, place, message in document.channels.events()
        if place in channels
    ]
    chosen = [
        (max(tick, from_tick), message)
        for tick, message in events
        if tick >= from_tick or message[0] > _LAST_NOTE_STATUS
    ]
    return list(zip(_seconds(document, chosen, from_tick), (m for _, m in chosen), strict=True))


def _seconds(
    document: MidiDocument, events: Sequence[tuple[int, bytes]], from_tick: int
) -> list[float]:
    score = document.score
    ticks = np.array([from_tick, *(tick for tick, _ in events)], np.int64)
    at_s = score.tempo_map.seconds_at(ticks, score.ticks_per_quarter)
    seconds: list[float] = (at_s[1:] - at_s[0]).tolist()
    return seconds


def _library() -> Any:
    try:
        import rtmidi
    except ImportError as error:
        raise Problem(409, "no_midi_port", _NO_LIBRARY) from error
    return rtmidi


def _opened(rtmidi: Any) -> Any:
    """The port, by the first of the system's drivers that works."""
    reasons = []
    for api in rtmidi.get_compiled_api():
        try:
            out = rtmidi.MidiOut(rtapi=api, name=PORT_NAME)
            if out.get_current_api() != api:  # it falls back silently
                continue
            out.open_virtual_port(PORT_NAME)
        except (rtmidi.RtMidiError, NotImplementedError, OSError) as error:
            reasons.append(f"{rtmidi.get_api_display_name(api)}: {str(error).strip()}")
        else:
            return out
    raise Problem(409, "no_midi_port", _NO_DRIVER.format("; ".join(reasons) or "none is built in"))
