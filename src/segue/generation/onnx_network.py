"""A network that ONNX Runtime computes: what musicians use; it needs no PyTorch.

Each step is computed by one thread: products are small, and threads that share one wait for each
other. Takes are shared out instead (`workers`).
"""

from pathlib import Path

import numpy as np

from segue.encoding.sequence import ATTRIBUTES, N_COLUMNS, Column
from segue.encoding.vocabulary import END, MAX_PARTS, NO_PART, IntArray
from segue.generation.network import Choose, Float32Array, LatentsOf, Plan
from segue.models import event_grammar as grammar
from segue.models.cells.onnx_encoder import load_cell_encoder
from segue.models.decoder_shape import END_OF_BAR, FORBIDDEN, N_INSTRUMENT_CLASSES
from segue.models.folder import read_config
from segue.models.onnx_decoder import OnnxDecoder, Told
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
    return OnnxNetwork(decoder, threads=threads or 1, latents_of=load_cell_encoder(folder))


class OnnxNetwork:
    """See `network.Network`."""

    def __init__(
        self, model: OnnxDecoder, *, threads: int = 1, latents_of: LatentsOf | None = None
    ) -> None:
        self.model, self.threads, self.latents_of = model, threads, latents_of
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
        latents = model.read_latents(plan.latents)
        self._told = Told(model.asked(plan.parts, plan.instruments), latents)
        self._is_there = plan.instruments != NO_PART
        self._classes = np.full((rows, END + 1), END_OF_BAR)
        """Of instruments, of each part and of the end of a bar, (R, END + 1)."""
        self._classes[:, :MAX_PARTS] = np.minimum(plan.instruments, END_OF_BAR)
        events = np.zeros((rows, END + 1, N_COLUMNS), np.int64)
        events[:, :MAX_PARTS, Column.CONTROLS :] = plan.controls
        self._controls = model.heads.controls(events)
        """What is added for the controls of each part, and of the end of a bar none."""
        self._every_row = np.arange(rows)
        self._heads = model.heads.of(rows)
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
        self._heads = self.model.heads.of(len(rows))
        self._is_there, self._classes = self._is_there[rows], self._classes[rows]
        self._told, self._controls = self._told.rows(rows), self._controls[rows]
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
        self._hidden = self._past.read(events, self._told)
        self._last = events[:, -1].copy()

    def next_event(self, choose: Choose) -> None:
        """See `network.Steps`."""
        heads, last, every = self._heads, grammar.LastNote.of(self._last), self._every_row
        known, tables = heads.known, self.model.heads
        known[:] = self._hidden
        value = part = choose(_PART, self._part_logits(heads.logits(_PART), last))
        instrument = self._classes[every, part]
        known += tables.instrument[instrument]
        known += tables.part[part]
        known += self._controls[every, part]
        latents = self._told.latents
        if latents is not None:
            cells = latents.cells(self._last[:, None, Column.BAR], part[:, None])
            known += latents.of_part[every, cells[:, 0]]
        for attribute in range(1, len(ATTRIBUTES)):
            logits = heads.logits(attribute)
            if attribute == _POSITION:
                forbidden = grammar.forbidden_positions(last, part)
                np.copyto(logits, FORBIDDEN, where=forbidden)
            elif attribute == _PITCH:
                forbidden = grammar.forbidden_pitches(last, part, instrument, value)
                np.copyto(logits, FORBIDDEN, where=forbidden)
            value = choose(attribute, logits)
            if attribute < len(ATTRIBUTES) - 1:
                known += tables.chosen[attribute - 1][value]
            if attribute == _POSITION and latents is not None:
                lengths = self._last[:, None, Column.LENGTH]
                known += latents.at(latents.there, cells, value[:, None], lengths)[:, 0]

    def _part_logits(self, of_all: Float32Array, last: grammar.LastNote) -> Float32Array:
        """Of the roster's parts, each its instrument's and its number's, and of the bar's end."""
        logits: Float32Array = of_all[self._every_row[:, None], self._classes]
        of_parts = logits[:, :MAX_PARTS]
        of_parts += of_all[:, N_INSTRUMENT_CLASSES:]
        np.copyto(of_parts, FORBIDDEN, where=~grammar.allowed_parts(last, self._is_there))
        return logits
