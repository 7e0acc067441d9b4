"""A virtual MIDI port named Segue, through which a DAW or a synthesizer hears a piece.

It needs the extra `midi-port` (python-rtmidi) and a driver: ALSA or JACK on Linux, CoreMIDI on
macOS; Windows has no virtual ports of its own. The port opens when it is first played to and stays,
so that what a DAW has connected stays connected. Every channel message of the file is sent at its
time, programs and controllers included.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from segue.midi import MidiDocument
from segue.midi.messages import LAST_CHANNEL_STATUS, NOTE_ON, control
from segue.server.problems import Problem
from segue.units import N_CHANNELS

__all__ = ["PORT_NAME", "VirtualPort", "timeline"]

PORT_NAME: Final = "Segue"
_ALL_NOTES_OFF: Final = 123
_ALL_SOUND_OFF: Final = 120
_LAST_NOTE_STATUS: Final = NOTE_ON | 0x0F
_NO_LIBRARY: Final = (
    "sending to a DAW's MIDI input needs python-rtmidi: pip install 'segue[midi-port]', then start "
    "the studio again"
)
_NO_DRIVER: Final = (
    "there is no MIDI driver to make a port with ({}): on Linux load ALSA's sequencer (modprobe "
    "snd-seq) or start JACK; on Windows use the watch folder instead"
)
_SET_UP: Final = "opens when a piece is first sent; connect it in your DAW"

Timeline = list[tuple[float, bytes]]
"""(seconds from the start, message), in order."""


class VirtualPort:
    """The port and the one piece that is being played to it."""

    def __init__(self) -> None:
        self._out: Any = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def status(self) -> tuple[bool, str]:
        """Whether pieces can be sent, as far as is known, and in words."""
        try:
            _library()
        except Problem as problem:
            return False, problem.message
        return True, "the port Segue is open" if self._out is not None else _SET_UP

    def open(self) -> None:
        """Make the port, so that a DAW can be connected before anything is played.

        Raises:
            Problem: 409, the library or the driver is missing.
        """
        with self._lock:
            if self._out is None:
                self._out = _opened(_library())

    def play(self, messages: Timeline) -> None:
        """Begin to send; what was being sent ends.

        Raises:
            Problem: 409, the library or the driver is missing.
        """
        self.open()
        with self._lock:
            self._end()
            self._stop = threading.Event()
            arguments = (messages, self._stop)
            self._thread = threading.Thread(target=self._send, args=arguments, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Be silent."""
        with self._lock:
            self._end()

    def close(self) -> None:
        """Be silent, and take the port away."""
        with self._lock:
            self._end()
            if self._out is not None:
                self._out.delete()
                self._out = None

    def _end(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _send(self, messages: Timeline, stop: threading.Event) -> None:
        begins = time.monotonic()
        for at_s, message in messages:
            if stop.wait(max(0.0, begins + at_s - time.monotonic())):
                break
            self._out.send_message(message)
        for channel in range(N_CHANNELS):
            self._out.send_message(control(channel, _ALL_NOTES_OFF, 0))
            self._out.send_message(control(channel, _ALL_SOUND_OFF, 0))


def timeline(document: MidiDocument, from_tick: int) -> Timeline:
    """What is to be sent of a piece from a tick on.

    Programs and controllers from before are sent at once, so that it sounds as if it had been
    played from the beginning. Ports past the first go where the first does.
    """
    events = [
        (tick, message)
        for chunk in document.smf.tracks
        for tick, message in zip(chunk.ticks, chunk.messages, strict=True)
        if message[0] <= LAST_CHANNEL_STATUS
    ]
    events.sort(key=lambda event: event[0])
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
            if out.get_current_api() != api:  # it falls back without a word
                continue
            out.open_virtual_port(PORT_NAME)
        except (rtmidi.RtMidiError, NotImplementedError, OSError) as error:
            reasons.append(f"{rtmidi.get_api_display_name(api)}: {str(error).strip()}")
        else:
            return out
    raise Problem(409, "no_midi_port", _NO_DRIVER.format("; ".join(reasons) or "none is built in"))
