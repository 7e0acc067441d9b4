"""A network that ONNX Runtime computes: what musicians use; it needs no PyTorch.

Each step is computed by one thread: products are small, and threads that share one wait for each
other. Takes are shared out instead (`workers`).
"""

from pathlib import Path

import numpy as np

from segue.encoding.sequence import ATTRIBUTES, N_COLUMNS, Column
from segue.encoding.vocabulary import END, MAX_PARTS, N_PART_CLASSES, IntArray
from segue.generation.network import Choose, Float32Array, Plan
from segue.models import event_grammar as grammar
from segue.models.decoder_shape import END_OF_BAR, FORBIDDEN, N_INSTRUMENT_CLASSES
from segue.models.folder import read_config
from segue.models.onnx_decoder import OnnxDecoder
from segue.models.onnx_past import Past
from segue.models.weight_arrays import read_weights

__all__ = ["OnnxNetwork", "OnnxSteps", "load_network"]

_PART, _POSITION, _PITCH = range(3)


def load_network(folder: Path, *, threads: int | None = None) -> "OnnxNetwork":
    """The network of a model's folder; `threads`: that may write with it, by default one.

    Raises:
        CheckpointError: the folder holds no model, or a damaged one.
    """
    config = read_config(folder)
    decoder = OnnxDecoder(config, read_weights(folder, config))
    return OnnxNetwork(decoder, threads=threads or 1)


class OnnxNetwork:
    """See `network.Network`."""

    def __init__(self, model: OnnxDecoder, *, threads: int = 1) -> None:
        self.model, self.threads = model, threads
        self.context = model.config.context
        self.max_bars = model.config.max_bars
        self.n_parameters = model.n_parameters

    def read(self, events: IntArray, plan: Plan) -> "OnnxSteps":
        """See `network.Network`."""
        steps = OnnxSteps(self.model, plan)
        steps.restart(events)
        return steps


class OnnxSteps:
    """See `network.Steps`."""

    def __init__(self, model: OnnxDecoder, plan: Plan, origin: "OnnxSteps | None" = None) -> None:
        """`origin`: of one row, whose past every row begins with; by default nothing is read."""
        self.model = model
        rows = len(plan.instruments)
        self._instruments = plan.instruments
        self._classes = np.minimum(plan.instruments, END_OF_BAR)
        self._asked = model.asked(plan.parts, plan.instruments)
        self._controls = np.zeros((rows, END + 1, N_COLUMNS), np.int64)
        """Rows whose control columns are those of each part; of the end of a bar, nothing."""
        self._controls[:, :MAX_PARTS, Column.CONTROLS :] = plan.controls
        self._every_row = np.arange(rows)
        self._last: IntArray
        self._hidden: Float32Array
        """Of the event that was read last, (R, C), and what the network makes of it, (R, D)."""
        if origin is None:
            self._past = Past(model, rows)
            return
        self._past = origin._past.of(np.zeros(rows, np.int64))
        if origin.length:
            self._last = origin._last.repeat(rows, axis=0)
            self._hidden = origin._hidden.repeat(rows, axis=0)

    @property
    def length(self) -> int:
        """See `network.Steps`."""
        return self._past.length

    def fork(self, plan: Plan) -> "OnnxSteps":
        """See `network.Steps`."""
        return OnnxSteps(self.model, plan, self)

    def keep(self, rows: IntArray) -> None:
        """See `network.Steps`."""
        self._past = self._past.of(rows)
        self._every_row = np.arange(len(rows))
        self._instruments, self._classes = self._instruments[rows], self._classes[rows]
        self._asked, self._controls = self._asked[rows], self._controls[rows]
        if self.length:
            self._last, self._hidden = self._last[rows], self._hidden[rows]

    def restart(self, events: IntArray) -> None:
        """See `network.Steps`."""
        self._past.forget()
        if events.shape[1]:
            self._read(events)

    def step(self, events: IntArray) -> None:
        """See `network.Steps`."""
        self._read(events[:, None])

    def _read(self, events: IntArray) -> None:
        self._hidden = self._past.read(events, self._asked)
        self._last = events[:, -1].copy()

    def next_event(self, choose: Choose) -> None:
        """See `network.Steps`."""
        heads, h, last = self.model.heads, self._hidden, grammar.LastNote.of(self._last)
        part = choose(_PART, self._part_logits(heads.logits(_PART, h), last))
        of_part = self._instruments[self._every_row, np.minimum(part, MAX_PARTS - 1)]
        instrument = np.where(part == END, END_OF_BAR, of_part)
        h = h + heads.instrument[instrument]
        h += heads.part[part]
        h += heads.controls(self._controls[self._every_row, part])
        value = part
        for attribute in range(1, len(ATTRIBUTES)):
            logits = heads.logits(attribute, h)
            if attribute == _POSITION:
                forbidden = ~grammar.allowed_positions(last, part)
                np.copyto(logits, FORBIDDEN, where=forbidden)
            elif attribute == _PITCH:
                forbidden = ~grammar.allowed_pitches(last, part, instrument, value)
                np.copyto(logits, FORBIDDEN, where=forbidden)
            value = choose(attribute, logits)
            if attribute < len(ATTRIBUTES) - 1:
                h += heads.chosen[attribute - 1][value]

    def _part_logits(self, of_all: Float32Array, last: grammar.LastNote) -> Float32Array:
        """Of the roster's parts, each its instrument's and its number's, and of the bar's end."""
        by_number = of_all[:, N_INSTRUMENT_CLASSES:]
        allowed = grammar.allowed_parts(last, self._instruments)
        logits = np.empty((len(of_all), N_PART_CLASSES), np.float32)
        logits[:, END] = of_all[:, END_OF_BAR]
        logits[:, :MAX_PARTS] = FORBIDDEN
        of_parts = of_all[self._every_row[:, None], self._classes]
        np.add(of_parts, by_number, out=logits[:, :MAX_PARTS], where=allowed)
        return logits
