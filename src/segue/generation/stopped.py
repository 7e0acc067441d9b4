"""A take that was stopped: its complete bars are a take of their own, as if no more had been asked.

The bars are those that were told while it was written (`Following.on_music`).
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from segue.generation.piece import Piece, Prompt
from segue.generation.placing import place
from segue.generation.replacing import Infill, Morph
from segue.generation.request import Placed, Request
from segue.generation.take import Take
from segue.generation.window import Region
from segue.score import Notes, Score, Track, slice_bars, splice

__all__ = ["Stopping", "shortened", "with_told"]


def shortened(request: Request, region: Region, bars: int) -> Request:
    """The request for the first bars of what was asked for.

    `region`: where it is written. Nothing else changes, so that the numbers of takes do not; but a
    morph is bars that were replaced: what comes after its first ones need not play.
    """
    if isinstance(request, Morph):
        request = Infill(**{f.name: getattr(request, f.name) for f in fields(request)})
    if hasattr(request, "last"):
        return replace(request, first=region.first, last=region.first + bars)  # type: ignore[call-arg]
    return replace(request, bars=bars)  # type: ignore[call-arg]


class Stopping(ABC):
    """What a composer makes of the bars of a take that it did not finish."""

    folder: Path | None

    @abstractmethod
    def _provenance(
        self, request: Request, score: Score, region: Region, take: int
    ) -> dict[str, Any]:
        """Where a take comes from."""

    def stopped(
        self, request: Request, *prompts: Prompt, number: int, told: Sequence[Score]
    ) -> Take:
        """The complete bars of a take that was not finished, as a take of its own.

        Its provenance says how many bars were asked for: the first of those are its own.

        Args:
            request: what was asked for.
            prompts: what it was asked of, as in `write`.
            number: the take's.
            told: its complete bars in their order, as `Following.on_music` told them.

        Raises:
            InputError: as `write`.
        """
        pieces = [Piece.of(prompt) for prompt in prompts]
        asked = place(request, pieces).region
        placed = place(shortened(request, asked, len(told)), pieces)
        found = self._provenance(request, placed.score, placed.region, number)
        return Take(
            number=number,
            score=with_told(placed, told),
            region=placed.region,
            log_probability=math.nan,
            rank=number,
            provenance=found | {"asked_bars": [asked.first + 1, asked.last]},
            document=placed.piece.document,
            own=(placed.piece.score,),
            model_folder=self.folder,
            is_expressive=request.options.expression,
        )


def with_told(placed: Placed, told: Sequence[Score]) -> Score:
    """The piece with the bars that were told, one score a bar, in a region of as many bars.

    Notes end with the region, and where their pitch begins again in their track.
    """
    region = placed.region
    end = placed.score.bar_grid(n_bars=region.last).start(region.last)
    tracks = [_joined([t for t in same if t is not None], end) for same in _by_track(told)]
    music = slice_bars(placed.score.with_tracks(tracks), region.first, region.last)
    return splice(
        placed.score,
        music,
        first_bar=region.first,
        last_bar=region.last,
        tracks=_there(region, len(placed.score.tracks), len(tracks)),
    )


def _by_track(told: Sequence[Score]) -> list[tuple[Track | None, ...]]:
    """What each track plays in each bar; tracks that joined later are not in the first bars."""
    return list(zip_longest(*(score.tracks for score in told)))


def _joined(bars: Sequence[Track], end: int) -> Track:
    notes = Notes.concat([track.notes for track in bars])
    limit = np.minimum(notes.offset, end)
    for pitch in np.unique(notes.pitch):
        mine = np.flatnonzero(notes.pitch == pitch)
        onset = notes.onset[mine]
        following = np.searchsorted(onset, onset, side="right")
        limit[mine] = np.minimum(limit[mine], np.append(onset, end)[following])
    return bars[0].with_notes(
        Notes.of(
            onset=notes.onset,
            duration=limit - notes.onset,
            pitch=notes.pitch,
            velocity=notes.velocity,
        )
    )


def _there(region: Region, n_own: int, n_told: int) -> tuple[int, ...] | None:
    """The tracks that were written, as far as there are any."""
    if region.tracks is None:
        return None
    return tuple(track for track in region.tracks if track < max(n_own, n_told))
