"""A composer without a model and without torch: it writes a few notes a bar, from its seed.

It keeps what a studio relies on: takes by their numbers, bars and takes told in order, a look at
`cancelled` before every bar, exact regions. Its music is nothing.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Unpack

from segue.generation.chunks import within, without
from segue.generation.piece import Piece, Prompt
from segue.generation.request import Asking, Request
from segue.generation.take import Take, ranked
from segue.generation.window import Region
from segue.score import MetreMap, Notes, Score, TempoMap, Track
from segue.units import US_PER_MINUTE

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

    def continue_(self, prompt: Prompt, *, bars: int, **asking: Unpack[Asking]) -> list[Take]:
        piece = Piece.of(prompt)
        first = piece.score.n_bars
        return self._write(piece, Region(first, first + bars), asking, "continue")

    def infill(
        self,
        prompt: Prompt,
        *,
        first: int,
        last: int,
        tracks: Sequence[int] | None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        piece = Piece.of(prompt)
        return self._write(piece, piece.region(first, last, tracks), asking, "infill")

    def vary(
        self,
        prompt: Prompt,
        *,
        amount: float,
        first: int,
        last: int,
        tracks: Sequence[int] | None,
        **asking: Unpack[Asking],
    ) -> list[Take]:
        assert 0 <= amount <= 1
        return self.infill(prompt, first=first, last=last, tracks=tracks, **asking)

    def compose(
        self, *, bars: int, bpm: float, metre: tuple[int, int], **asking: Unpack[Asking]
    ) -> list[Take]:
        empty = Score(
            ticks_per_quarter=480,
            tracks=(Track(notes=Notes.empty(), program=73, name="Flute"),),
            tempo_map=TempoMap.constant(round(US_PER_MINUTE / bpm)),
            metre_map=MetreMap.constant(numerator=metre[0], denominator=metre[1]),
        )
        return self._write(Piece.of(empty), Region(0, bars), asking, "compose")

    def _write(self, piece: Piece, region: Region, asking: Asking, task: str) -> list[Take]:
        request = Request.of(**asking)
        takes: list[Take] = []
        for number in request.numbers:
            score = self._written(piece, region, request, number, waiting=task != "compose")
            if score is None:
                break
            take = Take(
                number=number,
                score=score,
                region=region,
                log_probability=-1.0 - number / 100,
                rank=number,
                provenance={"task": task, "seed": request.seed, "take": number},
                document=piece.document,
            )
            takes.append(take)
            request.on_take(take)
        return ranked(takes)

    def _written(
        self, piece: Piece, region: Region, request: Request, number: int, *, waiting: bool
    ) -> Score | None:
        score = without(piece.score, region)
        if not score.tracks:
            score = score.with_tracks([Track(notes=Notes.empty(), program=73, name="Flute")])
        index = region.tracks[0] if region.tracks else 0
        random = Random(f"{request.seed} {number}")
        grid = score.bar_grid(n_bars=region.last)
        for bar in range(region.first, region.last):
            self.waits.set()
            pause = self.pause_s if not waiting or self.go.is_set() else 0.005
            while waiting and not self.go.wait(pause) and not request.cancelled():
                pass
            if self.pause_s:
                threading.Event().wait(self.pause_s)
            if request.cancelled():
                return None
            score = _with_bar(score, index, grid.start(bar), grid.length(bar), random)
            request.on_bar(number, bar + 1 - region.first)
            if request.on_music is not None:
                new = Region(bar, bar + 1, region.tracks)
                request.on_music(number, bar, within(score, new))
        return score


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
