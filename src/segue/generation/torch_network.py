"""A network that PyTorch computes: for those who train, and to judge other ways to compute it."""

from pathlib import Path

import torch
from torch import Tensor

from segue.encoding.sequence import ATTRIBUTES, N_COLUMNS, Column
from segue.encoding.vocabulary import IntArray
from segue.generation.network import Choose, LatentsOf, Plan
from segue.models.cells.onnx_encoder import load_cell_encoder
from segue.models.decoder import Decoder
from segue.models.decoder_folder import load_decoder
from segue.models.latent_arrays import LatentArrays
from segue.models.latent_reader import CellLatents
from segue.nn.transformer import LayerCache

__all__ = ["TorchNetwork", "TorchSteps", "load_network"]


def load_network(folder: Path, *, threads: int | None = None) -> "TorchNetwork":
    """The network of a model's folder; `threads` are those of PyTorch, for the whole process.

    Raises:
        CheckpointError: the folder holds no model, or a damaged one.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    return TorchNetwork(load_decoder(folder), latents_of=load_cell_encoder(folder))


class TorchNetwork:
    """See `network.Network`."""

    def __init__(self, model: Decoder, *, latents_of: LatentsOf | None = None) -> None:
        """`model`: is put into evaluation."""
        self.model, self.threads, self.latents_of = model.eval(), 1, latents_of
        self.context = model.config.context
        self.max_bars = model.config.max_bars
        self.n_parameters = sum(parameter.numel() for parameter in model.parameters())

    @torch.inference_mode()
    def read(self, events: IntArray, plan: Plan) -> "TorchSteps":
        """See `network.Network`."""
        steps = TorchSteps(self.model, plan)
        steps.restart(events)
        return steps


class TorchSteps:
    """See `network.Steps`."""

    def __init__(self, model: Decoder, plan: Plan) -> None:
        """Nothing is read yet."""
        self.model, self.length = model, 0
        config, rows = model.config, len(plan.instruments)
        self._caches = [
            LayerCache.empty(rows, config.heads, config.context, config.width // config.heads)
            for _ in range(config.layers)
        ]
        self._instruments = torch.tensor(plan.instruments)
        self._asked = model.embed.asked(torch.tensor(plan.parts).float(), self._instruments)
        self._latents = model.read_latents(_as_tensors(plan.latents))
        controls = torch.tensor(plan.controls)
        at_end = torch.zeros_like(controls[:, :1])
        self._controls = torch.cat([controls, at_end], dim=1)
        """Of the parts, then of the end of a bar, of which nothing is asked: (R, END + 1, ...)."""
        self._every_row = torch.arange(rows)
        self._last: Tensor
        self._hidden: Tensor
        """Of the event that was read last: its columns, and what the network makes of it."""

    @torch.inference_mode()
    def fork(self, plan: Plan) -> "TorchSteps":
        """See `network.Steps`."""
        rows, fork = len(plan.instruments), TorchSteps(self.model, plan)
        if self.length:
            for mine, theirs in zip(self._caches, fork._caches, strict=True):
                keys, values = mine.filled(self.length)
                theirs.extend(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1), 0)
            fork._last = self._last.expand(rows, -1, -1)
            fork._hidden = self._hidden.expand(rows, -1, -1)
            fork.length = self.length
        return fork

    @torch.inference_mode()
    def keep(self, rows: IntArray) -> None:
        """See `network.Steps`."""
        kept = torch.from_numpy(rows)
        for cache in self._caches:
            cache.keys, cache.values = cache.keys[kept], cache.values[kept]
        self._every_row = torch.arange(len(kept))
        self._instruments, self._asked = self._instruments[kept], self._asked[kept]
        self._controls = self._controls[kept]
        self._latents = None if self._latents is None else self._latents.rows(kept)
        if self.length:
            self._last, self._hidden = self._last[kept], self._hidden[kept]

    @torch.inference_mode()
    def restart(self, events: IntArray) -> None:
        """See `network.Steps`."""
        self.length = 0
        self._read(torch.tensor(events))

    @torch.inference_mode()
    def step(self, events: IntArray) -> None:
        """See `network.Steps`."""
        self._read(torch.tensor(events[:, None]))

    def _read(self, events: Tensor) -> None:
        """Go on from `length` with events, (R, T, C)."""
        if not events.shape[1]:
            return
        hidden = self.model.read(events, self._asked, self._latents, self._caches, at=self.length)
        self._last, self._hidden = events[:, -1:], hidden[:, -1:]
        self.length += events.shape[1]

    @torch.inference_mode()
    def next_event(self, choose: Choose) -> None:
        """See `network.Steps`."""
        walk = self.model.heads.walk(self._hidden, self._last, self._instruments, self._latents)
        for attribute in range(len(ATTRIBUTES)):
            chosen = choose(attribute, walk.logits()[:, 0].numpy())
            if attribute < len(ATTRIBUTES) - 1:
                value = torch.from_numpy(chosen)
                controls = self._asked_of(value) if attribute == 0 else None
                walk.choose(value[:, None], controls)

    def _asked_of(self, part: Tensor) -> Tensor:
        """Rows whose control columns are those of a part, or of the end, in each row of takes."""
        rows = torch.zeros(len(part), 1, N_COLUMNS, dtype=torch.int64)
        rows[:, 0, Column.CONTROLS :] = self._controls[self._every_row, part]
        return rows


def _as_tensors(latents: LatentArrays | None) -> CellLatents | None:
    if latents is None:
        return None
    z, level, of_cell = map(torch.tensor, (latents.z, latents.level, latents.of_cell))
    return CellLatents(z, level, of_cell)
