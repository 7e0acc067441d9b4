"""The decoder as ONNX Runtime computes it: the same as `decoder`, for those who only write music.

Shapes: R rows, T events, D width, E a head's width.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from segue.encoding.sequence import ATTRIBUTES, MASKED, NOTE_EVENT, BoolArray, Column
from segue.encoding.vocabulary import IntArray
from segue.models import onnx_graph
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_shape import (
    BAR_COLUMNS,
    CONTROL_COLUMNS,
    EVENT_COLUMNS,
    LONGEST_TIME,
    NOTE_COLUMNS,
    SIZES,
)
from segue.models.onnx_graph import Float32Array, Weights
from segue.nn.periods import INDEX_RANGE, SHORTEST_TIME


class OnnxDecoder:
    """The network; it holds no state of what is read."""

    def __init__(self, config: DecoderConfig, weights: Weights) -> None:
        """`weights`: as `weight_arrays.read_weights` reads them."""
        self.config = config
        self.n_parameters = sum(value.size for value in weights.values())
        self.body = _session(onnx_graph.body(config, weights))
        self._places = _ColumnTable(EVENT_COLUMNS + NOTE_COLUMNS + BAR_COLUMNS)
        self._masked_instruments = weights["embed.masked_instruments.weight"]
        self._masked_parts = np.ascontiguousarray(weights["embed.masked_parts.weight"].T)
        self.heads = AttributeHeads(config, weights)
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

    def rows(self, events: IntArray) -> IntArray:
        """The rows of the table that events (R, T, N_COLUMNS) choose, (R, T, C); 0 for none."""
        is_note = events[..., Column.KIND] == NOTE_EVENT
        return self._places.rows(events) * np.where(is_note[..., None], _OF_NOTE, _OF_BAR)

    def said(self, events: IntArray, asked: Float32Array) -> Float32Array:
        """What events (R, T, C) that begin a written bar are asked; 0 for others. (R, T, D)."""
        begins = (events[..., Column.ROLE] == MASKED) & (events[..., Column.KIND] != NOTE_EVENT)
        row, event = np.nonzero(begins)
        said = np.zeros((*events.shape[:2], self.config.width), np.float32)
        bar = np.minimum(events[row, event, Column.BAR], asked.shape[1] - 1)
        said[row, event] = asked[row, bar]
        return said

    def turns(self, time: IntArray, first: int) -> Float32Array:
        """The angles that queries and keys of events are turned by, (R, T, E / 2).

        `time`: of the events, (R, T); `first`: the index of the first.
        """
        index = np.arange(first, first + time.shape[1], dtype=np.float32)
        n = len(self._by_index)
        angles = np.empty((*time.shape, 2 * n), np.float32)
        angles[..., :n] = index[:, None] * self._by_index
        angles[..., n:] = time[..., None].astype(np.float32) * self._by_time
        return angles


class Past:
    """What rows have read: the keys and values of all layers, which the body extends in place."""

    def __init__(self, model: OnnxDecoder, rows: int) -> None:
        """Nothing is read yet."""
        config = model.config
        shape = (rows, config.heads, config.context, config.width // config.heads)
        self.model, self.length = model, 0
        self._held = {
            f"{what}{layer}": np.zeros(shape, np.float32)
            for layer in range(config.layers)
            for what in ("keys", "values")
        }
        self._step = _Bound(model, self._held, rows, 1)

    def of(self, rows: IntArray) -> "Past":
        """What these rows have read, by their numbers, each once or several times."""
        found = Past(self.model, len(rows))
        found.length = self.length
        for name, held in found._held.items():
            held[:, :, : self.length] = self._held[name][rows, :, : self.length]
        return found

    def read(self, events: IntArray, asked: Float32Array) -> Float32Array:
        """Read events, (R, T, C): hidden states after the last, (R, D).

        More than one are read only from the beginning. `asked`: see `OnnxDecoder.asked`.
        """
        count = events.shape[1]
        if count == 1:
            found = self._step.run(events, asked, self.length)
        else:
            assert self.length == 0, "several events are read from the beginning"
            found = _Bound(self.model, self._held, len(events), count).run(events, asked, 0)
        self.length += count
        return found

    def forget(self) -> None:
        """All that was read."""
        self.length = 0


class _Bound:
    """The body, and the arrays that it reads from and writes to, for so many rows and events."""

    def __init__(
        self, model: OnnxDecoder, held: dict[str, npt.NDArray[np.float32]], rows: int, count: int
    ) -> None:
        width, half = model.config.width, model.config.width // model.config.heads // 2
        self._model = model
        n = rows * count
        columns = len(EVENT_COLUMNS + NOTE_COLUMNS + BAR_COLUMNS)
        self._rows = np.zeros((rows, count, columns), np.int64)
        self._asked = np.zeros((rows, count, width), np.float32)
        self._cos, self._sin = np.zeros((n, half), np.float32), np.zeros((n, half), np.float32)
        self._place = np.arange(n).reshape(rows, count)
        self._last, self._total = np.zeros(rows, np.int32), np.zeros((), np.int32)
        self._hidden = np.zeros((rows, count, width), np.float32)
        given: dict[str, npt.NDArray[Any]] = {
            "rows": self._rows,
            "asked": self._asked,
            "cos": self._cos,
            "sin": self._sin,
            "place": self._place,
            "last": self._last,
            "total": self._total,
        }
        self._binding = model.body.io_binding()
        self._kept: list[Any] = []
        for name, array in (given | held).items():
            self._binding.bind_ortvalue_input(name, self._value(array))
        for name, array in held.items():
            self._binding.bind_ortvalue_output(f"{name}_out", self._value(array))
        self._binding.bind_ortvalue_output("hidden", self._value(self._hidden))

    def run(self, events: IntArray, asked: Float32Array, at: int) -> Float32Array:
        """Hidden states after the last of events, (R, D), the first of which has the index `at`."""
        count = events.shape[1]
        self._rows[:] = self._model.rows(events)
        self._asked[:] = self._model.said(events, asked)
        angles = self._model.turns(events[..., Column.TIME], at).reshape(self._cos.shape)
        np.cos(angles, out=self._cos)
        np.sin(angles, out=self._sin)
        self._last[:] = at + count - 1
        self._total[...] = at + count
        self._model.body.run_with_iobinding(self._binding)
        return self._hidden[:, -1].copy()

    def _value(self, array: npt.NDArray[Any]) -> Any:
        value = ort.OrtValue.ortvalue_from_numpy(array)
        self._kept.append(value)
        return value


class AttributeHeads:
    """The logits of attributes without the grammar, and what is added for a chosen value."""

    def __init__(self, config: DecoderConfig, weights: Weights) -> None:
        self._sessions = [
            _session(onnx_graph.head(config, weights, attribute))
            for attribute in range(len(ATTRIBUTES))
        ]
        self.instrument = weights["heads.instrument.weight"]
        self.part = weights["heads.part.weight"]
        self.chosen = [weights[f"heads.chosen.{i}.weight"] for i in range(len(SIZES) - 2)]
        self._controls = weights["heads.controls.table.weight"]
        self._places = _ColumnTable(CONTROL_COLUMNS)

    def controls(self, events: IntArray) -> Float32Array:
        """What is added for the controls of events, (R, N_COLUMNS): (R, D)."""
        found: Float32Array = self._controls.take(self._places.rows(events), axis=0).sum(axis=-2)
        return found

    def logits(self, attribute: int, known: Float32Array) -> Float32Array:
        """(R, its size); of the part, those of all instruments and the end, then of all numbers."""
        found: Float32Array = self._sessions[attribute].run(None, {"known": known})[0]
        return found


class _ColumnTable:
    """Where the values of some columns stand in a table of all; its row 0 is silence."""

    def __init__(self, columns: tuple[tuple[int, int], ...]) -> None:
        self._columns = [int(column) for column, _ in columns]
        self._offsets = 1 + np.cumsum([0, *(size for _, size in columns[:-1])])

    def rows(self, events: IntArray) -> IntArray:
        """Of events (..., N_COLUMNS), (..., C)."""
        found: IntArray = events[..., self._columns] + self._offsets
        return found


_SIZES: Final[Sequence[int]] = [len(EVENT_COLUMNS), len(NOTE_COLUMNS), len(BAR_COLUMNS)]
_OF_NOTE: Final = np.repeat([True, True, False], _SIZES)
_OF_BAR: Final = np.repeat([True, False, True], _SIZES)


def _session(graph: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
