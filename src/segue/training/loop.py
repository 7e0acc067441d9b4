"""Training: steps, validation, logs, checkpoints, resuming, and the decay.

What is trained, and on what, is a `Task`; all that is here is the same for every network. Lightning
Fabric places tensors, sets precision and talks between devices; the loop is ours, so that
it can be read. Every random choice is a function of (seed, step, device), so that a run that was
killed and resumed ends in the same bits as one that was not.

A run's folder holds `state.pt` (to resume: see `state`), `model/` (the averaged weights, with a
card), `config.json`, and the logs (see `logs`). A run ends with a *decay*, in which the rates fall
to 0: it takes as long, beside the steps before it, as `optimiser.decay` says. It ends with the last
step of the configuration; a file `decay` in the folder begins it at once. `begin_decay` makes a
branch of a run that decays, while the run itself goes on.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Generic

import torch

from segue.config import to_mapping
from segue.errors import CheckpointError, InputError
from segue.files import make_folder, write_bytes
from segue.locking import held
from segue.training.averaging import WeightAverage
from segue.training.devices import build_fabric
from segue.training.interruption import Stopped, StopRequest
from segue.training.logs import RunLog
from segue.training.memory import keep_freed_memory
from segue.training.optimiser import build_optimisers, set_rates
from segue.training.precision import best_precision
from segue.training.state import STATE_NAME, read_state, write_state
from segue.training.task import BatchT, Share, SumsT, Task

MODEL_FOLDER: Final = "model"
LOCK_NAME: Final = ".lock"
CONFIG_NAME: Final = "config.json"
DECAY_NAME: Final = "decay"
_LOG_EVERY: Final = 10


@dataclass
class Report:
    """What the loop reports to who watches, each step."""

    step: int
    last_step: int
    values: dict[str, float]


OnStep = Callable[[Report], None]


class Trainer(Generic[BatchT, SumsT]):
    """One run in one folder; `run` goes on where the folder's last checkpoint stopped.

    Attributes:
        step: steps done.
    """

    def __init__(
        self,
        task: Task[BatchT, SumsT],
        folder: Path,
        *,
        devices: int = 1,
        accelerator: str = "auto",
    ) -> None:
        """Prepare a run, as far as the folder's last checkpoint; nothing is written yet.

        `devices`, `accelerator`: see `devices.build_fabric`.

        Raises:
            CheckpointError: the folder's checkpoint is of another run, or damaged.
            InputError: a device is not there.
        """
        self.task, self.config, self.folder = task, task.config, folder
        keep_freed_memory()
        config = self.config
        precision = best_precision() if config.precision == "auto" else config.precision
        self.fabric = build_fabric(precision=precision, devices=devices, accelerator=accelerator)
        torch.manual_seed(config.seed)
        self.model = task.build_model().train()
        optimisers = build_optimisers(
            self.model, config.optimiser, hidden=task.hidden, bf16=precision != "32-true"
        )
        self.network, *self.optimisers = self.fabric.setup(self.model, *optimisers)
        self.average = WeightAverage(self.model, config.optimiser.ema)
        self.step, self.seconds, self.events = 0, 0.0, 0.0
        self.examples = 0  # that all devices have seen: the next follow, on however many devices
        self.decay_from: int | None = None
        self._resume()

    @property
    def last_step(self) -> int:
        """The step with which the run ends, as far as is known."""
        if self.decay_from is None:
            return self.config.steps
        return min(self.config.steps, self.decay_from + self._decay_steps(self.decay_from))

    def _decay_steps(self, decay_from: int) -> int:
        return max(1, round(decay_from * self.config.optimiser.decay))

    def rate(self) -> float:
        """The share of the full learning rate at this step: up, constant, straight down to 0."""
        steps, decay = self.config.steps, self.config.optimiser.decay
        up = (self.step + 1) / max(1, self.config.optimiser.warm_up)
        share = min(1.0, up, (steps - self.step) / max(1, steps - round(steps / (1 + decay))))
        if self.decay_from is None:
            return share
        length = self._decay_steps(self.decay_from)
        return min(share, (self.decay_from + length - self.step) / length)

    # ---- the run -------------------------------------------------------------------------------

    def run(self, on_step: OnStep = lambda _: None) -> dict[str, float]:
        """Train to the last step; returns the last validation.

        Ctrl-C and SIGTERM end it after the step that is being computed, with a checkpoint.

        Raises:
            CorpusError: the songs are too short.
            InputError: another process trains there, the folder cannot be written, the disk is
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
            settings = json.dumps(to_mapping(self.config), indent=2) + "\n"
            write_bytes(make_folder(self.folder) / CONFIG_NAME, settings.encode())
        log = RunLog(self.folder, step=self.step) if self.fabric.is_global_zero else None
        try:
            with StopRequest() as stop:
                found = self._steps(on_step, log, stop)
        finally:
            if log is not None:
                log.close()
        return found or self.validate()

    def _steps(self, on_step: OnStep, log: RunLog | None, stop: StopRequest) -> dict[str, float]:
        found: dict[str, float] = {}
        saved = time.monotonic()
        batches = self._training_batches()
        self._decay_if(*self._any_device(self._decay_is_asked()))
        while self.step < self.last_step:
            values = self._train_step(batches)
            last = self.step == self.last_step
            if log is not None and (last or self.step % _LOG_EVERY == 0):
                log.write("steps", self.step, values)
            if last or self.step % self.config.validate_every == 0:
                found = self.validate()
                values |= {f"valid/{name}": value for name, value in found.items()}
                if log is not None:
                    log.write("validation", self.step, {**found, "events_seen": self.events})
            on_step(Report(self.step, self.last_step, values))
            overdue = (time.monotonic() - saved) / 60 > self.config.checkpoint_minutes
            flags = (stop.requested, overdue, self._decay_is_asked())
            stops, saves, decays = self._any_device(*flags)
            self._decay_if(decays)
            if stops or saves:
                self.save()
                saved = time.monotonic()
            if stops:
                raise Stopped
        self.save()
        return found

    def _decay_is_asked(self) -> bool:
        return self.fabric.is_global_zero and (self.folder / DECAY_NAME).exists()

    def _decay_if(self, asked: bool) -> None:
        if asked and self.decay_from is None:
            self.decay_from = self.step

    def _train_step(self, batches: Iterator[BatchT]) -> dict[str, float]:
        begun = time.monotonic()
        share = self.rate()
        set_rates(self.optimisers, share, self.config.optimiser)
        sums: SumsT = self.network(next(batches).to(self.fabric.device))
        loss = self.task.loss(sums)
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
        self.examples += self.config.batch * self.fabric.world_size
        self.average.update(self.model, self.step)
        sums = self._all_devices(sums)
        took = time.monotonic() - begun
        self.seconds += took
        self.events += float(sums.events)
        return self.task.measures(sums) | {
            "rate": share,
            "gradient_norm": float(norm),
            "events_per_s": float(sums.events) / took,
            "events_seen": self.events,
            "hours": self.seconds / 3600,
        }

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """The averaged weights on examples of the validation split; see the task."""
        self.model.eval()
        with self.average.in_place_of(self.model), self.fabric.autocast():
            found = self.task.validation_sums(self._share(), self.fabric.device)
        self.model.train()
        return self.task.validation_measures([self._all_devices(sums) for sums in found])

    # ---- data and devices ----------------------------------------------------------------------

    def _share(self) -> Share:
        return Share(self.fabric.global_rank, self.fabric.world_size)

    def _training_batches(self) -> Iterator[BatchT]:
        size, share = self.config.batch, self._share()
        seen, left = self.examples, range(self.config.steps - self.step)
        begins = (seen + (step * share.of + share.number) * size for step in left)
        numbers = (list(range(begin, begin + size)) for begin in begins)
        return self.task.training_batches(numbers, n_examples=seen + len(left) * size * share.of)

    def _all_devices(self, sums: SumsT) -> SumsT:
        values = {f.name: getattr(sums, f.name).detach() for f in fields(sums)}
        if self.fabric.world_size > 1:
            values = {n: self.fabric.all_reduce(v, reduce_op="sum") for n, v in values.items()}
        return replace(sums, **values)

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
            self.task.save_model(self.average.weights, self.folder / MODEL_FOLDER, self._card())
        self.fabric.barrier()

    def _state(self) -> dict[str, Any]:
        return {
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "average": self.average.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "events": self.events,
            "examples": self.examples,
            "decay_from": self.decay_from,
        }

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
        except (RuntimeError, ValueError, LookupError, TypeError) as error:
            raise CheckpointError(
                f"{path} is of another version of the model: {error}; give another folder"
            ) from error
        self.step, self.decay_from = state["step"], state["decay_from"]
        self.seconds, self.events = state["seconds"], state["events"]
        before = self.step * self.config.batch * self.fabric.world_size  # where no state says
        self.examples = int(state.get("examples", before))

    def _card(self) -> dict[str, Any]:
        return {
            **self.task.about,
            "training": to_mapping(self.config),
            "trained_steps": self.step,
            "trained_events": int(self.events),
            "trained_hours": round(self.seconds / 3600, 2),
        }


def begin_decay(run: Path, branch: Path) -> None:
    """Make `branch` a copy of a run's state that decays at once; a branch that is there goes on.

    Raises:
        InputError: there is no such run, or the folder cannot be written.
    """
    if (branch / STATE_NAME).exists():
        return
    try:
        state = (run / STATE_NAME).read_bytes()
    except OSError as error:
        raise InputError(f"{run}: no run ({STATE_NAME} cannot be read: {error})") from error
    write_bytes(make_folder(branch) / DECAY_NAME, b"")
    write_bytes(branch / STATE_NAME, state)


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes whenever a file is replaced; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns
