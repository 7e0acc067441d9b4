"""How long work reports its progress; the caller decides how to show it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Progress:
    """How far a piece of work is.

    Attributes:
        phase: what is being done, one word.
        done: units done (files, songs or shards, as the phase has it).
        total: units in all, or None while unknown.
    """

    phase: str
    done: int
    total: int | None


OnProgress: TypeAlias = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """Tell nobody."""
