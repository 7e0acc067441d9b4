"""How near takes stay to what they are told: bars of their piece that come back, or another piece.

The first take of several is the nearest, so that a musician hears both what is to be expected and
what is not. The levels were chosen by measurement (experiments/LOG.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["CONTINUED", "FILLED", "PATTERNED", "Nearness", "in_turn", "levels_of"]


@dataclass(frozen=True)
class Nearness:
    """How near a take stays to what comes back."""

    level: float | None
    """How noisy the latents are that the model is told of it; None: it is told nothing."""
    repeats: bool = False
    """Whether what is sure to come back comes back to the note, and the model writes the rest."""


FILLED: Final = (Nearness(0.5, repeats=True), Nearness(0.25), Nearness(0.5), Nearness(None))
"""Of bars that are filled: of the takes in turn."""
CONTINUED: Final = (Nearness(0.5), Nearness(0.6), Nearness(0.75), Nearness(None))
"""Of bars after a piece."""
PATTERNED: Final = (Nearness(0.0), Nearness(0.25), Nearness(0.4), Nearness(0.5))
"""Of bars that are to be like another piece."""


def in_turn(nearnesses: Sequence[Nearness]) -> Callable[[int], Nearness]:
    """That of each take, by its number from 1."""
    return lambda number: nearnesses[(number - 1) % len(nearnesses)]


def levels_of(nearnesses: Sequence[Nearness]) -> Callable[[int], float | None]:
    """The level of each take, by its number from 1."""
    near = in_turn(nearnesses)
    return lambda number: near(number).level
