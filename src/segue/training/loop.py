"""The training of Segue's model: steps, validation, logs, checkpoints, resuming.

Lightning Fabric places tensors, sets precision and talks between devices; the loop is ours, so that it
can be read. Every random choice is a function of (seed, step, device), so that a run that was killed and
resumed ends in the same bits as one that was not.

A run's folder holds `config.toml`-like `run.json`, `state.pt` (to resume: weights, optimisers, average),
`model/` (the averaged weights, with a card), and the logs of TensorBoard and CSV.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from lightning.fabric import Fabric
from lightning.fabric.loggers import CSVLogger, TensorBoardLogger

from segue.config import to_mapping
from segue.corpus import CorpusStore
from segue.errors import CheckpointError, InputError
from segue.models.batch import Batch
from segue.models.checkpoint import save_model
from segue.models.config import ModelConfig
from segue.models.segue_vae import SegueVAE, Terms
from segue.training.averaging import WeightAverage
from segue.training.config import TrainingConfig
from segue.training.objective import Beta, add_terms, loss_of, measures
from segue.training.optimiser import build_optimisers, rate, set_rates
from segue.training.precision import best_precision
from segue.training.windows import Windows, collate

STATE_NAME = "state.pt"
_VALIDATION_SEED = 7_000_000
_LOG_EVERY = 10


@dataclass
class Report:
    """What the loop tells who watches, each step."""

    step: int
    steps: int
    values: dict[str, float]


OnStep = Callable[[Report], None]


class Trainer:
    """One run in one folder; `run` goes on where the folder's last checkpoint stopped."""

    def __init__(
        self,
        config: TrainingConfig,
        store: CorpusStore,
        folder: Path,
        *,
        start_from: SegueVAE | None = None,
        devices: int = 1,
        accelerator: str = "auto",
    ) -> None:
        """`start_from`: weights to begin with instead of random ones (fine-tuning)."""
        self.config, self.store, self.folder = config, store, folder
        precision = best_precision() if config.precision == "auto" else config.precision
        self.fabric = Fabric(
            accelerator=accelerator,
            devices=devices,
            precision=precision,  # type: ignore[arg-type]
            loggers=[
                CSVLogger(folder, name="", version="", flush_logs_every_n_steps=_LOG_EVERY),
                TensorBoardLogger(folder, name="tensorboard", version=""),
            ],
        )
        self.fabric.launch()
        torch.manual_seed(config.seed)
        model = SegueVAE(ModelConfig.for_size(config.size)) if start_from is None else start_from
        self.model = model.train()
        self.shape = {"events": config.data.events, "max_bars": model.config.max_bars}
        if config.compile:
            model.decode = torch.compile(model.decode, dynamic=False)  # type: ignore[method-assign]
        optimisers = build_optimisers(model, config.optimiser, device=self.fabric.device.type)
        self.network, *self.optimisers = self.fabric.setup(model, *optimisers)
        self.average = WeightAverage(self.model, config.optimiser.ema)
        self.beta = Beta(config.objective.beta)
        self.step = 0
        self.seconds = 0.0
        self.events = 0.0

    # ---- the run -------------------------------------------------------------------------------

    def run(self, on_step: OnStep = lambda _: None) -> dict[str, float]:
        """Train to the last step; returns the last validation. A checkpoint is written on the way out.

        Raises:
            CheckpointError: the folder's checkpoint is of another configuration or damaged.
        """
        self._resume()
        saved = time.monotonic()
        found: dict[str, float] = {}
        batches = self._batches("train", self.config.seed, first=self.step)
        try:
            while self.step < self.config.steps:
                values = self._train_step(next(batches))
                if self.step % self.config.validate_every == 0 or self.step == self.config.steps:
                    found = self.validate()
                    values |= {f"valid/{name}": value for name, value in found.items()}
                if self.step % _LOG_EVERY == 0 or self.step == self.config.steps:
                    self.fabric.log_dict(values, step=self.step)
                on_step(Report(self.step, self.config.steps, values))
                if time.monotonic() - saved > 60 * self.config.checkpoint_minutes:
                    self.save()
                    saved = time.monotonic()
        finally:
            self.save()
            for logger in self.fabric.loggers:
                logger.finalize("success")
        return found or self.validate()

    def _train_step(self, batch: Batch) -> dict[str, float]:
        begun = time.monotonic()
        share = rate(self.step, self.config.steps, self.config.optimiser)
        set_rates(self.optimisers, share, self.config.optimiser)
        terms: Terms = self.network(batch, self._generator(self.step))
        loss = loss_of(terms, self.beta.value, self.config.objective)
        self.fabric.backward(loss)
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.optimiser.clip)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.average.update(self.model, self.step)
        values = measures(self._all_devices(terms))
        if values["kl/active_dimensions"] > 0:
            self.beta.update(values["kl/bar"], self.config.objective)
        took = time.monotonic() - begun
        self.seconds += took
        self.events += float(terms.events) * self.fabric.world_size
        return values | {
            "loss": float(loss),
            "beta": self.beta.value,
            "rate": share,
            "gradient_norm": float(norm),
            "events_per_s": float(terms.events) * self.fabric.world_size / took,
            "events_seen": self.events,
            "hours": self.seconds / 3600,
        }

    def validate(self) -> dict[str, float]:
        """The averaged weights on the validation split, with all latents and with none."""
        values: dict[str, float] = {}
        self.model.eval()
        with self.average.in_place_of(self.model), torch.no_grad():
            for name, given in (("with_z", True), ("without_z", False)):
                terms = [self._score(batch, given) for batch in self._validation_batches()]
                measured = measures(self._all_devices(add_terms(terms)))
                values |= {f"{name}/{key}": value for key, value in measured.items()}
        self.model.train()
        return values

    def _score(self, batch: Batch, given: bool) -> Terms:
        written = batch.columns[..., 1] == 1
        bars = torch.zeros_like(batch.latent_given)
        index = batch.columns[..., 2].clamp(max=batch.n_bars - 1)
        bars.scatter_(1, torch.where(written, index, 0), written)
        batch.latent_given = bars if given else torch.zeros_like(bars)
        batch.look_back = torch.ones_like(batch.look_back)
        terms: Terms = self.network(batch, self._generator(0))
        return terms

    # ---- data ----------------------------------------------------------------------------------

    def _windows(self, split: str, seed: int, length: int) -> Windows:
        songs = self.store.split(split)
        if not len(songs):
            raise InputError(
                f"the corpus has no songs in its {split} split; add music, or split it otherwise"
            )
        return Windows(
            self.store,
            songs,
            self.config.data,
            seed=seed,
            length=length,
            max_bars=self.shape["max_bars"],
        )

    def _batches(self, split: str, seed: int, *, first: int) -> Iterator[Batch]:
        """The batches of steps `first`, first + 1, ... for this device."""
        size, world = self.config.batch, self.fabric.world_size
        windows = self._windows(split, seed, self.config.steps * size * world)
        for step in range(first, self.config.steps):
            begin = (step * world + self.fabric.global_rank) * size
            examples = [windows[begin + i] for i in range(size)]
            yield collate(examples, **self.shape).to(str(self.fabric.device))

    def _validation_batches(self) -> Iterator[Batch]:
        size, count = self.config.batch, self.config.validate_windows
        windows = self._windows("valid", _VALIDATION_SEED, count)
        for begin in range(0, count, size):
            examples = [windows[i] for i in range(begin, min(count, begin + size))]
            yield collate(examples, **self.shape).to(str(self.fabric.device))

    def _generator(self, step: int) -> torch.Generator:
        """The randomness of one step on one device."""
        seed = (self.config.seed * 1_000_003 + step) * 1_009 + self.fabric.global_rank
        return torch.Generator(self.fabric.device).manual_seed(seed % 2**63)

    def _all_devices(self, terms: Terms) -> Terms:
        if self.fabric.world_size == 1:
            return terms
        summed = {
            name: self.fabric.all_reduce(getattr(terms, name).detach(), reduce_op="sum")
            for name in Terms.__dataclass_fields__
        }
        return Terms(**summed)  # type: ignore[arg-type]

    # ---- what is kept --------------------------------------------------------------------------

    def save(self) -> None:
        """Write the run's state and the averaged model; a crash while writing loses nothing."""
        if self.fabric.global_rank == 0:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary = self.folder / (STATE_NAME + ".tmp")
            torch.save(self._state(), temporary)
            temporary.replace(self.folder / STATE_NAME)
            own = SegueVAE(self.model.config)
            own.load_state_dict(self.average.weights)
            save_model(own, self.folder / "model", self._card())
        self.fabric.barrier()

    def _state(self) -> dict[str, Any]:
        return {
            "config": json.dumps(to_mapping(self.config)),
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "average": self.average.state_dict(),
            "beta": self.beta.value,
            "step": self.step,
            "seconds": self.seconds,
            "events": self.events,
        }

    def _card(self) -> dict[str, Any]:
        return {
            "training": to_mapping(self.config),
            "trained_steps": self.step,
            "trained_events": int(self.events),
            "trained_hours": round(self.seconds / 3600, 2),
        }

    def _resume(self) -> None:
        path = self.folder / STATE_NAME
        if not path.exists():
            return
        try:
            state = torch.load(path, map_location=self.fabric.device, weights_only=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise CheckpointError(
                f"{path} cannot be read ({error}); move it away to begin anew"
            ) from error
        was = json.loads(state["config"])
        now = json.loads(json.dumps(to_mapping(self.config)))
        changed = [key for key in now if key not in _MAY_CHANGE and now[key] != was.get(key)]
        if changed:
            raise CheckpointError(
                f"{path} is of a run with another {', '.join(changed)}; "
                "give the same, or another folder"
            )
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.average.load_state_dict(state["average"])
        self.beta.value, self.step = state["beta"], state["step"]
        self.seconds, self.events = state["seconds"], state["events"]


_MAY_CHANGE = frozenset(
    ("steps", "batch", "data", "optimiser", "objective")
    + ("checkpoint_minutes", "validate_every", "validate_windows", "compile", "precision")
)
"""What a run may be resumed with otherwise: how long, how fast; not what it is."""
