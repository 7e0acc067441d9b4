"""Which instruments play together: real ensembles, for pieces that have none or want more.

`ensembles.json` has the instruments of songs that the models are trained on, one song an ensemble
(`scripts/write_ensembles.py`): for each track its program, 128 for drums.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

_SHIPPED: Final = Path(__file__).with_name("ensembles.json")
_AUDITIONED: Final = 32
"""Of so many ensembles the one most like the piece is looked at for who would join."""
_MOST_NEW: Final = 3


@cache
def shipped_ensembles() -> tuple[tuple[int, ...], ...]:
    """The instruments of each ensemble."""
    return tuple(tuple(ensemble) for ensemble in json.loads(_SHIPPED.read_text()))


def draw_ensemble(random: np.random.Generator) -> list[int]:
    """An ensemble for a piece that has no instruments."""
    ensembles = shipped_ensembles()
    return list(ensembles[int(random.integers(len(ensembles)))])


def who_would_join(playing: Sequence[int], random: np.random.Generator) -> list[int]:
    """Up to three instruments that a piece does not have, of an ensemble that is like it."""
    ensembles, own = shipped_ensembles(), set(playing)
    chosen = random.integers(len(ensembles), size=_AUDITIONED).tolist()
    larger = [ensembles[index] for index in chosen if set(ensembles[index]) - own]
    if not larger:
        return []
    nearest = max(larger, key=lambda ensemble: _alike(set(ensemble), own))
    return [i for i in dict.fromkeys(nearest) if i not in own][:_MOST_NEW]


def _alike(first: set[int], second: set[int]) -> float:
    return len(first & second) / len(first | second)
