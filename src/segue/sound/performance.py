"""What a MIDI file asks a synthesizer to play: strikes of keys, and what controllers do meanwhile.

Times are frames at `SAMPLE_RATE`. Drums are where `segue.midi` hears them; the sustain pedal is in
the strikes' ends.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.midi.channels import Channels, Place
from segue.midi.document import read_document
from segue.midi.messages import CONTROL, NOTE_OFF, NOTE_ON, PITCH_BEND, PROGRAM
from segue.sound.bank import DRUM_BANK
from segue.sound.wav import SAMPLE_RATE

__all__ = ["Curve", "Hand", "Strike", "read_performance"]

_BANK, _WHEEL, _VOLUME, _PAN, _EXPRESSION, _PEDAL = 0, 1, 7, 10, 11, 64
_DATA, _RPN_FINE, _RPN = 6, 100, 101
_SOUND_OFF, _RESET, _NOTES_OFF = 120, 121, 123
_DOWN: Final = 64
_CENTRE: Final = 8192
_BEND_SEMITONES: Final = 2


class Curve:
    """A value that holds until the next one comes."""

    def __init__(self, value: float) -> None:
        """`value` holds from the start."""
        self._frames, self._values = [0], [value]

    def set(self, frame: int, value: float) -> None:
        """`value` holds from `frame` on, which is not before any other."""
        if value != self._values[-1]:
            self._frames.append(frame)
            self._values.append(value)

    @property
    def last(self) -> float:
        """The value that holds at the end so far."""
        return self._values[-1]

    def at(self, frames: npt.NDArray[np.int64]) -> float | npt.NDArray[np.float64]:
        """The values at rising `frames`; one number where it does not change meanwhile."""
        first = bisect_right(self._frames, int(frames[0])) - 1
        if bisect_right(self._frames, int(frames[-1])) - 1 == first:
            return self._values[first]
        which = np.searchsorted(self._frames, frames, "right") - 1
        return np.asarray(self._values)[which]


@dataclass
class Hand:
    """What the controllers of a channel do."""

    gain: Curve = field(default_factory=lambda: Curve((100 / 127) ** 2))
    """Volume and expression together, of the amplitude."""
    pan: Curve = field(default_factory=lambda: Curve(0.0))
    """From -500, left, to 500."""
    bend: Curve = field(default_factory=lambda: Curve(0.0))
    """In cents."""
    wheel: Curve = field(default_factory=lambda: Curve(0.0))
    """The modulation wheel, 0 to 1."""


@dataclass
class Strike:
    """A key pressed."""

    onset: int
    key: int
    velocity: int
    bank: int
    program: int
    hand: Hand
    offset: int = -1
    is_cut: bool = False
    """Whether all sound ends at the offset, without a release."""


class _Channel:
    """A channel while its messages are read."""

    def __init__(self) -> None:
        self.hand = Hand()
        self.bank = self.program = 0
        self.open: defaultdict[int, list[Strike]] = defaultdict(list)
        self._held: list[Strike] = []
        self._pedal = False
        self._volume, self._expression = 100, 127
        self._parameter = [127, 127]
        self._range = _BEND_SEMITONES
        self._bend = _CENTRE

    def release(self, frame: int, key: int) -> None:
        for strike in self.open.pop(key, ()):
            if self._pedal:
                self._held.append(strike)
            else:
                strike.offset = frame

    def control(self, frame: int, number: int, value: int) -> None:
        if number == _BANK:
            self.bank = value
        elif number == _WHEEL:
            self.hand.wheel.set(frame, value / 127)
        elif number == _PAN:
            self.hand.pan.set(frame, (value - 64) * 500 / 63 if value else -500.0)
        elif number in (_VOLUME, _EXPRESSION):
            if number == _VOLUME:
                self._volume = value
            else:
                self._expression = value
            self._set_gain(frame)
        elif number == _PEDAL:
            self._press(frame, down=value >= _DOWN)
        elif number in (_RPN, _RPN_FINE):
            self._parameter[number == _RPN_FINE] = value
        elif number == _DATA and self._parameter == [0, 0]:
            self._range = value
            self.bend(frame, self._bend)
        elif number in (_SOUND_OFF, _NOTES_OFF):
            self._silence(frame, cut=number == _SOUND_OFF)
        elif number == _RESET:
            self._reset(frame)

    def bend(self, frame: int, value: int) -> None:
        self._bend = value
        self.hand.bend.set(frame, (value - _CENTRE) / _CENTRE * 100 * self._range)

    def _set_gain(self, frame: int) -> None:
        self.hand.gain.set(frame, (self._volume * self._expression / 127**2) ** 2)

    def _press(self, frame: int, *, down: bool) -> None:
        self._pedal = down
        if not down:
            for strike in self._held:
                strike.offset = frame
            self._held.clear()

    def _silence(self, frame: int, *, cut: bool) -> None:
        if cut:
            for strike in (*self._held, *(s for key in self.open.values() for s in key)):
                strike.is_cut = True
            self._press(frame, down=False)
        for key in list(self.open):
            self.release(frame, key)

    def _reset(self, frame: int) -> None:
        self.hand.wheel.set(frame, 0.0)
        self._expression = 127
        self._set_gain(frame)
        self._press(frame, down=False)
        self.bend(frame, _CENTRE)
        self._parameter = [127, 127]


def read_performance(midi: bytes) -> list[Strike]:
    """The strikes of a MIDI file's bytes, in the order of their onsets.

    Raises:
        FormatError: the bytes are no MIDI file.
    """
    document = read_document(midi, source="the MIDI file")
    score = document.score
    events = document.channels.events()
    seconds = score.tempo_map.seconds_at([event.tick for event in events], score.ticks_per_quarter)
    frames = np.rint(seconds * SAMPLE_RATE).astype(np.int64).tolist()
    channels: defaultdict[Place, _Channel] = defaultdict(_Channel)
    strikes: list[Strike] = []
    for frame, (tick, place, message) in zip(frames, events, strict=True):
        channel, kind = channels[place], message[0] & 0xF0
        if kind == NOTE_ON and message[2]:
            channel.release(frame, message[1])
            bank = _bank(channel, document.channels, place, tick)
            strike = Strike(frame, message[1], message[2], bank, channel.program, channel.hand)
            channel.open[message[1]].append(strike)
            strikes.append(strike)
        elif kind in (NOTE_ON, NOTE_OFF):
            channel.release(frame, message[1])
        elif kind == CONTROL:
            channel.control(frame, message[1], message[2])
        elif kind == PROGRAM:
            channel.program = message[1]
        elif kind == PITCH_BEND:
            channel.bend(frame, message[1] | message[2] << 7)
    end = frames[-1] if frames else 0
    for strike in strikes:
        strike.offset = end if strike.offset < 0 else strike.offset
    return strikes


def _bank(channel: _Channel, channels: Channels, place: Place, tick: int) -> int:
    if channels.kits.is_drum(place.port, place.channel, tick):
        return DRUM_BANK
    return min(channel.bank, DRUM_BANK - 1)
