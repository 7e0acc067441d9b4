"""The longest passages of new music that a ruler knows, line by line.

Lengths are *counted* lengths (`grams`): without what repeats itself or the prompt. A passage is cut
down to its fresh grams, so that eight bars of an ostinato are reported as the one bar that they
are. A passage inside another one of the same line is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.novelty.grams import GRAM, Hashes, Ruler, counted_lengths, fresh_grams, grams_of
from segue.novelty.lines import STEPS_PER_QUARTER, IntArray, Kind, Line, lines_of_score
from segue.score import Score
from segue.units import Quarter

_STRUM_NOTES: Final = 2.5
"""Notes a stroke, in the mean."""
_STRUM_STROKES: Final = 2
"""Strokes a different chord, in the mean."""

__all__ = ["Measured", "Passage", "longest_of", "measure_passages", "size_of"]


@dataclass(frozen=True, eq=False)
class Passage:
    """Tokens [first, last) of a line, which the training music has too."""

    line: Line
    first: int
    last: int
    counted: int
    """Its counted length in tokens; at most last - first."""

    @property
    def n_notes(self) -> int:
        """How long it is, in notes, counted without repetitions."""
        return self.line.notes_of(self.counted)

    @property
    def first_note(self) -> int:
        """The note that it begins with."""
        return self.first - (self.line.kind is not Kind.DRUMS)

    @property
    def begins(self) -> Quarter:
        """Quarters from the beginning of the music to its first onset."""
        return float(self.line.step[self.first_note]) / STEPS_PER_QUARTER

    @property
    def quarters(self) -> Quarter:
        """From its first onset to its last."""
        return float(self.line.step[self.last - 1]) / STEPS_PER_QUARTER - self.begins

    @property
    def is_strum(self) -> bool:
        """Whether it is mostly a few chords struck again and again, as accompaniments are.

        Its first and last chord do not count, since the passage may begin or end within them.
        """
        if self.line.kind is not Kind.TRACK:
            return False
        step = self.line.step[self.first_note : self.last]
        pitch = self.line.pitch[self.first_note : self.last]
        inner = np.split(pitch, np.flatnonzero(np.diff(step)) + 1)[1:-1]
        if not inner or sum(map(len, inner)) < _STRUM_NOTES * len(inner):
            return False
        return _STRUM_STROKES * len({tuple(chord) for chord in inner}) <= len(inner)


@dataclass(frozen=True, eq=False)
class Measured:
    """A line of new music, its passages, and how long they could have been."""

    line: Line
    passages: list[Passage]
    """The longest first."""
    n_fresh: int
    """Fresh grams of the line."""


def measure_passages(new: Score, ruler: Ruler, own: Sequence[Score] = ()) -> list[Measured]:
    """The passages of each line of `new` that the ruler knows.

    Args:
        new: the new music alone.
        ruler: what knows the training music.
        own: the music that was there already; what of it comes back does not count.
    """
    lines = lines_of_score(new)
    known = grams_of([line for score in own for line in lines_of_score(score)])
    reaches = ruler.reaches(lines)
    return [_measured(line, reach, known) for line, reach in zip(lines, reaches, strict=True)]


def longest_of(measured: Sequence[Measured], kind: Kind) -> Passage | None:
    """The longest passage of a kind of line; of equal ones the first."""
    firsts = [m.passages[0] for m in measured if m.line.kind is kind and m.passages]
    return max(firsts, key=lambda passage: passage.counted, default=None)


def size_of(measured: Sequence[Measured], kind: Kind) -> int:
    """How much music of a kind there is to compare: fresh grams of all its lines."""
    return sum(m.n_fresh for m in measured if m.line.kind is kind)


def _measured(line: Line, reach: IntArray, own: Hashes) -> Measured:
    fresh = fresh_grams(line.tokens, own)
    counted = counted_lengths(reach, fresh)
    end = np.arange(len(reach)) + reach
    furthest = np.maximum.accumulate(end)
    is_inside_another = np.append(False, end[1:] <= furthest[:-1])[: len(end)]
    places = np.flatnonzero((counted > 0) & ~is_inside_another)
    at = np.flatnonzero(fresh)
    found: dict[tuple[int, int], Passage] = {}
    for place in places[np.argsort(-counted[places], kind="stable")].tolist():
        within = at[(at >= place) & (at <= end[place] - GRAM)]
        first, last = int(within[0]), int(within[-1]) + GRAM
        found.setdefault((first, last), Passage(line, first, last, int(counted[place])))
    return Measured(line, list(found.values()), int(fresh.sum()))
