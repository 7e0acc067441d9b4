"""How near a take is to the music that the model learned from: the one place that asks.

Where no index of that music is at hand, nothing is said.
"""

from typing import Protocol

from segue.generation.take import Take
from segue.server.schemas import Novelty

__all__ = ["NoveltyReporter", "no_report"]


class NoveltyReporter(Protocol):
    """Says of a take how much of it was heard before."""

    def __call__(self, take: Take) -> Novelty | None:
        """The report; None where there is nothing to compare with."""
        ...


def no_report(take: Take) -> Novelty | None:
    """Nothing to compare with."""
    return None
