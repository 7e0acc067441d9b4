"""A region of a piece, filled with bars of it that may come back (`segue.recall`)."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from segue.encoding.vocabulary import IntArray
from segue.generation.assemble import add_notes
from segue.generation.chunks import without
from segue.generation.piece import Piece
from segue.generation.window import Region
from segue.recall.heard import PLACES_A_QUARTER, Heard
from segue.recall.likeliest import Likeliest, likeliest
from segue.score import BarGrid, Notes, Score

__all__ = ["Recalled", "filled", "heard_of", "recall"]

_LIKELY: Final = 0.35
"""The note F1 that is expected, from which on a bar is worth a look; where no bar reaches it,
nothing comes back."""


@dataclass(frozen=True, eq=False)
class Recalled:
    """A piece with the notes of bars that may come back."""

    score: Score
    likeliest: Likeliest
    """Of each bar of the region."""

    @property
    def repeated(self) -> list[int | None] | None:
        """The bars that are sure to come back, from 1, for each of the region's; None: none is."""
        sure = self.likeliest.sure.tolist()
        if not any(sure):
            return None
        pairs = zip(self.likeliest.sources.tolist(), sure, strict=True)
        return [source + 1 if is_sure else None for source, is_sure in pairs]


def recall(piece: Piece, score: Score, region: Region) -> Recalled | None:
    """The region of a piece, filled with what its tracks play in the bars that are most alike.

    `score`: the piece's, perhaps with other tempi. None where no bar is likely to come back.
    """
    found = likeliest(heard_of(score, region))
    if found.expected.max() < _LIKELY:
        return None
    return Recalled(filled(piece, score, region, found.sources), found)


def heard_of(score: Score, region: Region) -> Heard:
    """A piece whose region is unknown; the region may go beyond its end."""
    grid = score.bar_grid(n_bars=max(score.n_bars, region.last))
    columns = [
        _rows_of(track.notes, index, grid, score.ticks_per_quarter)
        for index, track in enumerate(score.tracks)
    ]
    rows = np.concatenate([*columns, np.zeros((0, 4), np.int64)])
    own = np.ones(len(rows), bool)
    if region.tracks is not None:
        own = np.isin(rows[:, 1], region.tracks)
    return Heard.of(rows, own, grid.lengths, first=region.first, last=region.last)


def _rows_of(notes: Notes, track: int, grid: BarGrid, ticks_per_quarter: int) -> IntArray:
    """Bar, track, place and pitch of notes, (N, 4)."""
    bars = grid.bar_of(notes.onset)
    inside = bars < grid.n_bars
    bars = bars[inside]
    place = (notes.onset[inside] - grid.starts[bars]) * PLACES_A_QUARTER
    place = (place + ticks_per_quarter // 2) // ticks_per_quarter
    rows = [bars, np.full(len(bars), track), place, notes.pitch[inside]]
    return np.stack(rows, axis=1).astype(np.int64)


def filled(piece: Piece, score: Score, region: Region, sources: IntArray) -> Score:
    """The piece with the notes of its sources in a region, and no others there."""
    grid = score.bar_grid(n_bars=max(score.n_bars, region.last))
    silent = without(score, region)
    chosen = range(len(score.tracks)) if region.tracks is None else region.tracks
    new = {
        index: Notes.concat(
            [
                _moved(silent.tracks[index].notes, grid, int(source), region.first + place)
                for place, source in enumerate(sources)
                if source >= 0
            ]
        )
        for index in chosen
    }
    channels = np.array(piece.channels(silent))
    return add_notes(silent, new, end=grid.start(region.last), channels=channels)


def _moved(notes: Notes, grid: BarGrid, source: int, bar: int) -> Notes:
    """The notes of one bar, in another."""
    inside = (notes.onset >= grid.start(source)) & (notes.onset < grid.start(source + 1))
    return notes.select(inside).shifted(grid.start(bar) - grid.start(source))
