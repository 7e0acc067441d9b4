"""The novelty report of a take: the longest passage that it shares with the training music.

Three figures in place of one, since music is copied in three ways: a melody or a bass line (the
*track*), a drum pattern (the *drums*), a whole texture (the *ensemble*: all pitched tracks
together). Each is held against the yardstick of its kind. A report *deserves attention* when one of
them is what at most `RARE` of new real music of this size has; that is so for some
5 in 100 real excerpts, too (docs/novelty.md).

A report by a fingerprint is an upper bound (`is_bound`): the passage is not longer, but may be
shorter, or be put together from several songs. It is a reason to listen, never a proof of copying
and never one of its absence: it knows the training music of one model, not the music of the world.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from segue.novelty.grams import GRAM, BoolArray, Ruler
from segue.novelty.lines import Kind
from segue.novelty.passages import Measured, Passage, longest_of, measure_passages, size_of
from segue.novelty.yardstick import Yardstick
from segue.score import Score
from segue.theory.gm import instrument_name
from segue.units import Quarter

__all__ = ["RARE", "NoveltyReport", "SharedPassage", "report_novelty"]

RARE: Final = 0.02
_LONG: Final = 0.9
"""Passages are long when this share of new real music of the size has none of their length."""


@dataclass(frozen=True, kw_only=True)
class SharedPassage:
    """The longest passage of one kind of line."""

    kind: str
    """"track", "drums" or "ensemble"."""
    instrument: str
    """Who plays it, in words."""
    track: int
    """Index of the track; -1 for the ensemble."""
    notes: int
    """Its length, counted without repetitions of itself or of the prompt."""
    quarters: Quarter
    """From its first onset to its last."""
    begins: Quarter
    """Its first onset, in quarters from the first new bar."""
    as_much: float
    """The share of new real music of this size that shares as much or more, 0 to 1."""
    is_strum: bool
    """Whether it is a few chords struck again and again: much of it is in music by anyone."""


@dataclass(frozen=True, kw_only=True)
class NoveltyReport:
    """What a take shares with the training music; see the module."""

    longest: SharedPassage | None
    """The passage that the sentence is about; None if no passage of `GRAM` notes is known."""
    track: SharedPassage | None
    """The longest in one pitched track."""
    drums: SharedPassage | None
    """The longest in one drum track."""
    ensemble: SharedPassage | None
    """The longest across tracks: in all pitched tracks together."""
    share: float
    """The share of the new notes that lie in long passages: longer than those of 9 in 10 excerpts
    of new real music."""
    deserves_attention: bool
    """Whether a passage is longer than almost all new real music of this size has."""
    is_strum: bool
    """Whether all passages that deserve attention are strums, which need no listening."""
    is_bound: bool
    """Whether lengths are upper bounds (by a fingerprint) or exact (by an index)."""
    words: str
    """All of it in one plain sentence."""

    @property
    def longest_notes(self) -> int:
        """The length of `longest` in notes; 0 if there is none."""
        return self.longest.notes if self.longest else 0

    @property
    def longest_quarters(self) -> Quarter:
        """The length of `longest` in quarters; 0 if there is none."""
        return self.longest.quarters if self.longest else 0.0

    def to_mapping(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return asdict(self)


def report_novelty(
    new: Score, *, own: Sequence[Score], ruler: Ruler, yardstick: Yardstick, is_bound: bool
) -> NoveltyReport:
    """Measure new music against the training music.

    Args:
        new: the new music alone, from its first bar.
        own: the music that was there already: what of it comes back is not held against the take.
        ruler: a `Fingerprint` or a `PassageIndex`.
        yardstick: measured with the same ruler.
        is_bound: whether the ruler's lengths are upper bounds.
    """
    measured = measure_passages(new, ruler, own)
    found = {kind: _shared(measured, kind, new, yardstick) for kind in Kind}
    known = [passage for passage in found.values() if passage is not None]
    rare = [passage for passage in known if passage.as_much <= RARE]
    longest = _longest(rare or known, is_rare=bool(rare))
    return NoveltyReport(
        longest=longest,
        track=found[Kind.TRACK],
        drums=found[Kind.DRUMS],
        ensemble=found[Kind.ENSEMBLE],
        share=_share(measured, yardstick),
        deserves_attention=bool(rare),
        is_strum=bool(rare) and all(passage.is_strum for passage in rare),
        is_bound=is_bound,
        words=_words(longest, is_rare=bool(rare), is_bound=is_bound),
    )


def _longest(found: list[SharedPassage], *, is_rare: bool) -> SharedPassage | None:
    """The rarest, where one is rare, and strums last; else the one with most notes.

    In one track, if there is a choice, since that can be heard.
    """
    ensemble = Kind.ENSEMBLE.name.lower()
    if is_rare:
        return min(found, key=lambda p: (p.is_strum, p.as_much, p.kind == ensemble, -p.notes))
    return max(found, key=lambda p: (p.kind != ensemble, p.notes), default=None)


def _shared(
    measured: Sequence[Measured], kind: Kind, new: Score, yardstick: Yardstick
) -> SharedPassage | None:
    passage = longest_of(measured, kind)
    if passage is None:
        return None
    size = size_of(measured, kind)
    return SharedPassage(
        kind=kind.name.lower(),
        instrument=_instrument(passage, new),
        track=passage.line.track,
        notes=passage.n_notes,
        quarters=round(passage.quarters, 3),
        begins=round(passage.begins, 3),
        as_much=yardstick.as_much(kind, size=size, length=passage.counted),
        is_strum=passage.is_strum,
    )


def _instrument(passage: Passage, new: Score) -> str:
    if passage.line.kind is Kind.ENSEMBLE:
        return "the pitched tracks together"
    track = new.tracks[passage.line.track]
    return instrument_name(program=track.program, is_drum=track.is_drum)


def _share(measured: Sequence[Measured], yardstick: Yardstick) -> float:
    in_long = total = 0
    for kind in (Kind.TRACK, Kind.DRUMS):
        size = size_of(measured, kind)
        limit = yardstick.quantile(kind, size=size, share=_LONG)
        for each in (m for m in measured if m.line.kind is kind):
            in_long += int(_covered(each, limit).sum())
            total += len(each.line)
    return in_long / total if total else 0.0


def _covered(measured: Measured, limit: float) -> BoolArray:
    """Which notes of a line lie in passages longer than the limit."""
    covered = np.zeros(len(measured.line), bool)
    for passage in measured.passages:
        if passage.counted > limit:
            covered[passage.first_note : passage.last] = True
    return covered


def _words(longest: SharedPassage | None, *, is_rare: bool, is_bound: bool) -> str:
    if longest is None:
        return f"No passage of {GRAM + 1} notes or more is known from the training music."
    who = longest.instrument if longest.kind == "ensemble" else f"the {longest.instrument}"
    most = "at most " if is_bound else ""
    length = f"{most}{longest.notes} notes of {who} ({longest.quarters:.3g} quarters)"
    begin = f"Its longest passage known from the training music is {length}"
    if is_rare:
        least = int(100 * (1 - longest.as_much))
        judged = f"{begin}, longer than in {least} of 100 pieces of new real music: "
        if longest.is_strum:
            return f"{judged}a few chords, struck again and again."
        return f"{judged}listen whether you know it."
    return (
        f"{begin}; new real music shares as much or more in "
        f"{100 * longest.as_much:.0f} of 100 cases."
    )
