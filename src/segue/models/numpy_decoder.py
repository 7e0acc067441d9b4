"""The decoder in NumPy: the same as `decoder`, for those who only write music.

What does not depend on the music is done once, at loading: the gains of norms are multiplied into
the matrices behind them, matrices are laid out as a step reads them, and the two numbers of a
rotary pair are put side by side, so that one complex product turns a head.

Shapes: R rows, T events, N = R x T, D width, H heads, E a head's width.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import MASKED, NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import IntArray
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_shape import (
    BAR_COLUMNS,
    CONTROL_COLUMNS,
    EVENT_COLUMNS,
    LONGEST_TIME,
    NOTE_COLUMNS,
    SIZES,
)
from segue.models.numpy_attention import Float32Array, Past
from segue.nn.periods import INDEX_RANGE, SHORTEST_TIME

Weights = dict[str, Float32Array]
Complex64Array = npt.NDArray[np.complex64]

_EPSILON: Final = float(np.finfo(np.float32).eps)
"""What torch adds to a mean square."""
_ROWS_AT_A_TIME: Final = 64
"""Of the widest arrays, so that they stay in the processor's cache."""


class NumpyDecoder:
    """The network; it holds no state of what is read."""

    def __init__(self, config: DecoderConfig, weights: Weights) -> None:
        """`weights`: as `numpy_weights.read_weights` reads them."""
        self.config = config
        self.n_parameters = sum(value.size for value in weights.values())
        self._embed = _ColumnTable(
            weights["embed.sum.table.weight"], EVENT_COLUMNS + NOTE_COLUMNS + BAR_COLUMNS
        )
        self._masked_instruments = weights["embed.masked_instruments.weight"]
        self._masked_parts = np.ascontiguousarray(weights["embed.masked_parts.weight"].T)
        self.layers = [
            _Layer(weights, f"blocks.{layer}", config.heads) for layer in range(config.layers)
        ]
        self._gain = weights["norm.weight"]
        self.heads = AttributeHeads(weights)
        ramp = np.arange(config.width // config.heads // 4, dtype=np.float32)
        ramp /= len(ramp)
        periods = SHORTEST_TIME * (LONGEST_TIME / SHORTEST_TIME) ** ramp
        self._by_index = (INDEX_RANGE**-ramp).astype(np.float32)
        self._by_time = (2 * np.pi / periods).astype(np.float32)

    def asked(self, masked_parts: BoolArray, instruments: IntArray) -> Float32Array:
        """What the event that begins a written bar says of its parts, (R, NB, D)."""
        masked = masked_parts.astype(np.float32)
        said: Float32Array = masked @ self._masked_instruments[instruments]
        said += masked @ self._masked_parts
        return said

    def past(self, rows: int, origin: Sequence[Past] | None = None) -> list[Past]:
        """What rows have read, of each layer: nothing, or what the one row of `origin` has."""
        config = self.config
        shape = (config.heads, rows, config.context, config.width // config.heads)
        if origin is None:
            return [Past(shape) for _ in range(config.layers)]
        return [Past(shape, prompt=of_layer.of_one_row()) for of_layer in origin]

    def read(
        self, events: IntArray, asked: Float32Array, past: list[Past], *, at: int | None
    ) -> Float32Array:
        """Hidden states after the last of events (R, T, C), (R, D).

        `past`: of each layer. `at`: the index of the only event; None: these events, from index 0,
        are all that is known.
        """
        rows, count = events.shape[:2]
        x = self.embedded(events, asked).reshape(rows * count, -1)
        turns = self.turns(events[..., Column.TIME], at or 0).reshape(rows * count, -1)
        for layer, of_layer in zip(self.layers, past, strict=True):
            q, k, v = layer.ask(x, turns).reshape(3, -1, rows, count, layer.head_width)
            mixed = (of_layer.restart if at is None else of_layer.step)(q, k, v)
            if layer is self.layers[-1]:  # of the events, only the last is asked for more
                x, mixed = np.ascontiguousarray(x[count - 1 :: count]), mixed[:, :, -1:]
            layer.feed(x, mixed.transpose(1, 2, 0, 3).reshape(x.shape))
        return _normed(x) * self._gain

    def embedded(self, events: IntArray, asked: Float32Array) -> Float32Array:
        """Events (R, T, C) as vectors, (R, T, D)."""
        is_note = events[..., Column.KIND] == NOTE_EVENT
        x = self._embed.sum(events, np.where(is_note[..., None], _OF_NOTE, _OF_BAR))
        row, event = np.nonzero((events[..., Column.ROLE] == MASKED) & ~is_note)
        bar = np.minimum(events[row, event, Column.BAR], asked.shape[1] - 1)
        x[row, event] += asked[row, bar]
        return x

    def turns(self, time: IntArray, first: int) -> Complex64Array:
        """What queries and keys of events are turned by: unit complex numbers, (R, T, E / 2).

        `time`: of the events, (R, T); `first`: the index of the first.
        """
        index = np.arange(first, first + time.shape[1], dtype=np.float32)
        n = len(self._by_index)
        angles = np.empty((*time.shape, 2 * n), np.float32)
        angles[..., :n] = index[:, None] * self._by_index
        angles[..., n:] = time[..., None].astype(np.float32) * self._by_time
        turns = np.empty(angles.shape, np.complex64)
        np.cos(angles, out=turns.real)
        np.sin(angles, out=turns.imag)
        return turns


class _ColumnTable:
    """The sum of an embedding of each of some columns; index 0 of the table is silence."""

    def __init__(self, table: Float32Array, columns: tuple[tuple[int, int], ...]) -> None:
        self.table = table
        self.columns = [int(column) for column, _ in columns]
        self.offsets = 1 + np.cumsum([0, *(size for _, size in columns[:-1])])

    def sum(self, rows: IntArray, applies: BoolArray | None = None) -> Float32Array:
        """Of rows (..., C), (..., D); `applies`: which columns of each, by default all."""
        index = rows[..., self.columns] + self.offsets
        if applies is not None:
            index *= applies
        found: Float32Array = self.table.take(index, axis=0).sum(axis=-2)
        return found


_SIZES: Final = [len(EVENT_COLUMNS), len(NOTE_COLUMNS), len(BAR_COLUMNS)]
_OF_NOTE: Final = np.repeat([True, True, False], _SIZES)
_OF_BAR: Final = np.repeat([True, False, True], _SIZES)


class _Layer:
    """What a block does before and after its attention."""

    def __init__(self, weights: Weights, name: str, heads: int) -> None:
        width = len(weights[f"{name}.norm_attention.weight"])
        self.heads, self.head_width = heads, width // heads
        pairs = np.arange(self.head_width).reshape(2, -1).T.ravel()
        qkv = weights[f"{name}.query_key_value.weight"] * weights[f"{name}.norm_attention.weight"]
        qkv = qkv.reshape(3, heads, self.head_width, width)
        qkv[:2] = qkv[:2, :, pairs]
        self.query_key_value = _contiguous(qkv.reshape(-1, self.head_width, width).swapaxes(1, 2))
        """Of each head of queries, keys and values, (3 H, D, E)."""
        gains = [weights[f"{name}.norm_{of}.weight"][pairs] for of in ("query", "key")]
        self.gains = np.repeat(gains, heads, axis=0)[:, None]
        self.gains[:heads] *= self.head_width**-0.5
        self.attention_out = _contiguous(weights[f"{name}.attention_out.weight"].T)
        feed_in = weights[f"{name}.feed_in.weight"] * weights[f"{name}.norm_feed.weight"]
        self.feed_in = _contiguous(feed_in.T)
        self.feed_out = _contiguous(weights[f"{name}.feed_out.weight"].T)

    def ask(self, x: Float32Array, turns: Complex64Array) -> Float32Array:
        """Queries, keys and values of vectors (N, D), (3 H, N, E); queries are scaled."""
        qkv: Float32Array = _normed(x) @ self.query_key_value
        qk = qkv[: 2 * self.heads]
        qk *= _scale(qk)
        qk *= self.gains
        turned = qk.view(np.complex64)
        turned *= turns
        return qkv

    def feed(self, x: Float32Array, mixed: Float32Array) -> None:
        """Add what attention found, (N, D), to vectors, (N, D), then what the rest makes of it."""
        x += mixed @ self.attention_out
        for begin in range(0, len(x), _ROWS_AT_A_TIME):
            some = x[begin : begin + _ROWS_AT_A_TIME]
            some += gelu(_normed(some) @ self.feed_in) @ self.feed_out


class AttributeHeads:
    """The logits of attributes without the grammar, and what is added for a chosen value."""

    def __init__(self, weights: Weights) -> None:
        def linear(name: str) -> tuple[Float32Array, Float32Array]:
            return weights[f"heads.{name}.weight"], weights[f"heads.{name}.bias"]

        def before(i: int) -> _Linear:
            matrix, bias = linear(f"before.{i}.1")
            return _Linear(matrix * weights[f"heads.before.{i}.0.weight"], bias)

        of_instruments, of_numbers = linear("out_instrument"), linear("out_part")
        of_parts = map(np.concatenate, zip(of_instruments, of_numbers, strict=True))
        self._before = [before(i) for i in range(len(SIZES))]
        self._out = [_Linear(*of_parts), *(_Linear(*linear(f"out.{i}")) for i in range(4))]
        self.instrument = weights["heads.instrument.weight"]
        self.part = weights["heads.part.weight"]
        self.chosen = [weights[f"heads.chosen.{i}.weight"] for i in range(len(SIZES) - 2)]
        self.controls = _ColumnTable(weights["heads.controls.table.weight"], CONTROL_COLUMNS)

    def logits(self, attribute: int, h: Float32Array) -> Float32Array:
        """(R, its size); of the part, those of all instruments and the end, then of all numbers."""
        before = self._before[attribute](_normed(h))
        return self._out[attribute](gelu(before))


class _Linear:
    def __init__(self, matrix: Float32Array, bias: Float32Array) -> None:
        self.matrix, self.bias = _contiguous(matrix.T), bias

    def __call__(self, x: Float32Array) -> Float32Array:
        found: Float32Array = x @ self.matrix
        found += self.bias
        return found


def gelu(x: Float32Array) -> Float32Array:
    """The Gaussian error linear unit of numbers, within 1e-6; `x` becomes it.

    By formula 7.1.26 of Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964): NumPy
    has no error function.
    """
    size = np.abs(x)
    t = size * np.float32(_P / np.sqrt(2))
    t += 1
    np.reciprocal(t, out=t)
    tail = t * np.float32(_A[-1] / 2)
    for a in reversed(_A[:-1]):
        tail += np.float32(a / 2)
        tail *= t
    np.multiply(size, size, out=t)
    t *= np.float32(-0.5)
    np.exp(t, out=t)
    tail *= t
    tail *= size
    np.maximum(x, 0, out=x)
    x -= tail
    return x


_P: Final = 0.3275911
_A: Final = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)


def _scale(x: Float32Array) -> Float32Array:
    """What makes the mean square of the last axis 1, (..., 1)."""
    mean = np.vecdot(x, x)[..., None]
    mean /= x.shape[-1]
    mean += _EPSILON
    np.sqrt(mean, out=mean)
    found: Float32Array = np.reciprocal(mean, out=mean)
    return found


def _normed(x: Float32Array) -> Float32Array:
    return x * _scale(x)


def _contiguous(x: Float32Array) -> Float32Array:
    return np.ascontiguousarray(x, dtype=np.float32)
