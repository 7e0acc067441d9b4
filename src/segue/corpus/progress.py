"""How a long piece of work tells how far it is; who shows it, and how, is the caller's affair."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Progress:
    """How far a piece of work is.

    Attributes:
        phase: what is being done, one word.
        done: units done (files, songs or shards, as the phase has it).
        total: units in all, or None while nobody knows.
    """

    phase: str
    done: int
    total: int | None


OnProgress: TypeAlias = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Tell nobody."""
