"""Which bar of a piece each unknown one is most like, and how alike they will be."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import IntArray
from segue.recall.heard import FEATURES, FloatArray, Heard, Where

__all__ = ["WEIGHTS", "Likeliest", "likeliest", "weights_of"]

WEIGHTS: Final = Path(__file__).with_name("weights.json")
_SURE: Final = 0.6
"""The note F1 that is expected, from which on a bar is taken to come back."""


@dataclass(frozen=True, eq=False)
class Likeliest:
    """For each of some unknown bars, U, the bar that it is most like."""

    sources: IntArray
    """(U,); -1: there is none."""
    expected: FloatArray
    """Their note F1 with what will really be there, in 0..1, (U,); 0 where there is none."""

    @property
    def sure(self) -> BoolArray:
        """The bars that are taken to come back, (U,)."""
        found: BoolArray = self.expected >= _SURE
        return found


def likeliest(heard: Heard) -> Likeliest:
    """The likeliest source of each unknown bar, one after another.

    A bar that is sure to come back is heard when those after it are guessed. What bars are now is
    not looked at, but for this: bars that say the same are no news, and the next best are taken.
    """
    weights = weights_of(heard.where)
    sources = np.full(heard.last - heard.first, -1)
    most = np.zeros(len(sources))
    for index, bar in enumerate(range(heard.first, heard.last)):
        found = heard.candidates(bar)
        if not len(found):
            continue
        expected = heard.features(bar)[found] @ weights
        best = int(np.argmax(expected))
        sources[index], most[index] = found[best], np.clip(expected[best], 0, 1)
        if most[index] >= _SURE:
            heard = heard.with_bar(bar, heard.own.of_bar(int(found[best])))
    return Likeliest(sources, most)


@cache
def weights_of(where: Where) -> FloatArray:
    """What each feature is worth, (F,), in note F1."""
    shipped: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    weights = shipped["weights"][where]
    return np.array([weights[name] for name in FEATURES])
