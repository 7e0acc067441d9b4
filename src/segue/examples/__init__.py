"""Three prompts that Segue brings along, composed for it in code: `band`, `quartet`, `chiptune`.

The MIDI files beside this module are what `python -m segue.examples` writes; nobody else's music is
in them, so that they may be used for anything.
"""

from pathlib import Path
from typing import Final

from segue.errors import InputError

__all__ = ["NAMES", "example_path"]

NAMES: Final = ("band", "quartet", "chiptune")


def example_path(name: str) -> Path:
    """The MIDI file of the example `name`.

    Raises:
        InputError: there is no such example.
    """
    if name not in NAMES:
        raise InputError(f"there is no example {name!r}; there are {', '.join(NAMES)}")
    return Path(__file__).parent / f"{name}.mid"
