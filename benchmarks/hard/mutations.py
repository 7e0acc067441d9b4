"""Damaged MIDI files, the same for everybody: mutant N of a seed is made from one of the files.

What is done to them is what happens to files (cut off, bytes lost, pieces of others inside) and
what somebody would do who means harm (numbers at their bounds, chunks a thousand times).
"""

import struct
from pathlib import Path
from random import Random
from typing import Final

__all__ = ["files_in", "mutant"]

_EDGES: Final = (0x00, 0x01, 0x2F, 0x51, 0x58, 0x7F, 0x80, 0x90, 0xC0, 0xF0, 0xF7, 0xFE, 0xFF)
_LONGEST: Final = b"\xff\xff\xff\x7f"
_MAX_BYTES: Final = 2**23


def files_in(folder: Path) -> list[Path]:
    """The MIDI files of a folder and those below it, in order.

    Raises:
        SystemExit: there are none.
    """
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".mid", ".midi", ".kar"))
    if not found:
        raise SystemExit(f"{folder}: no MIDI files")
    return found


def mutant(files: list[Path], *, seed: int, number: int) -> tuple[str, bytes]:
    """A damaged file, and what was done to which."""
    random = Random(f"{seed} {number}")
    path = random.choice(files)
    data = bytearray(path.read_bytes())
    kinds = random.choices(_KINDS, k=random.choice((1, 1, 1, 2, 4)))
    for kind in kinds:
        kind(data, random)
    return f"{path.name}: {', '.join(kind.__name__[1:] for kind in kinds)}", bytes(
        data[:_MAX_BYTES]
    )


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
    if len(data) >= 14:
        at = random.choice((4, 6, 8, 10, 12))
        value = random.choice((0, 1, 2, 3, 15, 255, 0x7FFF, 0x8000, 0xE728, 0xFFFF))
        data[at : at + 2] = struct.pack(">H", value)


def _lengths(data: bytearray, random: Random) -> None:
    at = data.find(b"MTrk", random.randrange(len(data) + 1))
    if at >= 0:
        length = random.choice((0, 1, 100, 2**16, 2**31, 2**32 - 1))
        data[at + 4 : at + 8] = struct.pack(">I", length)


def _noise(data: bytearray, random: Random) -> None:
    data[14:] = random.randbytes(random.randrange(1, 5000))


_KINDS: Final = (
    *(_bytes, _edges, _cut, _lost, _inserted, _repeated),
    *(_moved, _long_time, _header, _lengths, _noise),
)
