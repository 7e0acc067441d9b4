"""Pieces and details as a project's file keeps them: compressed, and not trusted when unpacked."""

import json
import zlib
from typing import Any, Final

__all__ = ["BloatedError", "pack", "pack_json", "unpack", "unpack_json", "unpacked_size"]

_MAX_BYTES: Final = {"midi": 32 * 2**20, "details": 8 * 2**20}
"""The most bytes of one piece, or of the details of one take, unpacked."""
_STEP: Final = 2**20


class BloatedError(ValueError):
    """More comes out than any music needs."""


def pack(data: bytes) -> bytes:
    """Compressed."""
    return zlib.compress(data)


def pack_json(value: dict[str, Any]) -> bytes:
    """The same of a value's JSON."""
    return pack(json.dumps(value).encode())


def unpack(packed: bytes, column: str = "midi") -> bytes:
    """What was packed.

    Raises:
        BloatedError: it is larger than a column of this name holds.
        ValueError: it is damaged.
    """
    most = _MAX_BYTES[column]
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(packed, most + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(found) > most:
        raise BloatedError(f"more than {most} bytes")
    if not unpacking.eof:
        raise ValueError("it is cut off")
    return found


def unpack_json(packed: bytes, column: str = "details") -> dict[str, Any]:
    """The value whose JSON was packed.

    Raises:
        ValueError: it is damaged, too large, or not an object.
        RecursionError: it is nested too deeply.
    """
    value = json.loads(unpack(packed, column))
    if not isinstance(value, dict):
        raise ValueError("it is not an object")
    return value


def unpacked_size(packed: bytes, column: str) -> int:
    """How large a packed value is, without keeping it in memory.

    Raises:
        BloatedError: larger than a column of this name holds.
        ValueError: it is damaged.
    """
    unpacking = zlib.decompressobj()
    size = 0
    try:
        while not unpacking.eof:
            found = unpacking.decompress(packed, _STEP)
            packed = unpacking.unconsumed_tail
            if not found and not packed and not unpacking.eof:
                raise ValueError("it is cut off")
            size += len(found)
            if size > _MAX_BYTES[column]:
                raise BloatedError(f"more than {_MAX_BYTES[column]} bytes")
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return size
