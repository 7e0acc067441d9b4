"""A composer without a model and without torch: it writes a few notes a bar, from its seed.

It keeps what a studio relies on: takes by their numbers, bars and takes told in order, a look at
`cancelled` before every bar, exact regions. Its music is nothing.
"""

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from segue.generation.arrange import Arrange
from segue.generation.chunks import within, without
from segue.generation.following import Following
from segue.generation.piece import Piece, Prompt
from segue.generation.replacing import Infill, Morph, Vary
from segue.generation.request import Accompany, Compose, Continue, Insert, Placed, Request
from segue.generation.stopped import shortened, with_told
from segue.generation.take import Take, ranked
from segue.generation.window import Region
from segue.score import Notes, Score, Track

NOTES_A_BAR = 3


@dataclass
class PlainComposer:
    """A stand-in for `segue.generation.composer.Composer`."""

    pause_s: float = 0.0
    """How long a bar takes."""
    go: threading.Event = field(default_factory=threading.Event)
    """While this is not set, nothing is written."""
    waits: threading.Event = field(default_factory=threading.Event)
    """Set when it was asked for something."""
    n_parameters: int = 0

    @classmethod
    def held(cls) -> "PlainComposer":
        """One that waits until its `go` is set; what comes from nothing it writes at once."""
        return cls()

    @classmethod
    def quick(cls, *, pause_s: float = 0.0) -> "PlainComposer":
        """One that does not wait."""
        composer = cls(pause_s=pause_s)
        composer.go.set()
        return composer

    def write(
        self, request: Request, *prompts: Prompt, following: Following | None = None
    ) -> list[Take]:
        following = following or Following()
        pieces = [Piece.of(prompt) for prompt in prompts]
        assert isinstance(
            request, Arrange | Continue | Insert | Infill | Morph | Vary | Accompany | Compose
        )
        placed = request.placed(*pieces)
        names = [section.name for section in getattr(request, "sections", ())]
        takes: list[Take] = []
        for number in request.numbers:
            waiting = not isinstance(request, Compose)
            score = self._written(placed, request, following, number, waiting=waiting)
            if score is None:
                break
            take = Take(
                number=number,
                score=score,
                region=placed.region,
                log_probability=-1.0 - number / 100,
                rank=number,
                provenance=_provenance(request, number),
                document=placed.piece.document,
                is_expressive=request.options.expression,
                sections=_equal_sections(score, names, placed.region.last),
            )
            takes.append(take)
            following.on_take(take)
        return ranked(takes)

    def stopped(
        self, request: Request, *prompts: Prompt, number: int, told: Sequence[Score]
    ) -> Take:
        pieces = [Piece.of(prompt) for prompt in prompts]
        asked: Any = request
        short: Any = shortened(request, asked.placed(*pieces).region, len(told))
        placed = short.placed(*pieces)
        return Take(
            number=number,
            score=with_told(placed, told),
            region=placed.region,
            log_probability=math.nan,
            rank=number,
            provenance=_provenance(request, number),
            document=placed.piece.document,
        )

    def _written(
        self,
        placed: Placed,
        request: Request,
        following: Following,
        number: int,
        *,
        waiting: bool,
    ) -> Score | None:
        region = placed.region
        score = without(placed.score, region)
        if not score.tracks:
            score = score.with_tracks([Track(notes=Notes.empty(), program=73, name="Flute")])
        index = region.tracks[0] if region.tracks else 0
        random = Random(f"{request.seed} {number}")
        grid = score.bar_grid(n_bars=region.last)
        for bar in range(region.first, region.last):
            self.waits.set()
            pause = self.pause_s if not waiting or self.go.is_set() else 0.005
            while waiting and not self.go.wait(pause) and not following.cancelled():
                pass
            if self.pause_s:
                threading.Event().wait(self.pause_s)
            if following.cancelled():
                return None
            score = _with_bar(score, index, grid.start(bar), grid.length(bar), random)
            following.on_bar(number, bar + 1 - region.first)
            if following.on_music is not None:
                new = Region(bar, bar + 1, region.tracks)
                following.on_music(number, bar, within(score, new))
        return score


def _provenance(request: Request, number: int) -> dict[str, Any]:
    return {"model": "plain@0", "task": request.task, "seed": request.seed, "take": number}


def _equal_sections(score: Score, names: list[str], n_bars: int) -> tuple[tuple[int, str], ...]:
    """Sections of as many bars each, by their ticks."""
    grid, bars = score.bar_grid(n_bars=n_bars), n_bars // max(1, len(names))
    return tuple((grid.start(number * bars), name) for number, name in enumerate(names))


def _with_bar(score: Score, index: int, start: int, length: int, random: Random) -> Score:
    """Another bar of the track: notes one after another, so that any file can hold them."""
    step = max(1, length // NOTES_A_BAR)
    onsets = list(range(start, start + length, step))[:NOTES_A_BAR]
    new = Notes.of(
        onset=onsets,
        duration=[max(1, step // 2)] * len(onsets),
        pitch=[random.randrange(36, 96) for _ in onsets],
        velocity=[80] * len(onsets),
    )
    tracks: list[Any] = list(score.tracks)
    tracks[index] = tracks[index].with_notes(Notes.concat([tracks[index].notes, new]))
    return replace(score, tracks=tuple(tracks))
