"""What of a passage counts: its length without what it repeats, of itself or of the prompt.

**Gram.** `GRAM` tokens of a line in a row, none of them `START`; the gram at i is tokens
[i, i + GRAM). Grams are compared by 64-bit hashes.

**Fresh.** A gram of new music is fresh unless it has occurred before, earlier in its line or
anywhere in the music that was there already (the *own* grams: those of the prompt).

**Counted length** of a passage of tokens [i, j): fresh grams within it, plus GRAM - 1, or 0 if none
is; in tokens. Where nothing repeats it is the passage's length, j - i. A hi-hat's eighths for eight
bars, a note repeated, an ostinato count once, however long they go on; a scale is hardly longer
than its octave. Bars that repeat the prompt do not count at all: the model has them from the prompt
and not from its training. *Unit:* tokens. *Direction:* more is nearer to a copy.

*Trap.* The most that a passage can count grows with the music: compare lengths only with those of
as much music, which is what `yardstick` is for.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from segue.novelty.lines import START, IntArray, Line, Tokens

__all__ = [
    "GRAM", "BoolArray", "Hashes", "Ruler", "counted_lengths", "fresh_grams", "gram_hashes",
    "grams_of",
]  # fmt: skip

GRAM: Final = 8
"""Tokens. Shorter ones are chained into passages that no song has; longer ones miss short passages.
benchmarks/novelty has the measurement."""

Hashes: TypeAlias = npt.NDArray[np.uint64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


class Ruler(Protocol):
    """What knows the training music: `PassageIndex` exactly, `Fingerprint` at most."""

    def reaches(self, lines: Sequence[Line]) -> list[IntArray]:
        """How many tokens from each on are one passage of the training music: (N,) for each line.

        At most that many; 0 where fewer than GRAM are.
        """
        ...


def gram_hashes(tokens: Tokens) -> tuple[Hashes, BoolArray]:
    """The hash of each gram, and whether it is one (no `START` in it); (max(0, N - GRAM + 1),)."""
    n = max(0, len(tokens) - GRAM + 1)
    hashes = np.zeros(n, np.uint64)
    if not n:
        return hashes, np.zeros(0, bool)
    is_gram = np.ones(n, bool)
    for i in range(GRAM):
        column = tokens[i : i + n]
        hashes = (hashes ^ column) * _MULTIPLIER
        hashes ^= hashes >> np.uint64(29)
        is_gram &= column != START
    hashes *= _MULTIPLIER
    return hashes ^ (hashes >> np.uint64(32)), is_gram


def grams_of(lines: Iterable[Line]) -> Hashes:
    """The sorted set of the hashes of all grams of some lines."""
    found = [hashes[is_gram] for hashes, is_gram in (gram_hashes(line.tokens) for line in lines)]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64)


def fresh_grams(tokens: Tokens, own: Hashes) -> BoolArray:
    """Which grams of a line are fresh, given the hashes of the own ones; as `gram_hashes`."""
    hashes, is_gram = gram_hashes(tokens)
    fresh = np.zeros(len(hashes), bool)
    fresh[np.unique(hashes, return_index=True)[1]] = True
    return fresh & is_gram & ~np.isin(hashes, own)


def counted_lengths(reach: IntArray, fresh: BoolArray) -> IntArray:
    """The counted length of the passage that begins at each token; see the module.

    Args:
        reach: how many tokens each passage has, (N,).
        fresh: which grams are fresh, (max(0, N - GRAM + 1),).

    Returns:
        Tokens, (N,).
    """
    before = np.concatenate([[0], np.cumsum(fresh)])
    last = len(fresh)
    begin = np.minimum(np.arange(len(reach)), last)
    end = np.clip(begin + reach - GRAM + 1, begin, last)
    counted = before[end] - before[begin]
    return np.where(counted > 0, counted + GRAM - 1, 0)
