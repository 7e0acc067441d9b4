"""A long region in pieces that the model can write with all that it should see in view.

What follows a region, or plays beside its tracks, is shown before anything is written, and of the
model's context only half may be spent on that. Where there is nothing of the kind (a continuation),
one piece is enough for any length: the writer forgets what is long past.
"""

import numpy as np

from segue.encoding.vocabulary import IntArray
from segue.generation.window import Region
from segue.score import Notes, Score


def without(score: Score, region: Region) -> Score:
    """The piece with the region's notes taken away."""
    return _selected(score, region, keep_region=False)


def within(score: Score, region: Region) -> Score:
    """The piece with no notes but the region's, where they are."""
    return _selected(score, region, keep_region=True)


def _selected(score: Score, region: Region, *, keep_region: bool) -> Score:
    bars = score.bar_grid(n_bars=region.last)
    start, end = bars.start(region.first), bars.start(region.last)

    def selected(notes: Notes, index: int) -> Notes:
        mine = (notes.onset >= start) & (notes.onset < end)
        mine &= region.tracks is None or index in region.tracks
        return notes.select(mine if keep_region else ~mine)

    return score.with_tracks(
        [track.with_notes(selected(track.notes, i)) for i, track in enumerate(score.tracks)]
    )


def chunks(
    score: Score, region: Region, *, events: int, max_bars: int, kept: Score | None = None
) -> list[Region]:
    """The region in one or more pieces, in order.

    `events`: how many may be shown; `max_bars`: the most bars that a window may have; `kept`: the
    piece with the most of the region that any take keeps, by default nothing of it.
    """
    shown = _notes_in_bars(without(score, region) if kept is None else kept, region)
    if not shown.any():
        return [region]
    beside = shown[region.first : region.last]
    replaced = _notes_in_bars(score, region)[region.first : region.last] - beside
    found: list[Region] = []
    first = 0
    for bar in range(1, len(beside) + 1):
        at_end = bar == len(beside)
        if at_end or not (
            int(beside[first : bar + 1].sum()) + bar + 1 - first <= events // 2
            and int(replaced[first : bar + 1].sum()) + bar + 1 - first <= events
            and bar + 1 - first <= max_bars // 2
        ):
            found.append(Region(region.first + first, region.first + bar, region.tracks))
            first = bar
    return found


def _notes_in_bars(score: Score, region: Region) -> IntArray:
    """How many notes begin in each bar; nothing is counted before the region, (n_bars,)."""
    bars = score.bar_grid(n_bars=region.last)
    start = bars.start(region.first)
    onsets = [t.notes.onset[t.notes.onset >= start] for t in score.tracks]
    at = bars.bar_of(np.concatenate([*onsets, np.zeros(0, np.int64)]))
    return np.bincount(at, minlength=bars.n_bars).astype(np.int64)
