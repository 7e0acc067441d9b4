"""What rows have read, as ONNX Runtime needs it to read on: keys and values of all layers.

Shapes: as in `onnx_graph`; B events that rows began with, S that there is room for after them.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from segue.encoding.sequence import Column
from segue.encoding.vocabulary import IntArray
from segue.models.onnx_decoder import OnnxDecoder, Told
from segue.models.onnx_graph import Float32Array, held_names
from segue.models.onnx_session import Bound

__all__ = ["Past"]

_ROOM: Final = 64
"""So many events more there is room for when there is none left; steps look at empty room, too."""


class Past:
    """What rows have read.

    What they began with is read at once and never changes, so that rows and threads share it where
    it is the same for them. What a row has read since then is its own.
    """

    def __init__(self, model: OnnxDecoder, rows: int) -> None:
        """Nothing is read yet."""
        self.model, self.length = model, 0
        self._begun: list[Float32Array] = []
        """Keys and values in turn, layer by layer, (H, R or 1, B, E) each."""
        self._since = _room(model, rows, _ROOM)
        """The same of the events since then, (2 L, H, R, S, E), of which `_count` are there."""
        self._count = 0
        self._step: _Step | None = None

    def of(self, rows: IntArray) -> "Past":
        """What these rows have read, by their numbers, each once or several times."""
        found = Past(self.model, len(rows))
        found.length, found._count = self.length, self._count
        found._begun = [
            each if each.shape[1] == 1 else each.take(rows, axis=1) for each in self._begun
        ]
        found._since = _room(self.model, len(rows), self._since.shape[3])
        found._since[..., : self._count, :] = self._since[:, :, rows, : self._count]
        return found

    def read(self, events: IntArray, told: Told) -> Float32Array:
        """Read events, (R, T, C): hidden states after the last, (R, D).

        More than one are read only from the beginning.
        """
        self.length += events.shape[1]
        if not self._begun:
            hidden, self._begun = _read(self.model, events, told)
            return hidden
        assert events.shape[1] == 1, "several events are read from the beginning"
        room = self._since.shape[3]
        if self._count == room:
            longer = _room(self.model, len(events), room + _ROOM)
            longer[..., :room, :] = self._since
            self._since, self._step = longer, None
        if self._step is None:
            self._step = _Step(self.model, self._begun, self._since, self._count)
        self._count += 1
        return self._step.run(events, told, self.length - 1)

    def forget(self) -> None:
        """All that was read."""
        self.length = self._count = 0
        self._begun, self._step = [], None


def _room(model: OnnxDecoder, rows: int, count: int) -> Float32Array:
    """For keys and values of so many events, (2 L, H, R, S, E)."""
    config = model.config
    head = config.width // config.heads
    return np.zeros((2 * config.layers, config.heads, rows, count, head), np.float32)


def _read(
    model: OnnxDecoder, events: IntArray, told: Told
) -> tuple[Float32Array, list[Float32Array]]:
    """Hidden states after the last of events (R, T, C), (R, D), and their keys and values.

    Those are in turn, layer by layer, (H, R, T, E) each.
    """
    (rows, count), config = events.shape[:2], model.config
    angles = model.turns(events[..., Column.TIME], 0).reshape(rows * count, -1)
    shape = (rows, config.heads, count, config.width // config.heads)
    held = {name: np.zeros(shape, np.float32) for name in held_names(config.layers)}
    hidden = np.zeros((rows, count, config.width), np.float32)
    given: dict[str, npt.NDArray[Any]] = {
        "rows": model.rows(events),
        "asked": told.said(events),
        "cos": np.cos(angles),
        "sin": np.sin(angles),
        "place": np.arange(rows * count).reshape(rows, count),
        "last": np.full(rows, count - 1, np.int32),
        "total": np.array(count, np.int32),
    }
    outputs = {f"{name}_out": array for name, array in held.items()}
    Bound(model.body, given | held, outputs | {"hidden": hidden}).run()
    kept = [np.ascontiguousarray(array.swapaxes(0, 1)) for array in held.values()]
    return hidden[:, -1].copy(), kept


class _Step:
    """The step, and the arrays that it reads from and writes to."""

    def __init__(
        self, model: OnnxDecoder, begun: list[Float32Array], since: Float32Array, count: int
    ) -> None:
        """`begun`, `since`: see `Past`; `count`: how many events there are since."""
        twice_layers, heads, rows, room, head = since.shape
        width = heads * head
        self._model, self._since, self._count = model, since, count
        self._begun = begun[0].shape[2]
        self._seeing = np.zeros(self._begun + room + 1, np.float32)
        self._seeing[self._begun + count : -1] = -np.inf
        self._rows = np.zeros((1, rows, model.columns), np.int64)
        self._asked, self._is_asked = np.zeros((1, rows, width), np.float32), False
        self._cos = np.zeros((rows, head // 2), np.float32)
        self._sin = np.zeros((rows, head // 2), np.float32)
        self._new = np.zeros((twice_layers * heads, rows, 1, head), np.float32)
        self._hidden = np.zeros((1, rows, width), np.float32)
        names = held_names(model.config.layers)
        self._bound = Bound(
            model.step,
            {
                "rows": self._rows,
                "asked": self._asked,
                "cos": self._cos,
                "sin": self._sin,
                "place": np.arange(rows)[None],
                "seeing": self._seeing,
                **dict(zip(names, begun, strict=True)),
                **{f"{name}_since": each for name, each in zip(names, since, strict=True)},
            },
            {"hidden": self._hidden, "new": self._new},
        )

    def run(self, events: IntArray, told: Told, at: int) -> Float32Array:
        """Hidden states after the event of each row, (R, 1, C), whose index is `at`: (R, D)."""
        model, event = self._model, events[:, 0]
        self._rows[0] = model.rows(event)
        if not told.is_nothing(events):
            self._asked[0], self._is_asked = told.said(events)[:, 0], True
        elif self._is_asked:
            self._asked[:], self._is_asked = 0, False
        angles = model.turns(event[:, None, Column.TIME], at)[:, 0]
        np.cos(angles, out=self._cos)
        np.sin(angles, out=self._sin)
        self._bound.run()
        self._since[..., self._count, :] = self._new.reshape(self._since[..., 0, :].shape)
        self._seeing[self._begun + self._count] = 0
        self._count += 1
        hidden: Float32Array = self._hidden[0].copy()
        return hidden
