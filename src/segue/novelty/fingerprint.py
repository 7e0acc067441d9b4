"""The training music as a few megabytes: which grams it has, roughly, and nothing else of it.

A *fingerprint* is a bitmap with one bit set for each gram of the training songs (a Bloom filter
with one hash function: B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors",
1970). Of the ensemble's grams, which are the most and the least alike, only one in
`ENSEMBLE_SAMPLE` is looked at, chosen by its hash. It is stored deflated, which brings a sparse
bitmap near its entropy.

**What it says.** A gram whose bit is not set is in no training song: the passage ends there, for
certain. So the length that it gives is never less than the true one, and music without known grams
has none. **What it cannot say:** which song; and whether neighbouring grams, each known, come from
one song or from several. It also takes `false_positive_rate` of unknown grams for known,
and all of the ensemble's that are not looked at: lengths of ensembles are coarse, some twenty
tokens too long. The yardstick is measured with the same ruler, so that percentiles hold all the
same. benchmarks/novelty says how near both are.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.novelty.grams import GRAM, BoolArray, Hashes, gram_hashes
from segue.novelty.lines import FIRST_ENSEMBLE, IntArray, Line, Tokens

__all__ = ["BITS", "ENSEMBLE_SAMPLE", "Fingerprint"]

BITS: Final = 2**26
"""Of the bitmap of a corpus like `band`'s: 23 M grams."""
ENSEMBLE_SAMPLE: Final = 4
_CHUNK: Final = 1 << 22


class Fingerprint:
    """Which grams the training music has; see the module.

    Attributes:
        bitmap: one bit a bucket, packed, (n_bits / 8,), uint8.
    """

    def __init__(self, bitmap: npt.NDArray[np.uint8]) -> None:
        self.bitmap = bitmap

    @classmethod
    def of(cls, texts: Iterable[Tokens], n_bits: int = BITS) -> "Fingerprint":
        """The fingerprint of texts, each of any lines end to end; `n_bits` is a multiple of 8."""
        is_set = np.zeros(n_bits, bool)
        for text in texts:
            for begin in range(0, len(text), _CHUNK):
                piece = text[begin : begin + _CHUNK + GRAM - 1]
                hashes, is_gram = gram_hashes(piece)
                is_set[_bucket(hashes[is_gram & _looked_at(piece, hashes)], n_bits)] = True
        return cls(np.packbits(is_set, bitorder="little"))

    def joined(self, other: "Fingerprint") -> "Fingerprint":
        """The grams of either.

        Raises:
            ValueError: the two are of different sizes.
        """
        if self.n_bits != other.n_bits:
            raise ValueError(f"fingerprints of {self.n_bits} and {other.n_bits} bits")
        return Fingerprint(self.bitmap | other.bitmap)

    @property
    def n_bits(self) -> int:
        """How many buckets."""
        return 8 * len(self.bitmap)

    @property
    def false_positive_rate(self) -> float:
        """How probably a gram that is in no training song is taken for known: the bits set."""
        counts: npt.NDArray[np.uint8] = np.bitwise_count(self.bitmap)
        return int(counts.sum(dtype=np.int64)) / self.n_bits

    def reaches(self, lines: Sequence[Line]) -> list[IntArray]:
        """How many tokens may be one known passage from each on, at most: (N,) for each line."""
        return [self._reach(line) for line in lines]

    def _reach(self, line: Line) -> IntArray:
        hashes, is_gram = gram_hashes(line.tokens)
        bucket = _bucket(hashes, self.n_bits)
        is_known = (self.bitmap[bucket >> 3] & _mask(bucket)) != 0
        may_be = is_gram & (is_known | ~_looked_at(line.tokens, hashes))
        return _run_lengths(may_be, len(line))


def _bucket(hashes: Hashes, n_bits: int) -> IntArray:
    scaled = (hashes >> np.uint64(32)) * np.uint64(n_bits)
    return (scaled >> np.uint64(32)).astype(np.int64)


def _looked_at(tokens: Tokens, hashes: Hashes) -> BoolArray:
    of_ensemble = tokens[: len(hashes)] >= FIRST_ENSEMBLE
    sampled: BoolArray = hashes % np.uint64(ENSEMBLE_SAMPLE) == 0
    return ~of_ensemble | sampled


def _mask(bucket: IntArray) -> npt.NDArray[np.uint8]:
    return np.uint8(1) << (bucket & 7).astype(np.uint8)


def _run_lengths(may_be: BoolArray, n_tokens: int) -> IntArray:
    """From each token on, the tokens of the run of known grams that begins there, or 0."""
    place = np.arange(len(may_be))
    ends = np.where(may_be, len(may_be), place)
    end = np.minimum.accumulate(ends[::-1])[::-1]
    reach = np.zeros(n_tokens, np.int64)
    reach[: len(may_be)] = np.where(may_be, end - place + GRAM - 1, 0)
    return reach
