"""What an independent parser, mido, finds in the bytes of a file."""

import io
from collections.abc import Iterator

import mido

__all__ = ["events", "opened", "setting"]


def opened(data: bytes) -> mido.MidiFile:
    """The file as mido reads it; it must be able to."""
    return mido.MidiFile(file=io.BytesIO(data))


def events(data: bytes, track: int) -> Iterator[tuple[int, mido.Message]]:
    """(tick, message) of a track."""
    tick = 0
    for message in opened(data).tracks[track]:
        tick += message.time
        yield tick, message


def setting(data: bytes, channel: int, what: int | str, at: int) -> int | None:
    """The last value of a controller, "pitchwheel", "aftertouch" or "program" up to a tick.

    Of all tracks on the channel; None if nothing set it.
    """
    found: list[tuple[int, int]] = []
    for track in range(len(opened(data).tracks)):
        for tick, message in events(data, track):
            if tick > at or getattr(message, "channel", None) != channel:
                continue
            if message.type == "control_change" and message.control == what:
                found.append((tick, message.value))
            elif message.type == what == "pitchwheel":
                found.append((tick, message.pitch))
            elif message.type == what == "aftertouch":
                found.append((tick, message.value))
            elif (message.type, what) == ("program_change", "program"):
                found.append((tick, message.program))
    return sorted(found, key=lambda pair: pair[0])[-1][1] if found else None
