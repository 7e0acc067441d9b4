"""The whole experiment: songs prepared once, then a model for each beta and seed.

On one device the models are trained one after another, each on the device alone; on several, each
device takes the next model when it is free, in a process of its own. A sweep that was stopped or
killed goes on where it was: finished models are passed over, the others resumed.

The experiment's folder holds `experiment.json` (the settings), `data/`, `order-network.pt`,
`sensitivity.json` (what both distances see) and a folder for each model, like `beta-20/seed-1`.
"""

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import Any, Final

import torch

from segue.config import from_mapping, to_mapping
from segue.corpus.progress import OnProgress, ignore_progress
from segue.errors import InputError, SegueError
from segue.files import make_folder, write_bytes
from segue.paper.config import ExperimentConfig
from segue.paper.data import DATA_FOLDER, ExperimentData, open_data, prepare_data
from segue.paper.judge import Judge
from segue.paper.run import EpochReport, OnEpoch, PaperRun
from segue.training.interruption import Stopped, StopRequest

__all__ = ["Job", "Sweep", "jobs_of", "open_experiment"]

EXPERIMENT_NAME: Final = "experiment.json"
SENSITIVITY_NAME: Final = "sensitivity.json"
_POLL_S: Final = 0.5


@dataclass(frozen=True)
class Job:
    """One model."""

    beta: float
    seed: int

    @property
    def folder(self) -> str:
        """Inside the experiment's."""
        return f"beta-{self.beta:g}/seed-{self.seed}"


def jobs_of(config: ExperimentConfig) -> list[Job]:
    """Every model of a sweep, all betas of the first seed first."""
    return [Job(beta, seed) for seed in config.seeds for beta in config.betas]


def open_experiment(folder: Path) -> ExperimentConfig:
    """The settings of the experiment in a folder.

    Raises:
        InputError: there is none.
    """
    path = folder / EXPERIMENT_NAME
    try:
        mapping = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder}: holds no experiment; make one with `segue paper run --out {folder}`"
        ) from error
    return from_mapping(ExperimentConfig, mapping, where=str(path))


class Sweep:
    """An experiment's models."""

    def __init__(
        self,
        config: ExperimentConfig,
        source: Path,
        folder: Path,
        *,
        devices: list[torch.device],
        on_progress: OnProgress = ignore_progress,
    ) -> None:
        """Prepare the songs and the order network, or take those that are there.

        `devices`: one or more; the CPU may be named several times.

        Raises:
            InputError: the source is unusable or too small, or `folder` holds another experiment.
        """
        self.config, self.folder, self.devices = config, make_folder(folder), devices
        _use_threads(config, 1)
        n_notes = config.model.notes
        self.data = prepare_data(source, folder / DATA_FOLDER, config.data, n_notes, on_progress)
        write_bytes(folder / EXPERIMENT_NAME, json.dumps(to_mapping(config), indent=1).encode())
        self.judge = Judge(self.data, folder)
        if not (folder / SENSITIVITY_NAME).exists():
            found = json.dumps(self.judge.sensitivity(self.data), indent=1)
            write_bytes(folder / SENSITIVITY_NAME, found.encode())

    def run(self, on_epoch: OnEpoch, *, betas: Sequence[float] = ()) -> None:
        """Train every model to its end, or those of some `betas` alone.

        Raises:
            Stopped: Ctrl-C or SIGTERM; what is done is saved.
            InputError: a model's training cannot go on; those before it are kept.
        """
        jobs = [job for job in jobs_of(self.config) if not betas or job.beta in betas]
        if len(self.devices) == 1:
            for job in jobs:
                _train(self.config, job, self.folder, self.data, self.judge, self.devices[0],
                       on_epoch)  # fmt: skip
        else:
            _train_beside_each_other(self.config, jobs, self.folder, self.devices, on_epoch)


def _use_threads(config: ExperimentConfig, n_processes: int) -> None:
    """As many CPU threads as the settings say, or a fair share of the machine's."""
    if config.training.threads is not None:
        torch.set_num_threads(config.training.threads)
    elif n_processes > 1:
        torch.set_num_threads(max(1, torch.get_num_threads() // n_processes))


def _train(
    config: ExperimentConfig,
    job: Job,
    folder: Path,
    data: ExperimentData,
    judge: Judge,
    device: torch.device,
    on_epoch: OnEpoch,
) -> None:
    run = PaperRun(
        config, beta=job.beta, seed=job.seed, data=data, judge=judge,
        folder=folder / job.folder, device=device,
    )  # fmt: skip
    if not run.finished:
        run.run(on_epoch)


def _train_beside_each_other(
    config: ExperimentConfig,
    jobs: list[Job],
    folder: Path,
    devices: list[torch.device],
    on_epoch: OnEpoch,
) -> None:
    """A process a device; each takes the next job when it has done one."""
    context = get_context("spawn")
    waiting: Queue[Job | None] = context.Queue()
    reports: Queue[EpochReport | str] = context.Queue()
    for job in [*jobs, *(None for _ in devices)]:
        waiting.put(job)
    workers = [
        context.Process(
            target=_work, args=(config, folder, device, len(devices), waiting, reports), daemon=True
        )
        for device in devices
    ]
    try:
        with StopRequest() as stop:
            for worker in workers:
                worker.start()
            _listen(workers, reports, on_epoch, stop)
    finally:
        for worker in workers:
            worker.terminate()  # SIGTERM: it saves and ends
            worker.join()


def _listen(
    workers: list[Any], reports: "Queue[EpochReport | str]", on_epoch: OnEpoch, stop: StopRequest
) -> None:
    """Pass on what the workers report until all have ended.

    Raises:
        Stopped: on request.
    """
    while True:
        if stop.requested:
            raise Stopped
        alive = any(worker.is_alive() for worker in workers)
        try:
            report = reports.get(timeout=_POLL_S)
        except Empty:
            failed = [worker.exitcode for worker in workers if worker.exitcode]
            if failed:
                raise InputError(
                    f"a training process ended with status {failed[0]}, perhaps for want of "
                    "memory; run the command again, with fewer --devices if it recurs"
                ) from None
            if not alive:
                return
            continue
        if isinstance(report, str):
            raise InputError(report)
        on_epoch(report)


def _work(
    config: ExperimentConfig,
    folder: Path,
    device: torch.device,
    n_devices: int,
    waiting: "Queue[Job | None]",
    reports: "Queue[EpochReport | str]",
) -> None:
    """What each process does."""

    def send(report: EpochReport) -> None:
        reports.put(report)
        parent = parent_process()
        if parent is not None and not parent.is_alive():
            signal.raise_signal(signal.SIGTERM)  # killed: save, and leave the folder to the next

    try:
        _use_threads(config, n_devices)
        data = open_data(folder / DATA_FOLDER, config.data)
        judge = Judge(data, folder)
        while (job := waiting.get()) is not None:
            _train(config, job, folder, data, judge, device, send)
    except SegueError as error:
        reports.put(str(error))
    except KeyboardInterrupt:
        return
