"""Damaged MIDI files, the same for everybody: mutant N of a seed is made from one of the files.

What is done to them is what happens to files (cut off, bytes lost, pieces of others inside) and
what somebody would do who means harm (numbers at their bounds, chunks a thousand times).

Most mutants are of excerpts, a header and a few short tracks, since damage is as good in them, and
they are read twenty times as fast. Every so many, one is of a whole file, and what it repeats may
fill megabytes.
"""

import struct
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

__all__ = ["WHOLE_EVERY", "files_in", "mutant"]

WHOLE_EVERY: Final = 40
"""How many mutants there are for one of a whole file."""

_EDGES: Final = (0x00, 0x01, 0x2F, 0x51, 0x58, 0x7F, 0x80, 0x90, 0xC0, 0xF0, 0xF7, 0xFE, 0xFF)
_LONGEST: Final = b"\xff\xff\xff\x7f"
_MAX_BYTES: Final = 2**23
_HEADER_BYTES: Final = 14
_EXCERPTS: Final = (500, 2000, 6000)
"""The most bytes of an excerpt's tracks."""
_END_OF_TRACK: Final = bytes.fromhex("00ff2f00")


def files_in(folder: Path) -> list[Path]:
    """The MIDI files of a folder and those below it, in order.

    Raises:
        SystemExit: there are none.
    """
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".mid", ".midi", ".kar"))
    if not found:
        raise SystemExit(f"{folder}: no MIDI files")
    return found


def mutant(
    files: list[Path], *, seed: int, number: int, whole_every: int = WHOLE_EVERY
) -> tuple[str, bytes]:
    """A damaged file or excerpt, and what was done to which."""
    random = Random(f"{seed} {number}")
    path = random.choice(files)
    is_whole = number % whole_every == 0
    content = _content(path)
    data = bytearray(content if is_whole else _excerpt(content, random))
    kinds = random.choices(_KINDS if is_whole else _SMALL_KINDS, k=random.choice((1, 1, 1, 2, 4)))
    for kind in kinds:
        kind(data, random)
    what = path.name if is_whole else f"some of {path.name}"
    return f"{what}: {', '.join(kind.__name__[1:] for kind in kinds)}", bytes(data[:_MAX_BYTES])


@cache
def _content(path: Path) -> bytes:
    return path.read_bytes()


def _excerpt(data: bytes, random: Random) -> bytes:
    """The header and some tracks in their order; the beginning of one if all are long."""
    most = random.choice(_EXCERPTS)
    if len(data) <= most or data[:4] != b"MThd":
        return data
    tracks = _chunks(data)
    kept: set[int] = set()
    size = 0
    for track in random.sample(range(len(tracks)), len(tracks)):
        if size + len(tracks[track]) <= most:
            kept.add(track)
            size += len(tracks[track])
    if not kept and tracks:
        shortest = min(tracks, key=len)[8:most] + _END_OF_TRACK
        tracks, kept = [b"MTrk" + struct.pack(">I", len(shortest)) + shortest], {0}
    head = data[:10] + struct.pack(">H", len(kept)) + data[12:_HEADER_BYTES]
    return head + b"".join(tracks[track] for track in sorted(kept))


def _chunks(data: bytes) -> list[bytes]:
    """What follows the header, cut by the lengths that it gives."""
    found = []
    at = _HEADER_BYTES
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "big")
        found.append(data[at:end])
        at = end
    return found


def _bytes(data: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 3, 30, 300))):
        if data:
            data[random.randrange(len(data))] = random.randrange(256)


def _edges(data: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 3, 30))):
        if data:
            data[random.randrange(len(data))] = random.choice(_EDGES)


def _cut(data: bytearray, random: Random) -> None:
    del data[random.randrange(len(data) + 1) :]


def _lost(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    del data[at : at + random.choice((1, 2, 7, 100, 5000))]


def _inserted(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.randbytes(random.choice((1, 2, 50, 2000)))


def _repeated(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    piece = bytes(data[at : at + random.choice((3, 8, 40, 400))])
    data[at:at] = piece * random.choice((2, 100, 10_000, 100_000 // max(1, len(piece))))


def _repeated_a_little(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    piece = bytes(data[at : at + random.choice((3, 8, 40, 400))])
    data[at:at] = (piece * random.choice((2, 20, 400)))[:4000]


def _moved(data: bytearray, random: Random) -> None:
    at, size = random.randrange(len(data) + 1), random.choice((4, 30, 1000))
    piece = bytes(data[at : at + size])
    del data[at : at + size]
    at = random.randrange(len(data) + 1)
    data[at:at] = piece


def _long_time(data: bytearray, random: Random) -> None:
    at = random.randrange(len(data) + 1)
    data[at : at + random.choice((0, 1, 4))] = _LONGEST


def _header(data: bytearray, random: Random) -> None:
    if len(data) >= _HEADER_BYTES:
        at = random.choice((4, 6, 8, 10, 12))
        value = random.choice((0, 1, 2, 3, 15, 255, 0x7FFF, 0x8000, 0xE728, 0xFFFF))
        data[at : at + 2] = struct.pack(">H", value)


def _lengths(data: bytearray, random: Random) -> None:
    at = data.find(b"MTrk", random.randrange(len(data) + 1))
    if at >= 0:
        length = random.choice((0, 1, 100, 2**16, 2**31, 2**32 - 1))
        data[at + 4 : at + 8] = struct.pack(">I", length)


def _noise(data: bytearray, random: Random) -> None:
    data[_HEADER_BYTES:] = random.randbytes(random.randrange(1, 5000))


_KINDS: Final = (
    *(_bytes, _edges, _cut, _lost, _inserted, _repeated),
    *(_moved, _long_time, _header, _lengths, _noise),
)
_SMALL_KINDS: Final = tuple(_repeated_a_little if kind is _repeated else kind for kind in _KINDS)
