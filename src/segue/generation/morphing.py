"""Bars that lead from the bar before them into the bar after them, step by step.

Of each track that plays in both, the latents of a new bar lie between those of the two: on the arc
from the one to the other, so that they are as long as latents are. A track that plays in one of the
two bars alone is told as it is there: one goes on up to the middle, or comes in from there. Several
leave, and come in, one after another at even distances, those with few notes first.

Shapes: C cells, L slices of a bar, Z, NB bars of the window.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import BoolArray
from segue.encoding.vocabulary import MAX_PARTS, IntArray
from segue.errors import InputError
from segue.generation.cells import without_cells
from segue.generation.due import part_grid
from segue.generation.piece import Piece
from segue.generation.recall import filled
from segue.generation.window import Region
from segue.models.latent_arrays import Float32Array
from segue.score import Score

__all__ = ["blended", "morphed", "require_ends", "shares_of"]

FloatArray = npt.NDArray[np.float64]
Told = tuple[Float32Array, IntArray]
"""The latents of cells, (C, L, Z), and the bar and part of each, (C, 2)."""

_NEARLY: Final = 1e-4
"""Latents with so small an angle between them, in radians, lie on a line."""
_NARROWED: Final = 0.7
"""How far the bars of a region are from the middle of the arc, of what even steps would be: near
its ends notes hardly change, so that even steps would be a leap in the middle (experiments/LOG.md).
"""


def require_ends(piece: Piece, region: Region) -> None:
    """Refuse a region that nothing can lead into or out of.

    Raises:
        InputError: no bar is before or after it, or one of the two is silent in the region's
            tracks, or the bars from the one to the other are not all as long.
    """
    score, first, last = piece.score, region.first, region.last
    if first == 0 or last >= score.n_bars:
        raise InputError(
            f"bars {first + 1} to {last} of {piece.name}: to morph, a bar must be before them and "
            f"one after them; the piece has bars 1 to {score.n_bars}"
        )
    lengths = score.bar_grid(n_bars=last + 1).lengths[first - 1 :]
    if (lengths != lengths[0]).any():
        raise InputError(
            f"bars {first} to {last + 1} of {piece.name} are not all as long; to morph, choose "
            "bars of one metre"
        )
    plays = part_grid(score, last + 1)
    chosen = slice(None) if region.tracks is None else list(region.tracks)
    for bar in (first - 1, last):
        if not plays[bar, chosen].any():
            who = "nothing plays" if region.tracks is None else "the chosen tracks play nothing"
            raise InputError(
                f"{who} in bar {bar + 1} of {piece.name}; to morph, choose bars between two that "
                "have notes"
            )


def morphed(piece: Piece, score: Score, region: Region) -> tuple[Score, Score]:
    """The region filled with the bar before it, and with the bar after it, where each is told.

    `score`: the piece's.
    """
    n_bars = region.last - region.first
    before, after = (
        filled(piece, score, region, np.full(n_bars, bar))
        for bar in (region.first - 1, region.last)
    )
    first, last = (_notes_in(score, bar) for bar in (region.first - 1, region.last))
    late = ~_until(first, alone=last == 0, n_bars=n_bars)
    early = ~_until(last, alone=first == 0, n_bars=n_bars)[::-1]
    return without_cells(before, region, late), without_cells(after, region, early)


def _notes_in(score: Score, bar: int) -> IntArray:
    """How many notes of each track begin in a bar, (tracks,)."""
    grid = score.bar_grid(n_bars=bar + 1)
    span = [grid.start(bar), grid.start(bar) + grid.length(bar)]
    edges = [np.searchsorted(track.notes.onset, span) for track in score.tracks]
    counts: IntArray = np.array([end - begin for begin, end in edges], np.int64)
    return counts


def _until(notes: IntArray, *, alone: BoolArray, n_bars: int) -> BoolArray:
    """The bars in which each track still plays, (bars, tracks): all, but for those that leave.

    They leave one after another, at even distances.
    """
    plays = np.ones((n_bars, len(notes)), bool)
    leaving = np.flatnonzero(alone & (notes > 0))
    leaving = leaving[np.argsort(notes[leaving], kind="stable")]
    steps, turns = n_bars + 1, len(leaving) + 1
    for turn, track in enumerate(leaving.tolist(), start=1):
        plays[:, track] = np.arange(1, steps) * turns <= turn * steps
    return plays


def shares_of(bars: IntArray, n_bars: int) -> FloatArray:
    """How much of the bar after a region its bars have, by their numbers in it, (NB,)."""
    return 0.5 + _NARROWED * ((bars + 1) / (n_bars + 1) - 0.5)


def blended(one: Told, other: Told, shares: FloatArray) -> Told:
    """The latents of cells of both, between the two; of cells of one of them, as they are.

    `shares`: how much of the other a cell has in each bar, (NB,).
    """
    (means, places), (others, other_places) = one, other
    keys, other_keys = (each[:, 0] * MAX_PARTS + each[:, 1] for each in (places, other_places))
    union = np.union1d(keys, other_keys)
    mine, theirs = np.searchsorted(union, keys), np.searchsorted(union, other_keys)
    found = np.zeros((len(union), *means.shape[1:]), np.float32)
    found[theirs], found[mine] = others, means
    _, in_one, in_other = np.intersect1d(keys, other_keys, return_indices=True)
    share = shares[places[in_one, 0]][:, None, None]
    found[mine[in_one]] = _between(means[in_one], others[in_other], share)
    return found, np.stack([union // MAX_PARTS, union % MAX_PARTS], axis=1)


def _between(one: Float32Array, other: Float32Array, share: FloatArray) -> Float32Array:
    """Between latents (C, L, Z), on the arc from the one to the other slice by slice."""
    lengths = [np.linalg.norm(each, axis=-1, keepdims=True) for each in (one, other)]
    product = np.maximum(lengths[0] * lengths[1], np.finfo(np.float32).tiny)
    cosine = (one * other).sum(axis=-1, keepdims=True) / product
    angle = np.arccos(np.clip(cosine, -1.0, 1.0))
    flat = np.sin(angle) < _NEARLY
    sine = np.where(flat, 1.0, np.sin(angle))
    mine = np.where(flat, 1 - share, np.sin((1 - share) * angle) / sine)
    theirs = np.where(flat, share, np.sin(share * angle) / sine)
    found: Float32Array = (mine * one + theirs * other).astype(np.float32)
    return found
