"""The plan of form: how much real songs change what comes back, and how their sections contrast.

`form_plan.json` has the numbers, of songs that the models are trained on
(`python -m scripts.measure_form CORPUS`).
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from segue.generation.options import Options
from segue.score import Track
from segue.theory.gm import DRUMS

__all__ = ["amount_of", "contrasting", "in_order_of_entry", "shipped_plan"]

_SHIPPED: Final = Path(__file__).with_name("form_plan.json")
_BASSES: Final = range(32, 40)
_KEYS_AND_GUITARS: Final = range(32)


@cache
def shipped_plan() -> dict[str, Any]:
    """The numbers that were measured; `scripts/measure_form.py` says what they are."""
    plan: dict[str, Any] = json.loads(_SHIPPED.read_text())
    return plan


def amount_of(primes: int) -> float:
    """How much of a section is new where it comes back with 1 to 3 primes: a quartile each."""
    return float(shipped_plan()["changed_cells"]["quartiles"][primes - 1])


def contrasting(options: Options, random: np.random.Generator) -> Options:
    """The options for a section that contrasts: its density and register, as often as in songs."""
    shares = shipped_plan()["contrast"]
    density: Literal["denser", "sparser"] | None = None
    register: Literal["higher", "lower"] | None = None
    drawn = random.random(2)
    if drawn[0] < shares["denser"]:
        density = "denser"
    elif drawn[0] < shares["denser"] + shares["sparser"]:
        density = "sparser"
    if drawn[1] < shares["higher"]:
        register = "higher"
    elif drawn[1] < shares["higher"] + shares["lower"]:
        register = "lower"
    known = {name: value for name, value in vars(options).items() if value is not None}
    return Options(**known | {"density": density, "register": register})


def in_order_of_entry(tracks: Sequence[Track], playing: Sequence[int]) -> list[int]:
    """Tracks in the order in which songs let them enter; equal ones in the piece's own order."""
    ranks = shipped_plan()["entries"]
    return sorted(playing, key=lambda index: float(ranks[_group(tracks[index])]))


def _group(track: Track) -> str:
    if track.is_drum or track.program == DRUMS:
        return "drums"
    if track.program in _BASSES:
        return "bass"
    return "keys and guitars" if track.program in _KEYS_AND_GUITARS else "others"
