"""Making a song of a loop, section by section, out of what a model can be asked for already.

A section that comes back is copied and, with a prime, varied; a new letter is continued, with
another density and register where the plan of form draws them, and the chords that are given. Bars
that come back over other chords are written anew, but for their drums. When the section after it is
there, the last bar of each is written anew to lead over; the very last one ends the song. The
loop's own bars are never touched. All steps of a take are drawn from the request's seed and its
number.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeVar

import numpy as np

from segue.encoding.vocabulary import MAX_PARTS
from segue.generation.arrange import Arrange
from segue.generation.chunks import within
from segue.generation.following import Following
from segue.generation.form import LOOP, Section
from segue.generation.form_plan import amount_of, contrasting
from segue.generation.joins import cut_score
from segue.generation.manners import ended, entering, playing_in, thinned_out
from segue.generation.piece import Piece
from segue.generation.replacing import Infill, Vary
from segue.generation.request import Continue, Placed, Request
from segue.generation.take import Take
from segue.generation.window import Region
from segue.metrics import pitch_class_counts
from segue.score import Score, TempoMap, append_bars, slice_bars
from segue.theory.key import estimate_key

__all__ = ["Arranged", "arranged"]

Write = Callable[[Request, Placed], list[Take]]
"""Does a request of one take in a place; nothing comes of it where it was cancelled."""

_Kind = TypeVar("_Kind", Continue, Infill, Vary)

_FORM: Final = 4
"""The dice are thrown by (seed, step, take); see `cells` for the others that use them."""


@dataclass(frozen=True)
class Arranged:
    """A song."""

    number: int
    score: Score
    log_probability: float
    """Of what was written, in nats an event, the mean over its steps."""
    sections: tuple[Section, ...]

    @property
    def marks(self) -> tuple[tuple[int, str], ...]:
        """Where each section begins, in ticks, and its name."""
        grid = self.score.bar_grid(n_bars=self.sections[-1].last)
        return tuple((grid.start(section.first), section.name) for section in self.sections)


def arranged(
    write: Write, request: Arrange, placed: Placed, following: Following
) -> Iterator[Arranged]:
    """The songs that were asked for, one after another, as far as they become complete."""
    for number in request.numbers:
        song = _Song(write, request, placed, number, following)
        if not song.written():
            return
        yield Arranged(number, song.score, float(np.mean(song.told or [0.0])), song.sections)


class _Song:
    """One take on its way."""

    def __init__(
        self, write: Write, request: Arrange, placed: Placed, number: int, following: Following
    ) -> None:
        self.write, self.request, self.number, self.following = write, request, number, following
        self.piece, self.loop = placed.piece, placed.region.first
        self.sections = request.sections_in(placed.piece)
        self.chords = request.chords_in(placed.piece)
        self.score = self._opened(placed.score)
        self.sources: dict[str, Score] = {}
        """Each letter as it was when it first came, before it was led on to another."""
        self.told: list[float] = []
        """The log-probability of each step."""
        self.steps = 0

    def written(self) -> bool:
        """Write it; whether it is complete."""
        if not self._over_its_chords(self.sections[0]):
            return False
        self.sources[LOOP] = self._part(self.sections[0])
        for before, section in zip(self.sections, self.sections[1:], strict=False):
            if not self._section(section) or not self._lead_over(before.last - 1, before):
                return False
            self._report(before)
        last = self.sections[-1]
        end = self.chords.key_of(last.last - 1)
        self.score = ended(self.score, last.last - 1, self._key if end is None else end)
        if last.last - last.first > 1 and not self._lead_over(last.last - 2, last):
            return False
        self._report(last)
        return True

    def _opened(self, score: Score) -> Score:
        """The first section: the loop, as often as it fits."""
        loop = cut_score(score, self.loop)
        bars = self.sections[0].last
        for first in range(self.loop, bars, self.loop):
            part = slice_bars(loop, 0, min(self.loop, bars - first))
            score = _with_part(score, part, first)
        return score

    def _part(self, section: Section) -> Score:
        """The bars of a section, with nothing that rings on after them."""
        bars = slice_bars(self.score, section.first, section.last)
        return cut_score(bars, section.last - section.first)

    def _section(self, section: Section) -> bool:
        """Let a section follow what there is; whether it was written."""
        first, last = section.first, section.last
        source = self.sources.get(section.letter)
        if source is None:
            random = np.random.default_rng([self.request.seed, first, self.number, _FORM])
            asking = self._asking(Continue, Region(first, last))
            options = contrasting(asking.options, random)
            request = replace(asking, bars=last - first, options=options)
            if not self._step(request, Region(first, last)):
                return False
            self.sources[section.letter] = self._part(section)
        else:
            self.score = _with_part(self.score, source, first)
        if section.primes and source is not None:
            region = Region(first, last)
            vary = self._asking(Vary, region)
            if not self._step(replace(vary, amount=amount_of(section.primes)), region):
                return False
        if not self._over_its_chords(section):
            return False
        if section.manner == "+":
            self.score = entering(self.score, first, last)
        elif section.manner == "-":
            self.score = thinned_out(self.score, first, last)
        return True

    def _over_its_chords(self, section: Section) -> bool:
        """Write the bars that came back over other chords anew, but for drums; whether it did."""
        for first, last in self.chords.moved_in(section):
            playing = playing_in(self.score, first, last)
            tones = tuple(i for i in playing if not self.score.tracks[i].is_drum)
            region = Region(first, last, tones if len(tones) <= MAX_PARTS else None)
            if tones and not self._step(self._asking(Infill, region), region):
                return False
        return True

    def _lead_over(self, bar: int, section: Section) -> bool:
        """Write a bar of a section anew, by those who play there, to lead to what follows."""
        playing = playing_in(self.score, max(bar - 1, section.first), bar + 1)
        if bar < self.loop or not playing:
            return True
        tracks = tuple(playing) if len(playing) <= MAX_PARTS else None
        region = Region(bar, bar + 1, tracks)
        return self._step(self._asking(Infill, region), region)

    def _asking(self, kind: type[_Kind], region: Region) -> _Kind:
        """A request for the next step of this take, drawn with dice of its own."""
        self.steps += 1
        dice = np.random.default_rng([self.request.seed, self.steps, _FORM])
        seed = int(dice.integers(2**63 - 1))
        chords = self.chords.of(region.first, region.last)
        options = replace(self.request.options, chords=chords, repeats=False)
        return kind(takes=(self.number,), seed=seed, options=options)

    def _step(self, request: Request, region: Region) -> bool:
        """Let the model do a step; whether it did."""
        piece = Piece(self.score, self.piece.document)
        replaces = not isinstance(request, Continue)
        found = self.write(request, Placed(piece, self.score, region, replaces=replaces))
        for take in found:
            self.score = take.score
            self.told.append(take.log_probability)
        return bool(found)

    @cached_property
    def _key(self) -> int | None:
        """The loop's key; None where nothing is pitched."""
        counts = pitch_class_counts(slice_bars(self.score, 0, self.loop))
        return estimate_key(counts.astype(np.float64)) if counts.any() else None

    def _report(self, section: Section) -> None:
        """Tell of the bars of a section that are new, now that they are what they will be."""
        for bar in range(max(section.first, self.loop), section.last):
            self.following.on_bar(self.number, bar + 1 - self.loop)
            if self.following.on_music is not None:
                music = within(self.score, Region(bar, bar + 1))
                self.following.on_music(self.number, bar, music)


def _with_part(score: Score, part: Score, bar: int) -> Score:
    """A score with another one from a bar on, which goes on in its tempo."""
    start = score.bar_grid(n_bars=bar).start(bar)
    tempo = TempoMap.constant(score.tempo_map.us_at(start))
    joined = append_bars(score, replace(part, tempo_map=tempo), at_bar=bar)
    return replace(joined, tempo_map=score.tempo_map)
