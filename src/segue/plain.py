"""Text from files and command lines made safe to show.

Names of files and names in MIDI files may hold anything: escape sequences that rename a terminal's
window, marks that change the direction of reading, bytes that are not UTF-8. Text is made plain
before it is shown.
"""

import re
from typing import Final

__all__ = ["plain", "well_formed"]

_ACTS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb]"
)
_BREAKS: Final = re.compile("[\t\n]+")


def plain(text: str, *, lines: bool = False) -> str:
    r"""The text with control characters written out, as `\x1b`.

    `lines`: whether line breaks and tabs stay; otherwise each becomes a space.
    """
    if not lines:
        text = _BREAKS.sub(" ", text)
    return _ACTS.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found.group())
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was not UTF-8, as Python keeps it in file names
        code -= 0xDC00
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


def well_formed(name: str) -> str:
    r"""The text with lone surrogates, which no encoding holds, written out: `caf\xe9.mid`."""
    return re.sub("[\ud800-\udfff]", _written_out, name)
