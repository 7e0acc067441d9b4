"""A piece taken apart: the bars that are asked about, and the bars that were there already."""

from segue.errors import InputError
from segue.score import Score, slice_bars

__all__ = ["new_and_own"]


def new_and_own(piece: Score, bars: tuple[int, int] | None) -> tuple[Score, list[Score]]:
    """The bars [first, last), counted from 0, and what is before and after them; all by default.

    Raises:
        InputError: the piece does not have these bars.
    """
    if bars is None:
        return piece, []
    first, last = bars
    if not 0 <= first < last <= piece.n_bars:
        raise InputError(
            f"bars {first + 1} to {last} are not in the piece, which has bars 1 to {piece.n_bars}"
        )
    return slice_bars(piece, first, last), [
        slice_bars(piece, 0, first),
        slice_bars(piece, last, piece.n_bars),
    ]
