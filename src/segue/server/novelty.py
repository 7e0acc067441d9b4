"""How similar a take is to the music that the model learned from; only this module asks.

Models whose folder has no fingerprint of that music give no report.
"""

from typing import Protocol

from segue.generation.take import Take
from segue.server.schemas.music import Novelty

__all__ = ["NoveltyReporter", "report_of"]


class NoveltyReporter(Protocol):
    """Reports how much of a take was heard before."""

    def __call__(self, take: Take) -> Novelty | None:
        """The report; None where there is nothing to compare with."""
        ...


def report_of(take: Take) -> Novelty | None:
    """What the take shares with the music that its model was trained on."""
    found = take.novelty
    if found is None:
        return None
    return Novelty(
        longest_notes=found.longest_notes,
        longest_quarters=found.longest_quarters,
        share=found.share,
        deserves_attention=found.deserves_attention and not found.is_strum,
        words=found.words,
    )
