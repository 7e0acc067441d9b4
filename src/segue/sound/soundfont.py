"""Soundfonts as files: where Segue's own is, and whether a given one is one."""

from pathlib import Path
from typing import Final

from segue.errors import FormatError, InputError

__all__ = ["GM_SOUNDFONT", "checked_soundfont"]

GM_SOUNDFONT: Final = Path(__file__).parent / "gm.sf3"
"""The General MIDI soundfont that Segue ships."""


def checked_soundfont(path: Path) -> Path:
    """Return `path` if it begins as a SoundFont 2 or 3 does.

    Raises:
        InputError: it cannot be read.
        FormatError: it is something else.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError as error:
        raise InputError(f"{path}: cannot read the soundfont: {error.strerror}") from error
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise FormatError(f"{path}: not a soundfont; give a file that ends in .sf2 or .sf3")
    return path
