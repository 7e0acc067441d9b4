"""How near takes stay to what they are told: bars of their piece that come back, or another piece.

The first take of several is the nearest, so that a musician hears both what is to be expected and
what is not. The shares and levels were chosen by measurement (experiments/LOG.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

__all__ = ["CONTINUED", "FILLED", "MORPHED", "PATTERNED", "Trust", "in_turn"]

T = TypeVar("T")


@dataclass(frozen=True)
class Trust:
    """What a take makes of bars that may come back."""

    share: float | None
    """How likely it takes them to be, as a share of how likely they are; None: it is told nothing.
    """
    repeats: bool = False
    """Whether what is sure to come back comes back to the note, and the model writes the rest."""


FILLED: Final = (Trust(1.0, repeats=True), Trust(1.0), Trust(0.8), Trust(None))
"""Of bars that are filled: of the takes in turn."""
CONTINUED: Final = (Trust(1.0), Trust(0.85), Trust(0.6), Trust(None))
"""Of bars after a piece."""
PATTERNED: Final = (0.0, 0.25, 0.4, 0.5)
"""How noisy the latents of another piece are."""
MORPHED: Final = (0.0, 0.25, 0.25, 0.4)
"""How noisy those of bars are that lead from one bar into another."""


def in_turn(values: Sequence[T], number: int) -> T:
    """That of a take, by its number from 1."""
    return values[(number - 1) % len(values)]
