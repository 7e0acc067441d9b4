"""The training of Segue's model: steps, validation, logs, checkpoints, resuming.

Lightning Fabric places tensors, sets precision and talks between devices; the loop is ours, so that
it can be read. Every random choice is a function of (seed, step, device), so that a run that was
killed and resumed ends in the same bits as one that was not.

A run's folder holds `state.pt` (to resume: see `state`), `model/` (the averaged weights, with a
card), `config.json`, and the logs (see `logs`).
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypedDict

import torch

from segue.config import to_mapping
from segue.corpus import CorpusStore
from segue.errors import CheckpointError, ConfigError, InputError
from segue.files import make_folder, write_bytes
from segue.locking import held
from segue.models.batch import Batch
from segue.models.checkpoint import save_model
from segue.models.config import ModelConfig
from segue.models.segue_vae import Learns, SegueVAE, Terms
from segue.training.averaging import WeightAverage
from segue.training.config import TrainingConfig
from segue.training.devices import build_fabric
from segue.training.feed import Feed
from segue.training.interruption import Stopped, StopRequest
from segue.training.logs import RunLog
from segue.training.memory import keep_freed_memory
from segue.training.objective import Beta, loss_of, measures
from segue.training.optimiser import build_optimisers, rate, set_rates
from segue.training.precision import best_precision
from segue.training.state import STATE_NAME, read_state, write_state
from segue.training.validation import READINGS, score_windows

MODEL_FOLDER: Final = "model"
CONFIG_NAME: Final = "config.json"
LOCK_NAME: Final = ".lock"
_LOG_EVERY: Final = 10


@dataclass
class Report:
    """What the loop tells who watches, each step."""

    step: int
    steps: int
    values: dict[str, float]


OnStep = Callable[[Report], None]


class _Place(TypedDict):
    """Which of how many devices this process computes on."""

    rank: int
    world: int
    device: torch.device


class Trainer:
    """One run in one folder; `run` goes on where the folder's last checkpoint stopped.

    Attributes:
        step: steps done.
        feed: the batches, and notices about the corpus.
    """

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
        """Prepare a run, as far as the folder's last checkpoint; nothing is written yet.

        `start_from`: weights to begin with instead of random ones (fine-tuning). `devices`,
        `accelerator`: see `devices.build_fabric`.

        Raises:
            CheckpointError: the folder's checkpoint is of another run, or damaged.
            InputError: a device is not there.
        """
        self.config, self.store, self.folder = config, store, folder
        shape = (
            ModelConfig.for_size(config.size, config.design)
            if start_from is None
            else start_from.config
        )
        _check_room(config, shape)
        self.feed = Feed(store, config, max_bars=shape.max_bars)
        keep_freed_memory()
        precision = best_precision() if config.precision == "auto" else config.precision
        self.fabric = build_fabric(precision=precision, devices=devices, accelerator=accelerator)
        torch.manual_seed(config.seed)
        model = SegueVAE(shape) if start_from is None else start_from
        self.model = model.train()
        if config.compile:
            model.decode = torch.compile(model.decode, dynamic=False)  # type: ignore[method-assign]
        optimisers = build_optimisers(model, config.optimiser, bf16=precision == "bf16-mixed")
        self.network, *self.optimisers = self.fabric.setup(model, *optimisers)
        self.average = WeightAverage(self.model, config.optimiser.ema)
        self.beta = Beta(config.objective.beta)
        self.step = 0
        self.seconds = 0.0
        self.events = 0.0
        self._resume()

    # ---- the run -------------------------------------------------------------------------------

    def run(self, on_step: OnStep = lambda _: None) -> dict[str, float]:
        """Train to the last step; returns the last validation.

        Ctrl-C and SIGTERM end it after the step that is being computed, with a checkpoint.

        Raises:
            CorpusError: the corpus is damaged, or its songs are too short.
            InputError: another process trains in the folder, it cannot be written, the disk is
                full, or training diverged.
            Stopped: after Ctrl-C or SIGTERM; all is saved.
        """
        if not self.fabric.is_global_zero:
            return self._run(on_step)
        with held(self.folder / LOCK_NAME, doing=f"trains in {self.folder}"):
            if _stamp(self.folder / STATE_NAME) != self._resumed:
                raise CheckpointError(
                    f"{self.folder}: another process has trained here meanwhile; "
                    "give the same command again"
                )
            return self._run(on_step)

    def _run(self, on_step: OnStep) -> dict[str, float]:
        if self.fabric.is_global_zero:
            told = json.dumps(to_mapping(self.config), indent=2) + "\n"
            write_bytes(make_folder(self.folder) / CONFIG_NAME, told.encode())
        log = RunLog(self.folder, step=self.step) if self.fabric.is_global_zero else None
        try:
            with StopRequest() as stop:
                found = self._steps(on_step, log, stop)
        finally:
            if log is not None:
                log.close()
        return found or self.validate()

    def _steps(self, on_step: OnStep, log: RunLog | None, stop: StopRequest) -> dict[str, float]:
        steps, found, saved = self.config.steps, {}, time.monotonic()
        prepared = self.feed.training(first_step=self.step, **self._place())
        while self.step < steps:
            values = self._train_step(prepared)
            last = self.step == steps
            if log is not None and (last or self.step % _LOG_EVERY == 0):
                log.write("steps", self.step, values)
            if last or self.step % self.config.validate_every == 0:
                found = self.validate()
                values |= {f"valid/{name}": value for name, value in found.items()}
                if log is not None:
                    log.write("validation", self.step, found)
            on_step(Report(self.step, steps, values))
            minutes = (time.monotonic() - saved) / 60
            overdue = minutes > self.config.checkpoint_minutes
            stops, saves = self._any_device(stop.requested, overdue)
            if stops or saves:
                self.save()
                saved = time.monotonic()
            if stops:
                raise Stopped
        self.save()
        return found

    def _train_step(self, prepared: Iterator[Batch]) -> dict[str, float]:
        begun = time.monotonic()
        batch = next(prepared)
        share = rate(self.step, self.config.steps, self.config.optimiser)
        set_rates(self.optimisers, share, self.config.optimiser)
        learns = self.config.learns(self.step)
        terms: Terms = self.network(batch, self._generator(self.step), learns=learns)
        loss = loss_of(terms, self.beta.value, self.config.objective)
        self.fabric.backward(loss)
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.optimiser.clip)
        if not norm.isfinite():
            raise InputError(
                f"training diverged at step {self.step + 1}: the gradient is not finite. The last "
                f"checkpoint in {self.folder} is whole; lower optimiser.muon_lr and "
                "optimiser.adam_lr, and go on"
            )
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.average.update(self.model, self.step)
        terms = self._all_devices(terms)
        values = measures(terms)
        if learns is not Learns.DECODER:
            self.beta.update(values["kl/bar"], self.config.objective)
        took = time.monotonic() - begun
        events = float(terms.events)
        self.seconds += took
        self.events += events
        return values | {
            "loss": float(loss.detach()),
            "beta": self.beta.value,
            "rate": share,
            "gradient_norm": float(norm),
            "events_per_s": events / took,
            "events_seen": self.events,
            "hours": self.seconds / 3600,
        }

    def validate(self) -> dict[str, float]:
        """The averaged weights on the validation split, with all latents and with none.

        Keys are `with_z/...` and `without_z/...`, see `objective.measures`; in nats.
        """
        self.model.eval()
        with self.average.in_place_of(self.model), self.fabric.autocast():
            readings = score_windows(
                self.model, self.feed.validation(**self._place()), generator_seed=self._seed(0)
            )
        self.model.train()
        return {
            f"{name}/{key}": value
            for name, terms in zip(READINGS, readings, strict=True)
            for key, value in measures(self._all_devices(terms)).items()
        }

    def _generator(self, step: int) -> torch.Generator:
        return torch.Generator(self.fabric.device).manual_seed(self._seed(step))

    def _seed(self, step: int) -> int:
        """The seed of one step's randomness on one device."""
        seed = (self.config.seed * 1_000_003 + step) * 1_009 + self.fabric.global_rank
        return seed % 2**63

    # ---- devices -------------------------------------------------------------------------------

    def _place(self) -> _Place:
        fabric = self.fabric
        return {"rank": fabric.global_rank, "world": fabric.world_size, "device": fabric.device}

    def _all_devices(self, terms: Terms) -> Terms:
        """The terms of all devices' batches together, for looking at only."""
        values = {name: getattr(terms, name).detach() for name in Terms.__dataclass_fields__}
        if self.fabric.world_size > 1:
            values = {n: self.fabric.all_reduce(v, reduce_op="sum") for n, v in values.items()}
        return Terms(**values)

    def _any_device(self, *flags: bool) -> list[bool]:
        """Which flags are up on any device: all must do the same at the same step."""
        if self.fabric.world_size == 1:
            return list(flags)
        mine = torch.tensor(flags, dtype=torch.float32, device=self.fabric.device)
        summed = self.fabric.all_reduce(mine, reduce_op="sum")
        return [float(flag) > 0 for flag in summed]

    # ---- what is kept --------------------------------------------------------------------------

    def save(self) -> None:
        """Write the run's state and the averaged model, each whole or not at all.

        Raises:
            InputError: the folder cannot be written, or the disk is full.
        """
        if self.fabric.is_global_zero:
            write_state(make_folder(self.folder) / STATE_NAME, self.config, self._state())
            self._resumed = _stamp(self.folder / STATE_NAME)
            kept = SegueVAE(self.model.config)
            kept.load_state_dict(self.average.weights)
            save_model(kept, self.folder / MODEL_FOLDER, self._card())
        self.fabric.barrier()

    def _resume(self) -> None:
        path = self.folder / STATE_NAME
        self._resumed = _stamp(path)
        state = read_state(path, self.config, device=self.fabric.device)
        if state is None:
            return
        try:
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            for optimiser, moments in zip(self.optimisers, state["optimisers"], strict=True):
                optimiser.load_state_dict(moments)
        except (RuntimeError, ValueError) as error:
            raise CheckpointError(
                f"{path} is of another version of the model: {error}; give another folder"
            ) from error
        self.beta.value, self.step = state["beta"], state["step"]
        self.seconds, self.events = state["seconds"], state["events"]

    def _state(self) -> dict[str, Any]:
        return {
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "average": self.average.state_dict(),
            "beta": self.beta.value,
            "step": self.step,
            "seconds": self.seconds,
            "events": self.events,
        }

    def _card(self) -> dict[str, Any]:
        corpus = self.store.manifest
        return {
            "training": to_mapping(self.config),
            "trained_steps": self.step,
            "trained_events": int(self.events),
            "trained_hours": round(self.seconds / 3600, 2),
            "corpus": {
                "songs": corpus.n_songs,
                "notes": corpus.n_notes,
                "splits": corpus.splits,
                "tiers": corpus.tiers,
                "content_sha256": corpus.content_sha256,
            },
        }


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes whenever a file is replaced; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns


def _check_room(config: TrainingConfig, model: ModelConfig) -> None:
    if config.data.events > model.context:
        raise ConfigError(
            f"data.events: must be at most the model's context, {model.context}, "
            f"got {config.data.events}"
        )
