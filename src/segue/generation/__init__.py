"""Continuing, infilling, accompanying, composing, varying, bridging, arranging: Score to takes.

The names below are imported when they are first used: the command line's help needs only `bounds`.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segue.generation.arrange import Arrange
    from segue.generation.comp import Choice, Comp
    from segue.generation.following import Following
    from segue.generation.options import Options
    from segue.generation.replacing import Infill, Morph, Vary
    from segue.generation.request import Accompany, Bridge, Compose, Continue, Insert
    from segue.generation.take import Take

__all__ = [
    "Accompany",
    "Arrange",
    "Bridge",
    "Choice",
    "Comp",
    "Compose",
    "Continue",
    "Following",
    "Infill",
    "Insert",
    "Morph",
    "Options",
    "Take",
    "Vary",
]

_PLACES = {
    "Arrange": "arrange",
    "Choice": "comp",
    "Comp": "comp",
    "Following": "following",
    "Infill": "replacing",
    "Morph": "replacing",
    "Options": "options",
    "Take": "take",
    "Vary": "replacing",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_PLACES.get(name, 'request')}")
    return getattr(module, name)
