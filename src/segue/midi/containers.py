"""MIDI files inside others: RMID, whose MIDI file is a RIFF chunk, and XMF, where it is a node.

Other parts of the wrapper (titles, sounds) are not read. Any other file must have its MIDI header
within the first few kilobytes, for example after a MacBinary header.
"""

import struct
import zlib
from typing import Final, NamedTuple

__all__ = ["HEADER", "Found", "find_smf"]

HEADER: Final = b"MThd"
_FARTHEST_HEADER: Final = 4096
"""How far into an unknown file a header is looked for."""
_ZLIB: Final = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_MAX_STREAMS: Final = 64
"""How many places of an XMF file are tried where packed data may begin."""


class Found(NamedTuple):
    """Where a MIDI file lies."""

    data: bytes
    """The bytes that hold it: the file, or what was packed in it."""
    start: int
    """The byte of its header; -1 if there is none."""
    end: int
    """The byte after it, as far as the wrapper says."""
    wrapper: str
    """What lies around it, in words; empty for nothing."""


def find_smf(data: bytes, *, max_bytes: int) -> Found:
    """Find the MIDI file in a file; what was packed is unpacked up to `max_bytes`."""
    if data.startswith((b"RIFF", b"RIFX")) and data[8:12] == b"RMID":
        start, end = _riff_data(data)
        return Found(data, start, end, "a RIFF (.rmi) wrapper, its titles and sounds,")
    if data.startswith(b"XMF_"):
        wrapper = "an XMF wrapper, its titles and sounds,"
        start = data.find(HEADER)
        if start >= 0:
            return Found(data, start, len(data), wrapper)
        return _packed(data, max_bytes, wrapper)
    start = data.find(HEADER, 0, _FARTHEST_HEADER)
    wrapper = "a RIFF wrapper" if data.startswith(b"RIFF") else "unknown data"
    return Found(data, start, len(data), wrapper if start > 0 else "")


def _riff_data(data: bytes) -> tuple[int, int]:
    """The header in the data chunk and the chunk's end; anywhere, if the chunks are damaged."""
    order = ">I" if data.startswith(b"RIFX") else "<I"
    position = 12
    while position + 8 <= len(data):
        (length,) = struct.unpack_from(order, data, position + 4)
        begin = position + 8
        if data[position : position + 4] == b"data":
            end = min(begin + length, len(data))
            start = data.find(HEADER, begin, end)
            if start >= 0:
                return start, end
        position = begin + length + length % 2
    return data.find(HEADER), len(data)


def _packed(data: bytes, max_bytes: int, wrapper: str) -> Found:
    """The first packed stream that begins as a MIDI file does."""
    position = -1
    for _ in range(_MAX_STREAMS):
        following = [at for head in _ZLIB if (at := data.find(head, position + 1)) >= 0]
        if not following:
            break
        position = min(following)
        unpacker = zlib.decompressobj()
        try:
            head = unpacker.decompress(data[position:], len(HEADER))
            if head != HEADER:
                continue
            unpacked = head + unpacker.decompress(unpacker.unconsumed_tail, max_bytes)
        except zlib.error:
            continue
        return Found(unpacked, 0, len(unpacked), wrapper)
    return Found(data, -1, len(data), wrapper)
