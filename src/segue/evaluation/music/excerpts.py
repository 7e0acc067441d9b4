"""Sets of excerpts to compare, drawn from a corpus, and what makes sets comparable.

An excerpt is `n_bars` bars of a piece as a Score of its own. Windows are *active*: the first bar
and at least `MIN_ACTIVE` of the bars have an onset, since sets of leading silence say nothing of
music. Each drawn excerpt is of another song, as long as there are enough songs; all draws are
functions of the seed.

`comparable` sends music through Segue's own encoding and makes a track of each instrument. Apply it
to both sets before comparing: otherwise a classifier tells them apart by the grid, or by how a file
happens to be split into tracks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from typing import Final, Protocol

import numpy as np

from segue.encoding.roster import Roster
from segue.encoding.table import decode, encode
from segue.errors import InputError
from segue.evaluation.types import IntArray
from segue.metrics import EXCERPT_BARS
from segue.score import Notes, Score, Track, append_bars, resample, slice_bars

__all__ = [
    "Excerpt",
    "Songs",
    "active_windows",
    "after_prompt",
    "comparable",
    "draw_excerpts",
]

MIN_ACTIVE: Final = 0.75


class Songs(Protocol):
    """What excerpts are drawn from; a `CorpusStore` is one."""

    def split(self, name: str) -> IntArray:
        """Indices of the songs of a split."""
        ...

    def score(self, index: int) -> Score:
        """One song."""
        ...


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """Bars of a song."""

    score: Score
    """The bars, the first at tick 0."""
    song: int
    """Its index in the corpus."""
    first_bar: int
    """Where it begins in the song."""


def active_windows(
    score: Score, *, n_bars: int, context_bars: int = 0, after_bars: int = 0
) -> IntArray:
    """The bars at which an active window can begin, rising; see the module.

    Args:
        score: a song.
        n_bars: length of the window.
        context_bars: bars before it that have to exist and to be as active, as a prompt.
        after_bars: bars after it that have to, too.
    """
    grid = score.bar_grid()
    whole = context_bars + n_bars + after_bars
    if grid.n_bars < whole:
        return np.zeros(0, np.int64)
    has_onset = np.zeros(grid.n_bars, bool)
    for track in score.tracks:
        has_onset[grid.bar_of(track.notes.onset)] = True
    windows = np.lib.stride_tricks.sliding_window_view(has_onset, whole)
    prompt, window, after = np.split(windows, [context_bars, context_bars + n_bars], axis=1)
    is_active = window[:, 0] & (window.mean(axis=1) >= MIN_ACTIVE)
    for beside in (prompt, after):
        if beside.shape[1]:
            is_active &= beside.mean(axis=1) >= MIN_ACTIVE
    return np.flatnonzero(is_active) + context_bars


def draw_excerpts(
    songs: Songs,
    *,
    split: str,
    count: int,
    seed: int,
    n_bars: int = EXCERPT_BARS,
    context_bars: int = 0,
    after_bars: int = 0,
) -> list[Excerpt]:
    """Draw `count` active excerpts from the songs of a split, in random order; what has to be
    before and after them is given as to `active_windows`.

    Songs are taken without repetition until all have given one; only then a second time.

    Raises:
        InputError: no song of the split has an active window of this length.
    """
    generator = np.random.default_rng(seed)
    found: list[Excerpt] = []
    left = np.asarray(songs.split(split))
    while len(found) < count and len(left):
        useful = []
        for song in generator.permutation(left):
            score = songs.score(int(song))
            starts = active_windows(
                score, n_bars=n_bars, context_bars=context_bars, after_bars=after_bars
            )
            if not len(starts):
                continue
            useful.append(song)
            first = int(generator.choice(starts))
            cut = slice_bars(score, first, first + n_bars)
            found.append(Excerpt(score=cut, song=int(song), first_bar=first))
            if len(found) == count:
                break
        left = np.array(useful, np.int64)
    if not found:
        raise InputError(
            f"no song of the split {split!r} has {context_bars + n_bars + after_bars} bars in a "
            "row with music in most of them; ask for fewer bars, or build a larger corpus"
        )
    return found


def after_prompt(prompt: Score, continuation: Score, n_bars: int) -> Score:
    """The first `n_bars` bars of a prompt and what follows; who plays on, in the same track.

    Both through `comparable`, so that an instrument is a track.
    """
    of = {(t.is_drum, t.program): t for t in continuation.tracks}
    keys = [(t.is_drum, t.program) for t in prompt.tracks]
    ordered = [
        of[key] if key in of else track.with_notes(Notes.empty())
        for key, track in zip(keys, prompt.tracks, strict=True)
    ]
    ordered += [track for key, track in of.items() if key not in keys]
    finest = lcm(prompt.ticks_per_quarter, continuation.ticks_per_quarter)
    whole, following = (
        resample(score, finest) for score in (prompt, continuation.with_tracks(ordered))
    )
    return append_bars(whole, following, at_bar=n_bars)


def comparable(score: Score) -> Score:
    """A score as the encoding keeps it, with one track an instrument; see the module.

    Of more instruments than the encoding has parts for, those with the most notes.
    """
    merged = _merge_instruments(score)
    roster = Roster.of_score(merged)
    kept = merged.with_tracks([merged.tracks[track] for track in sorted(roster.tracks.tolist())])
    roster = Roster.of_score(kept)
    return decode(encode(kept, roster), kept, roster)


def _merge_instruments(score: Score) -> Score:
    """One track for each program, and one for all drums, in that order; empty tracks go."""
    playing = [track for track in score.tracks if len(track.notes)]
    keys = sorted({_instrument(track) for track in playing})
    return score.with_tracks([_merged([t for t in playing if _instrument(t) == k]) for k in keys])


def _instrument(track: Track) -> tuple[bool, int]:
    return (track.is_drum, 0 if track.is_drum else track.program)


def _merged(tracks: Sequence[Track]) -> Track:
    return tracks[0].with_notes(Notes.concat([track.notes for track in tracks]))
