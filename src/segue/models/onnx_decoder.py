"""The decoder as ONNX Runtime computes it: the same as `decoder`, for those who only write music.

Shapes: R rows, T events, D width, E a head's width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import onnxruntime as ort

from segue.encoding.sequence import ATTRIBUTES, MASKED, NOTE_EVENT, Column
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
from segue.models.latent_arrays import LatentArrays, SaidOfLatents, read_latents
from segue.models.onnx_graph import Float32Array, Weights
from segue.models.onnx_session import Bound, adds_signed_exactly, session
from segue.nn.periods import INDEX_RANGE, SHORTEST_TIME


class OnnxDecoder:
    """The network; it holds no state of what is read."""

    def __init__(self, config: DecoderConfig, weights: Weights) -> None:
        """`weights`: as `weight_arrays.read_weights` reads them."""
        self.config = config
        self.n_parameters = sum(value.size for value in weights.values())
        rounding = onnx_graph.Rounding(signed=adds_signed_exactly())
        self.body = session(onnx_graph.body(config, weights, rounding))
        self.step = session(onnx_graph.step(config, weights, rounding))
        self._places = _ColumnTable(EVENT_COLUMNS + NOTE_COLUMNS + BAR_COLUMNS)
        self.columns = sum(_SIZES)
        """Of the table, that are read of each event."""
        self._masked_instruments = weights["embed.masked_instruments.weight"]
        self._masked_parts = np.ascontiguousarray(weights["embed.masked_parts.weight"].T)
        self.heads = AttributeHeads(config, weights, rounding)
        self._latents: ort.InferenceSession | None = None
        if config.slices:
            self._latents = session(onnx_graph.latents(config, weights, rounding))
        ramp = np.arange(config.width // config.heads // 4, dtype=np.float32)
        ramp /= len(ramp)
        periods = SHORTEST_TIME * (LONGEST_TIME / SHORTEST_TIME) ** ramp
        self._by_index = (INDEX_RANGE**-ramp).astype(np.float32)
        self._by_time = (2 * np.pi / periods).astype(np.float32)

    def asked(self, masked_parts: Float32Array, instruments: IntArray) -> Float32Array:
        """What the event that begins a written bar says of its parts, (R, NB, D)."""
        said: Float32Array = masked_parts @ self._masked_instruments[instruments]
        said += masked_parts @ self._masked_parts
        return said

    def read_latents(self, latents: LatentArrays | None) -> SaidOfLatents | None:
        """What latents say; None where none are given."""
        if latents is None:
            return None
        assert self._latents is not None, "this decoder reads no latents"
        return read_latents(self._latents, latents)

    def rows(self, events: IntArray) -> IntArray:
        """The rows of the table that events (R, T, N_COLUMNS) choose, (R, T, C); 0 for none."""
        found = self._places.rows(events)
        found *= _OF_KIND[(events[..., Column.KIND] == NOTE_EVENT).astype(np.int8)]
        return found

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


@dataclass(frozen=True)
class Told:
    """What rows are told beside the columns of their events."""

    asked: Float32Array
    """Of the parts of each bar, (R, NB, D)."""
    latents: SaidOfLatents | None = None
    """Of the cells that are written."""

    def rows(self, index: IntArray) -> "Told":
        """What some rows are told."""
        latents = None if self.latents is None else self.latents.rows(index)
        return Told(self.asked[index], latents)

    def is_nothing(self, events: IntArray) -> bool:
        """Whether nothing is told with events (R, T, C), whatever is asked."""
        return self.latents is None and bool((events[..., Column.KIND] == NOTE_EVENT).all())

    def said(self, events: IntArray) -> Float32Array:
        """What is added to events (R, T, C): to those that begin a written bar what is asked, to
        written notes what latents say. (R, T, D).
        """
        begins = (events[..., Column.ROLE] == MASKED) & (events[..., Column.KIND] != NOTE_EVENT)
        row, event = np.nonzero(begins)
        if self.latents is None:
            said = np.zeros((*events.shape[:2], self.asked.shape[-1]), np.float32)
        else:
            said = self.latents.of_events(events)
        bar = np.minimum(events[row, event, Column.BAR], self.asked.shape[1] - 1)
        said[row, event] = self.asked[row, bar]
        return said


class AttributeHeads:
    """The logits of attributes without the grammar, and what is added for a chosen value."""

    def __init__(
        self, config: DecoderConfig, weights: Weights, rounding: onnx_graph.Rounding
    ) -> None:
        self._sessions = [
            session(onnx_graph.head(config, weights, attribute, rounding))
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

    def of(self, rows: int) -> "Heads":
        """What computes the logits of so many rows."""
        return Heads(self._sessions, rows, self.instrument.shape[1])


class Heads:
    """The logits of R rows; what one call returns holds until the next for the same attribute."""

    def __init__(self, sessions: Sequence[ort.InferenceSession], rows: int, width: int) -> None:
        self.known = np.zeros((rows, width), np.float32)
        """What is known of the next event, (R, D)."""
        self._logits = [
            np.zeros((rows, session.get_outputs()[0].shape[1]), np.float32) for session in sessions
        ]
        self._bound = [
            Bound(session, {"known": self.known}, {"logits": logits})
            for session, logits in zip(sessions, self._logits, strict=True)
        ]

    def logits(self, attribute: int) -> Float32Array:
        """(R, its size); of the part, those of all instruments and the end, then of all numbers."""
        self._bound[attribute].run()
        return self._logits[attribute]


class _ColumnTable:
    """Where the values of some columns stand in a table of all; its row 0 is silence."""

    def __init__(self, columns: tuple[tuple[int, int], ...]) -> None:
        self._columns = [int(column) for column, _ in columns]
        self._offsets = 1 + np.cumsum([0, *(size for _, size in columns[:-1])])

    def rows(self, events: IntArray) -> IntArray:
        """Of events (..., N_COLUMNS), (..., C)."""
        found: IntArray = events.take(self._columns, axis=-1)
        found += self._offsets
        return found


_SIZES: Final[Sequence[int]] = [len(EVENT_COLUMNS), len(NOTE_COLUMNS), len(BAR_COLUMNS)]
_OF_KIND: Final = np.array([[1, 0, 1], [1, 1, 0]]).repeat(_SIZES, axis=1)
"""Which columns are read of the beginning of a bar, and which of a note."""
