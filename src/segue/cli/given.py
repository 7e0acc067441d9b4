"""What is typed at a terminal: a piece on standard input, and wrong values shown in messages."""

import sys
from typing import Final

from segue.errors import FormatError
from segue.plain import plain

__all__ = ["STANDARD_INPUT", "read_standard_input", "shown"]

STANDARD_INPUT: Final = "-"
"""Stands for standard input where a file to read is asked for."""

_SHOWN: Final = 40


def shown(text: str) -> str:
    """A value quoted for a message: control characters are written out, and long text is cut."""
    safe = plain(text)
    return repr(safe) if len(safe) <= _SHOWN else f"{safe[:_SHOWN]!r}..."


def read_standard_input() -> bytes:
    """The music on standard input.

    Raises:
        FormatError: it is larger than any music.
    """
    from segue.midi.reader import MAX_BYTES

    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FormatError(
            f"standard input: larger than {MAX_BYTES:,} bytes; no piece of music needs as much"
        )
    return data
