"""Whether anything in a file's bytes hints at what symusic reads wrongly; some sound files do.

It looks at every byte of every file of a corpus, so it is written for speed: numpy finds the few
places that may matter, and these are looked at one by one.
"""

from __future__ import annotations

import re
import struct
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["is_doubtful"]

_GS_DRUMS: Final = re.compile(rb"\x41[\x00-\x7f]\x42\x12\x40[\x10-\x1f]\x15")
"""Use part for rhythm."""
_XG_DRUMS: Final = re.compile(rb"\x43[\x10-\x1f]\x4c\x08[\x00-\x0f]\x07")
"""Part mode."""
_LONGEST_QUANTITY: Final = 4
_END: Final = b"\xff\x2f\x00"
_CONTROL, _DRUM_CONTROL, _SYSEX, _META = 0xB0, 0xB9, 0xF0, 0xFF
_END_TYPE: Final = 0x2F
_DATA: Final = 0x80
"""Bytes below it are data."""

Bytes = npt.NDArray[np.uint8]


def is_doubtful(data: bytes) -> bool:
    """Whether Segue's own reader should read a file as well."""
    return (
        not _is_whole(data)
        or _controls_hint(np.frombuffer(data, np.uint8))
        or _GS_DRUMS.search(data) is not None
        or _XG_DRUMS.search(data) is not None
        or _run_goes_on(data)
    )


def _is_whole(data: bytes) -> bool:
    """Whether there are as many tracks as announced, each as long as it says, with its end."""
    if len(data) < 14:
        return False
    (length, _, n_announced) = struct.unpack_from(">IHH", data, 4)
    position, n_tracks = 8 + length, 0
    while position + 8 <= len(data) and n_tracks < n_announced:
        (length,) = struct.unpack_from(">I", data, position + 4)
        end = position + 8 + length
        if data[position : position + 4] == b"MTrk":
            n_tracks += 1
            if end > len(data) or not data.endswith(_END, position, end):
                return False
        position = end
    return bool(n_tracks == n_announced)


def _controls_hint(data: Bytes) -> bool:
    """Whether a controller may end notes, or choose a bank of drums in XG or GM2.

    Those that end notes are 120 and 123 to 127. A bank of drums is 120, 126 or 127, and 121 on
    channel 10, where the other two say nothing new.
    """
    at = np.flatnonzero((data[:-2] & 0xF0) == _CONTROL)
    status, number, value = data[at], data[at + 1], data[at + 2]
    ends = ((number == 120) | ((number >= 123) & (number < _DATA))) & (value < _DATA)
    bank = np.where(
        status == _DRUM_CONTROL, value == 121, (value == 120) | (value == 126) | (value == 127)
    )
    return bool((ends | ((number == 0) & bank)).any())


def _run_goes_on(data: bytes) -> bool:
    """Whether a meta or sysex message seems to be followed by a message without a status.

    What may be one: 0xF0, or 0xFF and a type that is not the end of track, behind a byte of data,
    which ends its time. Some long times look the same. What it holds is not looked into.
    """
    read = 0
    for at in _between_runs(np.frombuffer(data, np.uint8)):
        if at < read:
            continue
        length, begin = _quantity(data, at + (2 if data[at] == _META else 1))
        read = begin + length
        _, following = _quantity(data, read)
        if following < len(data) and data[following] < _DATA:
            return True
    return False


def _between_runs(data: Bytes) -> list[int]:
    """Where meta and sysex messages may be."""
    at = np.flatnonzero(data >= _SYSEX)
    at = at[(at == 0) | (data[at - 1] < _DATA)]
    following = data[np.minimum(at + 1, len(data) - 1)]
    is_meta = (data[at] == _META) & (following < _DATA) & (following != _END_TYPE)
    found: list[int] = at[is_meta | (data[at] == _SYSEX)].tolist()
    return found


def _quantity(data: bytes, position: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    number = 0
    for at in range(position, min(position + _LONGEST_QUANTITY, len(data))):
        number = number << 7 | data[at] & 0x7F
        if data[at] < _DATA:
            return number, at + 1
    return number, len(data)
