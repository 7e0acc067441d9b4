"""A back-off model of symbols given nested contexts: deleted interpolation, in numpy.

It knows nothing of music. A symbol y is predicted from contexts c_0, c_1, ... c_K, each of which
says all that the one before says and something more; c_0 says nothing. With n(c, y) how often y was
seen in c and n(c) its sum over y,

    p(y | c_k) = w n(c_k, y) / n(c_k) + (1 - w) p(y | c_(k-1))

Below c_0 there is the uniform distribution, so every symbol has some probability; a context that
was never seen leaves it to the next shorter one. The weight w depends on k and on the power of two
that n(c_k) reaches: what was seen often is trusted more. Weights are the ones that make a
*held-out* stream most likely, by expectation maximisation, a length of context at a time.

The held-out stream has to be of other pieces than the counts. Music is bursty: what is frequent in
one piece is not therefore frequent in the next, so discounts estimated from the counts alone
(Kneser and Ney's) trust them too much: 9.2 nats an event where this model had 8.6, on a million
notes of training.

Contexts are 64-bit hashes (`context_key`): with a hundred million of them a collision is unlikely
and would change a probability, not break anything.

Source: F. Jelinek and R. Mercer, "Interpolated estimation of Markov source parameters from sparse
data" (1980); S. Chen and J. Goodman, "An empirical study of smoothing techniques for language
modeling" (1998).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.evaluation.types import FloatArray, IntArray

__all__ = ["InterpolatedModel", "KeyArray", "Observations", "context_key"]

KeyArray = npt.NDArray[np.uint64]

_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_MIXER: Final = np.uint64(0xBF58476D1CE4E5B9)
_N_BUCKETS: Final = 40
"""Powers of two that a count can reach; more than memory holds."""
_EM_STEPS: Final = 15
_PRIOR_WEIGHT: Final = 2.0
"""Held-out observations that say "one half" before any is seen."""
_MAX_WEIGHT: Final = 0.999
"""So that what was never seen in a context stays possible."""


def context_key(columns: Sequence[IntArray], *, base: KeyArray | None = None) -> KeyArray:
    """A hash of the values of `columns`, (N,) each, on top of the context `base`; (N,) uint64."""
    if base is None:
        base = np.zeros(len(columns[0]), np.uint64)
    key = base.copy()
    for column in columns:
        key ^= column.astype(np.int64).view(np.uint64) + _MULTIPLIER + (key << np.uint64(6))
        key *= _MIXER
        key ^= key >> np.uint64(29)
        key *= _MULTIPLIER
        key ^= key >> np.uint64(32)
    return key


@dataclass(frozen=True, eq=False)
class Observations:
    """Symbols and the contexts that they were seen in."""

    contexts: Sequence[KeyArray]
    """Keys from the shortest context to the longest, (N,) each."""
    symbols: IntArray
    """0..n_classes - 1, (N,)."""


@dataclass(frozen=True, eq=False)
class _Level:
    """The counts of one length of context."""

    contexts: KeyArray
    """Sorted, (C,)."""
    counts: IntArray
    """n(c), (C,)."""
    pairs: KeyArray
    """Hashes of context and symbol, sorted, (M,)."""
    shares: FloatArray
    """n(c, y) / n(c) of each pair, (M,)."""

    @classmethod
    def count(cls, contexts: KeyArray, symbols: IntArray) -> "_Level":
        pairs, first, of_pairs = np.unique(
            context_key([symbols], base=contexts), return_index=True, return_counts=True
        )
        distinct, owner = np.unique(contexts[first], return_inverse=True)
        counts = np.bincount(owner, of_pairs).astype(np.int64)
        return cls(distinct, counts, pairs, of_pairs / counts[owner])

    def look_up(self, contexts: KeyArray, symbols: IntArray) -> tuple[FloatArray, IntArray]:
        """The share of each symbol in its context, and the context's bucket, 0 if never seen."""
        at, seen = _find(self.contexts, contexts)
        pair, known = _find(self.pairs, context_key([symbols], base=contexts))
        bucket = np.where(seen, 1 + np.log2(self.counts[at]).astype(np.int64), 0)
        return np.where(known, self.shares[pair], 0.0), bucket


@dataclass(frozen=True, eq=False)
class InterpolatedModel:
    """See the module; build with `fit`."""

    levels: tuple[_Level, ...]
    """From the shortest context to the longest."""
    weights: tuple[FloatArray, ...]
    """w by bucket, for each level; bucket 0 is the context that was never seen."""
    n_classes: int

    @classmethod
    def fit(
        cls, counted: Observations, held_out: Observations, *, n_classes: int
    ) -> "InterpolatedModel":
        """Count one stream, and set the weights on another; neither is empty."""
        levels, weights = [], []
        p = np.full(len(held_out.symbols), 1 / n_classes)
        for keys, held_keys in zip(counted.contexts, held_out.contexts, strict=True):
            level = _Level.count(keys, counted.symbols)
            share, bucket = level.look_up(held_keys, held_out.symbols)
            weight = _best_weights(share, p, bucket)
            p = _mixed(share, p, weight[bucket])
            levels.append(level)
            weights.append(weight)
        return cls(tuple(levels), tuple(weights), n_classes)

    def probability(self, observed: Observations) -> FloatArray:
        """P of each symbol in its contexts, (N,); above 0."""
        p = np.full(len(observed.symbols), 1 / self.n_classes)
        levels = zip(self.levels, self.weights, observed.contexts, strict=True)
        for level, weight, keys in levels:
            share, bucket = level.look_up(keys, observed.symbols)
            p = _mixed(share, p, weight[bucket])
        return p


def _find(sorted_keys: KeyArray, keys: KeyArray) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    at = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return at, sorted_keys[at] == keys


def _mixed(share: FloatArray, lower: FloatArray, weight: FloatArray) -> FloatArray:
    return weight * share + (1 - weight) * lower


def _best_weights(share: FloatArray, lower: FloatArray, bucket: IntArray) -> FloatArray:
    """The weight of each bucket that makes the held-out symbols most likely, (_N_BUCKETS,)."""
    seen = np.bincount(bucket, minlength=_N_BUCKETS) + _PRIOR_WEIGHT
    weight = np.full(_N_BUCKETS, 0.5)
    for _ in range(_EM_STEPS):
        own = weight[bucket] * share
        responsible = own / _mixed(share, lower, weight[bucket])
        weight = np.bincount(bucket, responsible, minlength=_N_BUCKETS) + _PRIOR_WEIGHT / 2
        weight = np.minimum(weight / seen, _MAX_WEIGHT)
    weight[0] = 0.0
    return weight
