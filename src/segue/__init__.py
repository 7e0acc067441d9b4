"""Segue continues a musician's multi-instrument MIDI piece.

The names below are imported when they are first used, so that `import segue` is instant and loads
no torch:

- `load(name)`: a model, ready to continue, infill, vary, compose (`segue.generation`);
- `Options`: how takes are drawn (`segue.generation`);
- `comp(base, choices)`: parts of several takes as one piece, each a `Choice` (`segue.generation`);
- `Score`: a piece of music (`segue.score`);
- `read_midi(path_or_bytes)`: a MIDI file, every event kept (`segue.midi`);
- `chords_of(document)`: its chords, named in the file or read from the notes (`segue.harmony`).
"""

import importlib
from typing import TYPE_CHECKING, Any

from segue.version import __version__

if TYPE_CHECKING:
    from segue.generation.comp import Choice, comp
    from segue.generation.composer import load
    from segue.generation.options import Options
    from segue.harmony import chords_of
    from segue.midi import read_document as read_midi
    from segue.score import Score

__all__ = [
    "Choice",
    "Options",
    "Score",
    "__version__",
    "chords_of",
    "comp",
    "load",
    "read_midi",
]

_PLACES = {
    "Choice": ("segue.generation.comp", "Choice"),
    "comp": ("segue.generation.comp", "comp"),
    "Options": ("segue.generation.options", "Options"),
    "chords_of": ("segue.harmony", "chords_of"),
    "load": ("segue.generation.composer", "load"),
    "Score": ("segue.score", "Score"),
    "read_midi": ("segue.midi", "read_document"),
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(importlib.import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
