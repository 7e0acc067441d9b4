"""Attention over what rows have read, in NumPy: a prompt they share, then what each wrote itself.

Takes go on from one prompt. Its keys and values are kept once for all of them, and all rows ask
them in one matrix product: less to read from memory, which is what a step waits for.

Shapes: R rows, T events, H heads, E a head's width; queries, keys and values are (H, R, T, E).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]

_QUERIES_A_BLOCK: Final = 128
_AFTER: Final = np.triu(np.full((_QUERIES_A_BLOCK, _QUERIES_A_BLOCK), -np.inf, np.float32), 1)
"""Added to the scores of a block's queries with its own keys."""


class Past:
    """The keys and values of one layer: of the prompt (H, P, E), then the rows' own."""

    def __init__(
        self,
        shape: tuple[int, int, int, int],
        prompt: tuple[Float32Array, Float32Array] | None = None,
    ) -> None:
        """`shape`: (H, R, the most events, E); `prompt`: what all rows begin with."""
        heads, _, _, width = shape
        nothing = np.zeros((heads, 0, width), np.float32)
        self._prompt_keys, self._prompt_values = (nothing, nothing) if prompt is None else prompt
        self._nothing = nothing
        self._keys, self._values = np.empty(shape, np.float32), np.empty(shape, np.float32)
        self._own = 0

    def of_one_row(self) -> tuple[Float32Array, Float32Array]:
        """Copies of all keys and values that the only row has read, (H, T, E) each."""
        return (
            np.concatenate([self._prompt_keys, self._keys[:, 0, : self._own]], axis=1),
            np.concatenate([self._prompt_values, self._values[:, 0, : self._own]], axis=1),
        )

    def restart(self, q: Float32Array, k: Float32Array, v: Float32Array) -> Float32Array:
        """Forget all, then read events that each attend to those before them and to themselves."""
        count = q.shape[2]
        self._prompt_keys = self._prompt_values = self._nothing
        self._keys[:, :, :count], self._values[:, :, :count] = k, v
        self._own = count
        mixed = np.empty_like(q)
        for begin in range(0, count, _QUERIES_A_BLOCK):
            end = min(begin + _QUERIES_A_BLOCK, count)
            scores = q[:, :, begin:end] @ k[:, :, :end].swapaxes(2, 3)
            scores[..., begin:] += _AFTER[: end - begin, : end - begin]
            total = _exponentials(scores)
            np.divide(scores @ v[:, :, :end], total, out=mixed[:, :, begin:end])
        return mixed

    def step(self, q: Float32Array, k: Float32Array, v: Float32Array) -> Float32Array:
        """Read one more event of each row, (H, R, 1, E), which attends to all before and itself."""
        shared, own = self._prompt_keys.shape[1], self._own + 1
        self._keys[:, :, own - 1 : own], self._values[:, :, own - 1 : own] = k, v
        self._own = own
        scores = np.empty((*q.shape[:3], shared + own), np.float32)
        scores[:, :, 0, :shared] = q[:, :, 0] @ self._prompt_keys.swapaxes(1, 2)
        scores[..., shared:] = q @ self._keys[:, :, :own].swapaxes(2, 3)
        total = _exponentials(scores)
        mixed: Float32Array = scores[..., shared:] @ self._values[:, :, :own]
        mixed[:, :, 0] += scores[:, :, 0, :shared] @ self._prompt_values
        mixed /= total
        return mixed


def _exponentials(scores: Float32Array) -> Float32Array:
    """Make scores their exponentials, the largest 1; returns their sums, with a last axis of 1."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    total: Float32Array = scores.sum(axis=-1, keepdims=True)
    return total
