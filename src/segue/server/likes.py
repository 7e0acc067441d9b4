"""A take that others are to be like: they are variations of the bars that were written for it.

They are written into the take's file, and shown beside the version that the take was asked of, as
the take itself is.
"""

from dataclasses import dataclass, replace
from typing import Any

from segue.errors import InputError
from segue.generation.window import Region
from segue.midi import MidiDocument
from segue.server.schemas.music import ChannelEvent
from segue.server.schemas.suggestions import TakeOf

__all__ = ["Like"]


@dataclass(frozen=True)
class Like:
    """A take and where it was written."""

    document: MidiDocument
    """Its whole piece."""
    version: MidiDocument
    """What it was asked of."""
    region: Region
    """Its bars, and the tracks as the version numbers them."""
    named: TakeOf
    """Its name, with what it was, or the first in a row of takes that are like another."""
    resets: list[ChannelEvent]
    """What its file has at the join."""
    provenance: dict[str, Any]

    @property
    def written(self) -> Region:
        """The region as its own file numbers the tracks.

        Raises:
            InputError: none of them plays anything.
        """
        if self.region.tracks is None:
            return self.region
        own, mine = self.version.origins, self.document.origins
        wanted = {own[track] for track in self.region.tracks if track < len(own)}
        is_new = any(track >= len(own) for track in self.region.tracks)
        tracks = tuple(
            index
            for index, origin in enumerate(mine)
            if origin in wanted or (is_new and origin not in own)
        )
        if not tracks:
            raise InputError("this take is silent, so nothing is like it; choose another")
        return replace(self.region, tracks=tracks)
