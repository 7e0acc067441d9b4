"""The longest passages that tokens share with an indexed text: binary search in a suffix array.

A *text* is the tokens of many lines end to end; its *suffix array* has the places of the text in
the order of what follows them (U. Manber and G. Myers, "Suffix arrays", 1993). Whatever begins with
the same tokens stands together in it, so the longest match of a query is beside the place where the
query itself would stand, and how often it occurs is the width of a range. Nothing is missed and
nothing is found that is not there; common passages cost as much as rare ones.

All places of a query are searched at once, column by column in numpy, `WIDTH` tokens deep.
"""

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.novelty.lines import START, Tokens

__all__ = ["WIDTH", "SuffixArray"]

IntArray: TypeAlias = npt.NDArray[np.int64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

WIDTH: Final = 64
"""Tokens compared: longer passages are found by their first 64 tokens, then followed one by one
from at most `MOST_FOLLOWED` places."""
MOST_FOLLOWED: Final = 64


class SuffixArray:
    """A text and its suffix array; both may be memory-mapped.

    Attributes:
        text: tokens, ending in `WIDTH` times `START`, (N + WIDTH,).
        order: the places 0..N-1 in the order of what follows, (N,).
    """

    def __init__(self, text: Tokens, order: npt.NDArray[np.int32]) -> None:
        self.text = text
        self.order = order
        self._rows = np.lib.stride_tricks.sliding_window_view(text, WIDTH)

    def ranges(self, rows: Tokens, length: IntArray) -> tuple[IntArray, IntArray]:
        """Where in `order` the places stand that begin with the first `length` tokens of a row.

        Args:
            rows: queries, (Q, WIDTH).
            length: how many tokens of each count, 1..WIDTH, (Q,).

        Returns:
            First and end of each range, (Q,); equal where nothing begins so.
        """
        return self._bound(rows, length, after=False), self._bound(rows, length, after=True)

    def longest(self, rows: Tokens, length: IntArray) -> IntArray:
        """How many tokens, of the first `length` of each row, the text has somewhere, (Q,)."""
        at = self._bound(rows, length, after=False)
        last = len(self.order) - 1
        right = self._common(rows, np.minimum(at, last), length)
        left = self._common(rows, np.maximum(at - 1, 0), length)
        return np.maximum(left, right)

    def _bound(self, rows: Tokens, length: IntArray, *, after: bool) -> IntArray:
        """Where each query would stand before (or after) all places that begin with it."""
        low = np.zeros(len(rows), np.int64)
        high = np.full(len(rows), len(self.order), np.int64)
        column = np.arange(len(rows))
        for _ in range(len(self.order).bit_length()):
            middle = (low + high) >> 1
            found = self._rows[self.order[np.minimum(middle, len(self.order) - 1)]]
            differs = found != rows
            first = differs.argmax(axis=1)
            at_first = differs[column, first]
            equal = ~at_first | (first >= length)
            below = np.where(equal, after, found[column, first] < rows[column, first])
            open_ = low < high
            low = np.where(open_ & below, middle + 1, low)
            high = np.where(open_ & ~below, middle, high)
        return low

    def _common(self, rows: Tokens, at: IntArray, length: IntArray) -> IntArray:
        differs = self._rows[self.order[at]] != rows
        differs |= rows == START
        first = np.where(differs.any(axis=1), differs.argmax(axis=1), WIDTH)
        return np.minimum(first, length)
