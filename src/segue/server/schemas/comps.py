"""Comps over the wire: parts of takes that become one version."""

from pydantic import Field

from segue.server.schemas.asked import Asked, Text, TrackIndex
from segue.server.schemas.suggestions import BarNumber, SuggestionName, TakeNumber

__all__ = ["CompChoice", "CompRequest"]


class CompChoice(Asked):
    """Some tracks and bars of a take, of this version or of an earlier one."""

    suggestion: SuggestionName
    take: TakeNumber
    tracks: list[TrackIndex] = Field(
        min_length=1, max_length=1000, description="As the take's `score_tracks` count."
    )
    first: BarNumber
    last: BarNumber = Field(description="The bar after the last.")


class CompRequest(Asked):
    """Parts of takes; of parts that overlap the later counts. All else stays as the version is."""

    choices: list[CompChoice] = Field(min_length=1, max_length=1000)
    name: Text | None = Field(None, description="What the new version is to be called.")
