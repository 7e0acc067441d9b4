"""A network that PyTorch computes: the only module here that knows it."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from segue.encoding.sequence import Column
from segue.encoding.vocabulary import N_PARTS, IntArray
from segue.generation.network import Choose, Float32Array, Network, Plan
from segue.models.batch import Batch
from segue.models.checkpoint import load_model
from segue.models.memory import Memory
from segue.models.segue_vae import SegueVAE
from segue.nn.transformer import LayerCache

__all__ = ["TorchNetwork", "TorchSteps", "load_network", "weights_of"]


def load_network(folder: Path, *, threads: int | None = None) -> "TorchNetwork":
    """The network of a model's folder; `threads` are those of PyTorch, for the whole process.

    Raises:
        CheckpointError: the folder holds no model, or a damaged one.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    return TorchNetwork(load_model(folder))


def weights_of(network: Network) -> SegueVAE:
    """The PyTorch module inside, for those who measure it from within."""
    assert isinstance(network, TorchNetwork), "only a network of PyTorch has modules"
    return network.model


class TorchNetwork:
    """See `network.Network`."""

    def __init__(self, model: SegueVAE) -> None:
        """`model`: is put into evaluation."""
        self.model = model.eval()
        self.context = model.config.context
        self.max_bars = model.config.max_bars
        self.n_latents = model.config.latents
        self.n_parameters = sum(parameter.numel() for parameter in model.parameters())

    @torch.inference_mode()
    def read(self, events: IntArray, plan: Plan) -> "TorchSteps":
        """See `network.Network`."""
        steps = TorchSteps(self.model, plan, known=events)
        steps.restart(events)
        return steps

    @torch.inference_mode()
    def posterior_means(self, events: IntArray, n_bars: int) -> Float32Array:
        """See `network.Network`."""
        batch = Batch(
            columns=torch.from_numpy(events)[None],
            weights=torch.zeros(1, len(events) - 1),
            masked_parts=torch.zeros(1, n_bars, N_PARTS),
            latent_given=torch.zeros(1, n_bars, dtype=torch.bool),
            look_back=torch.ones(1, dtype=torch.bool),
        )
        return self.model.encode(batch).mean[0].numpy()


class TorchSteps:
    """See `network.Steps`."""

    def __init__(self, model: SegueVAE, plan: Plan, known: IntArray) -> None:
        """`known`: events that were read before, (R, T, C); attention does not see them yet."""
        rows, n_bars, _ = plan.parts.shape
        self.model, self.plan, self.length = model, plan, 0
        self._past = [known]
        self._memory = Memory(rows, n_bars) if model.config.look_back else None
        self._remember(known)
        self._caches = _caches(model, rows)
        self._given = torch.zeros(rows, n_bars, dtype=torch.bool)
        z = torch.zeros(rows, n_bars, model.config.latents)
        if plan.latents is not None:
            self._given[:] = torch.tensor(plan.written)
            z = torch.tensor(plan.latents)
        self._z = model.given(z, self._given)
        self._of_bars = model.bar_inputs(torch.tensor(plan.parts).float(), self._z)
        self._controls = torch.tensor(plan.controls)
        self._bar = np.zeros(0, np.int64)
        """In which every row is, (R,)."""

    @torch.inference_mode()
    def fork(self, plan: Plan) -> "TorchSteps":
        """See `network.Steps`."""
        rows, past = len(plan.parts), np.concatenate(self._past, axis=1)
        fork = TorchSteps(self.model, plan, np.broadcast_to(past, (rows, *past.shape[1:])))
        if self.length:
            for mine, theirs in zip(self._caches, fork._caches, strict=True):
                keys, values = mine.filled(self.length)
                theirs.extend(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1), 0)
            fork._read_to(self._last.repeat(rows, axis=0), self._hidden.expand(rows, -1, -1))
            fork.length = self.length
        return fork

    @torch.inference_mode()
    def restart(self, events: IntArray) -> None:
        """See `network.Steps`."""
        self.length = events.shape[1]
        if not self.length:
            return
        columns = torch.tensor(events)
        hidden = self.model.read(columns, self._of_bars, self._caches, at=0)
        self._read_to(events[:, -1], hidden[:, -1:])

    @torch.inference_mode()
    def step(self, events: IntArray) -> None:
        """See `network.Steps`."""
        self._past.append(events[:, None])
        self._remember(events[:, None])
        self._turn_to(events[:, Column.BAR])
        columns = torch.from_numpy(events)[:, None]
        hidden = self.model.read(columns, self._of_bar, self._caches, at=self.length)
        self._read_to(events, hidden)
        self.length += 1

    @torch.inference_mode()
    def next_event(self, choose: Choose) -> None:
        """See `network.Steps`."""
        previous = torch.from_numpy(self._last)[:, None]
        target = previous.clone()
        target[..., Column.CONTROLS :] = 0

        def chosen(attribute: int, logits: Tensor) -> Tensor:
            value = torch.from_numpy(choose(attribute, logits[:, 0].numpy()))
            if attribute == 0:
                part = value.clamp(max=len(self._controls) - 1)
                target[:, 0, Column.CONTROLS :] = self._controls[part]
            return value[:, None]

        look = None if self._memory is None else self._memory.look_from(self._last)
        precedents = None if look is None else look.precedents
        self.model.heads(self._hidden, previous, look, precedents, self._outline, target, chosen)

    def _read_to(self, last: IntArray, hidden: Tensor) -> None:
        """Note the latest events, (R, C), and what the network makes of them, (R, 1, D)."""
        self._last, self._hidden = last, hidden
        self._turn_to(last[:, Column.BAR])

    def _remember(self, events: IntArray) -> None:
        if self._memory is not None:
            for row, new in enumerate(events):
                self._memory.read(row, new)

    def _turn_to(self, bar: IntArray) -> None:
        """Look up what depends on the rows' bars alone, where one of them has begun another."""
        if np.array_equal(bar, self._bar):
            return
        self._bar = bar.copy()
        at = torch.from_numpy(self._bar)[:, None]
        self._of_bar = self._of_bars.at(at)
        self._outline = None
        if self.plan.latents is not None:
            self._outline = self.model.outline(self._z, self._given, at)


def _caches(model: SegueVAE, rows: int) -> list[LayerCache]:
    config = model.config
    head_width, capacity = config.width // config.heads, config.context + 1
    return [
        LayerCache.empty(rows, config.heads, capacity, head_width) for _ in range(config.layers)
    ]
