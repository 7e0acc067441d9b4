"""Drawing one value from logits, row by row, each row by its own random numbers."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch import Tensor

from segue.encoding.vocabulary import DRUMS
from segue.models.heads import ATTRIBUTES

_PLACE_AND_PITCH: Final = (ATTRIBUTES.index("position"), ATTRIBUTES.index("pitch"))
_BLOCK: Final = 256
"""Rolls drawn at a time."""


def draw(logits: Tensor, uniform: Tensor, *, temperature: float, top_p: float | Tensor) -> Tensor:
    """One value a row, (B,), by inverting the distribution function at `uniform`.

    The likeliest values that together reach `top_p`, one for all rows or (B,), remain (nucleus
    sampling, Holtzman et al. 2020), at least one. A row's value depends on its own logits and its
    own `uniform` (B,) in [0, 1) alone.
    """
    if isinstance(top_p, Tensor):
        top_p = top_p[:, None]
    probabilities = (logits if temperature == 1 else logits / temperature).softmax(dim=-1)
    ordered, index = probabilities.sort(dim=-1, descending=True, stable=True)
    reached = ordered.cumsum(dim=-1)
    last = (reached - ordered < top_p).sum(dim=-1, keepdim=True) - 1
    aim = uniform[:, None] * reached.gather(1, last)
    at = torch.minimum((reached <= aim).sum(dim=-1, keepdim=True), last)
    return index.gather(1, at)[:, 0]


def top_p_of(part: Tensor, attribute: int, *, top_p: float) -> Tensor:
    """How much of each row's choice remains, (B,): all of where and what drums play.

    A drum pattern comes back with small changes. Each has a few percent at most, and there are many
    places for one: cut off at all of them, the pattern would come back without any
    (experiments/LOG.md).

    Args:
        part: that the rows write, (B,).
        attribute: of `heads.ATTRIBUTES`, not the part.
        top_p: of all else.
    """
    remains = torch.full(part.shape, top_p)
    if attribute in _PLACE_AND_PITCH:
        remains[part == DRUMS] = 1.0
    return remains


class Dice:
    """The random numbers of several takes: each take's depend on (seed, take, chunk) alone."""

    def __init__(self, seed: int, takes: Sequence[int], *, chunk: int = 0) -> None:
        self._generators = [np.random.default_rng([seed, take, chunk]) for take in takes]
        self._rolls = torch.zeros(0)
        self._next = 0

    def roll(self) -> Tensor:
        """The numbers for one event of each take, uniform in [0, 1), (takes, 5)."""
        if self._next == len(self._rolls):
            shape = (_BLOCK, len(ATTRIBUTES))
            blocks = [g.random(shape, dtype=np.float32) for g in self._generators]
            self._rolls = torch.from_numpy(np.stack(blocks, axis=1))
            self._next = 0
        self._next += 1
        return self._rolls[self._next - 1]
