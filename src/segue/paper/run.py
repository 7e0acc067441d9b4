"""One model of the sweep: trained, sampled, logged, and resumed as if it had never stopped.

A run's folder holds `state.pt` (to resume), `steps.csv` (a row an epoch: every term of the loss for
train and test, nats a song), `validation.csv` (a row a sampling: both distances, unconditional and
conditional), `tensorboard/` with both, `model/` (the last weights) and `best/` (those of the lowest
unconditional FID).

As in section 3.5: the loss is tested on the test split, whose songs also give x_partial to
conditional sampling, a z for every sample; distances are against the validation split, of as many
samples as that has.

A state is written between epochs only. An interrupted epoch is started again, with the same
order of songs and the same draws of z: all randomness follows from seed and epoch.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from segue.errors import CheckpointError, InputError
from segue.evaluation.types import FloatArray
from segue.files import make_folder
from segue.models.paper_loss import loss_terms
from segue.models.paper_vae import PaperVAE
from segue.paper.config import ExperimentConfig
from segue.paper.data import ExperimentData
from segue.paper.judge import Judge
from segue.paper.model_folder import save_paper_model
from segue.paper.residence import ResidentSongs
from segue.training.interruption import Stopped, StopRequest
from segue.training.logs import RunLog
from segue.training.state import read_tensors, write_tensors

__all__ = ["BEST_FOLDER", "MODEL_FOLDER", "STATE_NAME", "EpochReport", "OnEpoch", "PaperRun"]

STATE_NAME: Final = "state.pt"
MODEL_FOLDER: Final = "model"
BEST_FOLDER: Final = "best"
_STATE_VERSION: Final = 1
_SAMPLE_BATCH: Final = 256
_EPOCHS_A_SEED: Final = 1_000_003


@dataclass(frozen=True)
class EpochReport:
    """What an epoch came to."""

    beta: float
    seed: int
    epoch: int
    epochs: int
    values: dict[str, float]
    """As logged: `train/...`, `test/...`, and what a sampling found."""


OnEpoch = Callable[[EpochReport], None]


class PaperRun:
    """A model of one beta and one seed."""

    def __init__(
        self,
        config: ExperimentConfig,
        *,
        beta: float,
        seed: int,
        data: ExperimentData,
        judge: Judge,
        folder: Path,
        device: torch.device,
    ) -> None:
        """Build the model, or take up the run in `folder`.

        Raises:
            InputError: the batch is larger than the training split, or there is no room.
            CheckpointError: the state in `folder` is damaged or of another run.
        """
        self.config, self.beta, self.seed = config, beta, seed
        self.folder, self.device = make_folder(folder), device
        self._judge, self._representation = judge, data.representation
        train = len(data.splits["train"])
        if config.training.batch > train:
            raise InputError(
                f"batch: {config.training.batch} songs, but only {train} are trained on; set "
                f"training.batch to at most {train}, or take more songs"
            )
        residence = config.data.residence
        self._songs = {
            name: ResidentSongs(raw, data.representation, residence, device)
            for name, raw in data.splits.items()
        }
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = PaperVAE(config.model, data.representation.columns).to(device)
        self._adam = torch.optim.Adam(self.model.parameters(), lr=config.training.learning_rate)
        self.epoch, self.seconds, self.best = 0, 0.0, math.inf
        self._resume()

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.config.training.epochs

    def run(self, on_epoch: OnEpoch) -> None:
        """Train to the end, or to a request to stop.

        Raises:
            Stopped: Ctrl-C or SIGTERM; what was done up to the last epoch is saved.
            InputError: the disk is full, or the loss is not finite any more.
        """
        log = RunLog(self.folder, step=self.epoch)
        saved = time.monotonic()
        try:
            with StopRequest() as stop, _denormals_as_zero():
                for _ in range(self.epoch, self.config.training.epochs):
                    values = self._next_epoch(log, stop)
                    minutes = (time.monotonic() - saved) / 60
                    if self.finished or minutes >= self.config.training.checkpoint_minutes:
                        self._save()
                        saved = time.monotonic()
                    on_epoch(self._report(values))
        finally:
            log.close()

    def _next_epoch(self, log: RunLog, stop: StopRequest) -> dict[str, float]:
        """Train an epoch, test, sample if it is time; returns what was logged."""
        began, epoch = time.monotonic(), self.epoch + 1
        try:
            train = self._train_epoch(epoch, stop)
        except Stopped:
            self._save_last()
            raise
        self.epoch = epoch
        test = self._test()
        self.seconds += time.monotonic() - began
        values = {f"train/{name}": value for name, value in train.items()}
        values |= {f"test/{name}": value for name, value in test.items()}
        values["seconds"] = self.seconds
        log.write("steps", epoch, values)
        if epoch % self.config.training.fid_every == 0 or self.finished:
            found = self.measure()
            log.write("validation", epoch, found)
            if found["unconditional/columns"] < self.best:
                self.best = found["unconditional/columns"]
                self._save_model(BEST_FOLDER)
            values |= found
        return values

    def _train_epoch(self, epoch: int, stop: StopRequest) -> dict[str, float]:
        generator = self._generator(epoch)
        order = torch.randperm(
            len(self._songs["train"]),
            generator=torch.Generator().manual_seed(self.seed * _EPOCHS_A_SEED + epoch),
        )
        sums = _Sums()
        self._before = self._state()  # a step half done belongs to no epoch
        self.model.train()
        for chosen in _batches(order, self.config.training.batch):
            if stop.requested:
                raise Stopped
            table = self._songs["train"].batch(chosen)
            terms = loss_terms(self.model, table, self.model(table, generator))
            total = terms.total(self.beta)
            self._adam.zero_grad()
            torch.autograd.backward(total.mean())
            if self.config.training.clip is not None:
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.config.training.clip)
            self._adam.step()
            sums.add({"total": total, **terms.named()})
        means = sums.means()
        if not math.isfinite(means["total"]):
            raise InputError(
                f"beta {self.beta:g}: the loss is {means['total']} in epoch {epoch}; set "
                "training.clip and run the command again, or begin in another folder with a lower "
                "training.learning_rate"
            )
        return means

    @torch.no_grad()
    def _test(self) -> dict[str, float]:
        generator = self._generator(0)  # the same draws each time: epochs can be compared
        sums = _Sums()
        self.model.eval()
        songs = torch.arange(len(self._songs["test"]))
        for chosen in _batches(songs, self.config.training.batch):
            table = self._songs["test"].batch(chosen)
            terms = loss_terms(self.model, table, self.model(table, generator))
            sums.add({"total": terms.total(self.beta), **terms.named()})
        return sums.means()

    def measure(self) -> dict[str, float]:
        """Sample songs and judge them: unconditional, and conditional if the model is."""
        count = self.config.training.fid_samples or len(self._songs["valid"])
        found = {
            f"unconditional/{name}": value
            for name, value in self._judge(self.sample(count, epoch=self.epoch)).items()
        }
        if self.config.model.conditional:
            given = self._judge(self.sample_given(count, epoch=self.epoch))
            found |= {f"conditional/{name}": value for name, value in given.items()}
        return found

    def sample(self, count: int, *, epoch: int) -> list[FloatArray]:
        """Note tables of z ~ N(0, I), drawn again for each epoch."""
        self.model.eval()
        generator, coded = self._generator(-epoch), []
        for first in range(0, count, _SAMPLE_BATCH):
            coded.append(self.model.sample(min(_SAMPLE_BATCH, count - first), generator).cpu())
        return self._notes(torch.cat(coded))

    def sample_given(self, count: int, *, epoch: int) -> list[FloatArray]:
        """Note tables given the beginnings of test songs, in their order, from the first again if
        there are fewer than `count`.
        """
        self.model.eval()
        generator, coded = self._generator(-epoch), []
        songs = torch.arange(count) % len(self._songs["test"])
        for chosen in _batches(songs, _SAMPLE_BATCH):
            partial = self._songs["test"].batch(chosen)[:, : self.config.model.partial_notes]
            coded.append(self.model.sample_given(partial, generator).cpu())
        return self._notes(torch.cat(coded))

    def _notes(self, coded: Tensor) -> list[FloatArray]:
        return [table.astype("f8") for table in self._representation.notes(coded.numpy())]

    def _generator(self, epoch: int) -> torch.Generator:
        """The draws of z: of training for epochs from 1, of testing for 0, of sampling below."""
        seed = (self.seed * _EPOCHS_A_SEED + epoch) % 2**63
        return torch.Generator(device=self.device).manual_seed(seed)

    def _report(self, values: dict[str, float]) -> EpochReport:
        epochs = self.config.training.epochs
        return EpochReport(self.beta, self.seed, self.epoch, epochs, values)

    def _state(self) -> dict[str, Any]:
        def copied(tree: Any) -> Any:
            if isinstance(tree, Tensor):
                return tree.detach().clone()
            if isinstance(tree, dict):
                return {key: copied(value) for key, value in tree.items()}
            return [copied(value) for value in tree] if isinstance(tree, list) else tree

        return {
            "format_version": _STATE_VERSION,
            "run": self._identity(),
            "epoch": self.epoch,
            "seconds": self.seconds,
            "best": self.best,
            "model": copied(dict(self.model.state_dict())),
            "adam": copied(self._adam.state_dict()),
        }

    def _save(self) -> None:
        write_tensors(self.folder / STATE_NAME, self._state())
        self._save_model(MODEL_FOLDER)

    def _save_last(self) -> None:
        """Save the state of before the epoch that was interrupted."""
        write_tensors(self.folder / STATE_NAME, self._before)

    def _save_model(self, folder: str) -> None:
        about = {"beta": self.beta, "seed": self.seed, "epoch": self.epoch}
        save_paper_model(self.model, self.folder / folder, about)

    def _identity(self) -> dict[str, Any]:
        """What a run is; how long and how fast it goes may change when it is resumed."""
        model = {name: value for name, value in vars(self.config.model).items()}
        rate = self.config.training.learning_rate
        return {**model, "beta": self.beta, "seed": self.seed, "learning_rate": rate,
                "batch": self.config.training.batch}  # fmt: skip

    def _resume(self) -> None:
        path = self.folder / STATE_NAME
        state = read_tensors(path, device=self.device)
        if state is None:
            return
        if not isinstance(state, dict) or state.get("format_version") != _STATE_VERSION:
            raise CheckpointError(
                f"{path} is not a state of this Segue's; move it away to start again"
            )
        was, now = state["run"], self._identity()
        changed = [f"{k} {was.get(k)} (now {now[k]})" for k in now if was.get(k) != now[k]]
        if changed:
            raise CheckpointError(
                f"{path} is of a run with {', '.join(changed)}; give the same settings, or another "
                "folder"
            )
        self.model.load_state_dict(state["model"])
        self._adam.load_state_dict(state["adam"])
        self.epoch, self.seconds, self.best = state["epoch"], state["seconds"], state["best"]


@contextmanager
def _denormals_as_zero() -> Iterator[None]:
    """Gradients die away over the notes of a song until they are denormal numbers, which CPUs are
    slow to multiply: taken as zero, a step is a sixth faster. For the whole thread, so not longer
    than needed.
    """
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def _batches(songs: Tensor, size: int) -> Iterator[Tensor]:
    for first in range(0, len(songs), size):
        yield songs[first : first + size]


class _Sums:
    """Means over songs from batches of any size."""

    def __init__(self) -> None:
        self._count = 0
        self._total: dict[str, Tensor] = {}

    def add(self, values: dict[str, Tensor]) -> None:
        """Add a batch's values, (B,) each; nothing is waited for on a device."""
        for name, value in values.items():
            summed = value.detach().double().sum()
            self._total[name] = self._total.get(name, torch.zeros_like(summed)) + summed
        self._count += len(next(iter(values.values())))

    def means(self) -> dict[str, float]:
        return {name: float(total) / self._count for name, total in self._total.items()}
