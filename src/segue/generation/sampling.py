"""Drawing one value from logits, row by row, each row by its own random numbers."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import ATTRIBUTES, BoolArray
from segue.encoding.vocabulary import IntArray
from segue.generation.network import Float32Array

FloatArray = npt.NDArray[np.float64]

_POSITION, _PITCH = (ATTRIBUTES.index(name) for name in ("position", "pitch"))
_BLOCK: Final = 256
"""Rolls drawn at a time."""


def log_sum_exp(logits: npt.NDArray[np.floating[Any]]) -> FloatArray:
    """The logarithm of the summed exponentials of each row, (B, n) to (B, 1)."""
    values = logits.astype(np.float64)
    highest = values.max(axis=-1, keepdims=True)
    found: FloatArray = highest + np.log(np.exp(values - highest).sum(axis=-1, keepdims=True))
    return found


def log_softmax(logits: npt.NDArray[np.floating[Any]]) -> FloatArray:
    """The log-probabilities of each row, (B, n)."""
    found: FloatArray = logits - log_sum_exp(logits)
    return found


def draw(
    logits: npt.NDArray[np.floating[Any]],
    uniform: Float32Array,
    *,
    temperature: float,
    top_p: float | FloatArray,
) -> tuple[IntArray, FloatArray]:
    """One value a row, by inverting the distribution function at `uniform`; its log-probability.

    The likeliest values that together reach `top_p`, one for all rows or (B,), remain (nucleus
    sampling, Holtzman et al. 2020), at least one. A row's value depends on its own logits and its
    own `uniform` (B,) in [0, 1) alone. The log-probability, (B,), is the one that logits give,
    without temperature and `top_p`.
    """
    rows = np.arange(len(logits))
    below = logits - logits.max(axis=-1, keepdims=True)
    weights = likelihood = np.exp(below)
    if temperature != 1:
        weights = np.exp(below / temperature)
    index = (-weights).argsort(axis=-1, kind="stable")
    ordered = weights[rows[:, None], index]
    reached = ordered.cumsum(axis=-1, dtype=np.float64)
    wanted = (top_p * reached[:, -1])[:, None]
    last = np.add.reduce(reached - ordered < wanted, axis=-1) - 1
    aim = (uniform * reached[rows, last])[:, None]
    at = np.minimum(np.add.reduce(reached <= aim, axis=-1), last)
    values: IntArray = index[rows, at]
    whole = np.add.reduce(likelihood, axis=-1, dtype=np.float64)
    return values, below[rows, values] - np.log(whole)


def top_p_of(is_drum: BoolArray, attribute: int, *, top_p: float) -> float | FloatArray:
    """How much of each row's choice remains, (B,), or of all: of who plays next, of drums, and of
    how long and how loud a note is, all; of where and what other parts play, `top_p`.

    A drum pattern comes back with small changes, now and then a part rests or comes in, and a note
    is held or accented. Each has a few percent at most, and there are many places for one: cut off
    at all of them, bars would be alike full, and alike loud (experiments/LOG.md). A wrong pitch is
    heard; a length or a loudness that is rare seldom is.

    Args:
        is_drum: whether the rows write a drum, (B,); unused but of positions and pitches.
        attribute: of `ATTRIBUTES`.
        top_p: of the rest.
    """
    return np.where(is_drum, 1.0, top_p) if attribute in (_POSITION, _PITCH) else 1.0


class Dice:
    """The random numbers of several takes: each take's depend on (seed, take, chunk) alone."""

    def __init__(self, seed: int, takes: Sequence[int], *, chunk: int = 0) -> None:
        self._generators = [np.random.default_rng([seed, take, chunk]) for take in takes]
        self._rolls: Float32Array = np.zeros((0, len(takes), len(ATTRIBUTES)), np.float32)
        self._next = 0

    def keep(self, rows: IntArray) -> None:
        """Go on with the takes of these rows alone."""
        self._generators = [self._generators[row] for row in rows]
        self._rolls = self._rolls[:, rows]

    def roll(self) -> Float32Array:
        """The numbers for one event of each take, uniform in [0, 1), (takes, 5)."""
        if self._next == len(self._rolls):
            shape = (_BLOCK, len(ATTRIBUTES))
            blocks = [g.random(shape, dtype=np.float32) for g in self._generators]
            self._rolls = np.stack(blocks, axis=1)
            self._next = 0
        self._next += 1
        roll: Float32Array = self._rolls[self._next - 1]
        return roll
