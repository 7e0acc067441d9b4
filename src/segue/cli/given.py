"""What is given at a terminal: a piece on standard input, and wrong wishes for messages."""

import sys
from typing import Final

from segue.errors import FormatError
from segue.plain import plain

__all__ = ["STANDARD_INPUT", "read_standard_input", "shown"]

STANDARD_INPUT: Final = "-"
"""Stands for standard input where a file to read is asked for."""

_SHOWN: Final = 40


def shown(text: str) -> str:
    """What was given, quoted for a message: whatever acts is written out, and long text is cut."""
    told = plain(text)
    return repr(told) if len(told) <= _SHOWN else f"{told[:_SHOWN]!r}..."


def read_standard_input() -> bytes:
    """The music on standard input.

    Raises:
        FormatError: it is larger than any music.
    """
    from segue.midi.reader import MAX_BYTES

    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FormatError(f"standard input: larger than {MAX_BYTES:,} bytes, as no music is")
    return data
