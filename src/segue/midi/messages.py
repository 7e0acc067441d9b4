"""The bytes of single MIDI messages: names for status bytes, and builders for the few we write.

Not events: a message has no time. Channels are 0..15, as in the bytes.
"""

from typing import Final

from segue.errors import InputError

__all__ = [
    "CHANNEL_PREFIX",
    "CONTROL",
    "DEVICE",
    "END_OF_TRACK",
    "INSTRUMENT_NAME",
    "KEY_PRESSURE",
    "KEY_SIGNATURE",
    "LAST_CHANNEL_STATUS",
    "LYRIC",
    "MARKER",
    "MAX_QUANTITY",
    "META",
    "NOTE_OFF",
    "NOTE_ON",
    "PITCH_BEND",
    "PORT",
    "PRESSURE",
    "PROGRAM",
    "SEQUENCER",
    "SET_TEMPO",
    "SYSEX",
    "SYSEX_ESCAPE",
    "TEXT",
    "TIME_SIGNATURE",
    "TRACK_NAME",
    "control",
    "meta",
    "note_off",
    "note_on",
    "pitch_bend",
    "program_change",
    "quantity",
    "set_tempo",
    "time_signature",
]

NOTE_OFF: Final = 0x80
NOTE_ON: Final = 0x90
KEY_PRESSURE: Final = 0xA0
CONTROL: Final = 0xB0
PROGRAM: Final = 0xC0
PRESSURE: Final = 0xD0
PITCH_BEND: Final = 0xE0
LAST_CHANNEL_STATUS: Final = 0xEF
SYSEX: Final = 0xF0
SYSEX_ESCAPE: Final = 0xF7
META: Final = 0xFF

TEXT: Final = 0x01
TRACK_NAME: Final = 0x03
INSTRUMENT_NAME: Final = 0x04
LYRIC: Final = 0x05
MARKER: Final = 0x06
DEVICE: Final = 0x09
CHANNEL_PREFIX: Final = 0x20
PORT: Final = 0x21
SET_TEMPO: Final = 0x51
TIME_SIGNATURE: Final = 0x58
KEY_SIGNATURE: Final = 0x59
SEQUENCER: Final = 0x7F

END_OF_TRACK: Final = b"\xff\x2f\x00"
MAX_QUANTITY: Final = 2**28 - 1
"""The largest number that MIDI's variable-length quantities hold."""

_RELEASE_VELOCITY: Final = 64


def quantity(number: int) -> bytes:
    """`number` as a variable-length quantity: seven bits a byte, high bit set on all but the last.

    Raises:
        InputError: the number is outside 0..MAX_QUANTITY.
    """
    if 0 <= number < 0x80:
        return bytes((number,))
    if not 0 <= number <= MAX_QUANTITY:
        raise InputError(f"a MIDI file cannot hold a gap of {number} ticks; at most {MAX_QUANTITY}")
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))


def note_on(channel: int, pitch: int, velocity: int) -> bytes:
    """Begin a note."""
    return bytes((NOTE_ON | channel, pitch, velocity))


def note_off(channel: int, pitch: int) -> bytes:
    """End a note, with MIDI's neutral release velocity."""
    return bytes((NOTE_OFF | channel, pitch, _RELEASE_VELOCITY))


def control(channel: int, controller: int, value: int) -> bytes:
    """Set a controller."""
    return bytes((CONTROL | channel, controller, value))


def program_change(channel: int, program: int) -> bytes:
    """Choose the instrument of a channel."""
    return bytes((PROGRAM | channel, program))


def pitch_bend(channel: int, value: int) -> bytes:
    """Bend a channel's pitch; 0x2000 is the centre."""
    return bytes((PITCH_BEND | channel, value & 0x7F, value >> 7))


def meta(kind: int, payload: bytes) -> bytes:
    """A meta message of any kind."""
    return bytes((META, kind)) + quantity(len(payload)) + payload


def set_tempo(us_per_quarter: int) -> bytes:
    """The tempo from here on."""
    return meta(SET_TEMPO, us_per_quarter.to_bytes(3, "big"))


def time_signature(numerator: int, denominator: int) -> bytes:
    """The metre from here on; a metronome would click on the denominator's beats."""
    power = denominator.bit_length() - 1
    clocks_per_click = max(96 // denominator, 1)
    return meta(TIME_SIGNATURE, bytes((numerator, power, clocks_per_click, 8)))
