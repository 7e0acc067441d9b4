"""A sweep trains every model once, wherever it was stopped, on one device or several."""

import multiprocessing
import signal
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from segue.errors import InputError
from segue.paper import sweep
from segue.paper.run import EpochReport
from segue.paper.sweep import Job, Sweep, jobs_of, open_experiment
from segue.training.interruption import Stopped, StopRequest
from tests.unit.paper.experiments import settings, write_array

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _quick_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segue.paper.judge._STEPS", 2)


def sweep_in(folder: Path, n_devices: int = 1, **changes: Any) -> Sweep:
    source = folder / "notes.npy"
    if not source.exists():
        write_array(folder)
    config = settings(**{"betas": (1.0, 20.0), **changes})
    return Sweep(config, source, folder / "run", devices=[CPU] * n_devices)


def test_a_stopped_sweep_goes_on_where_it_stopped(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(report: EpochReport) -> None:
        if (report.beta, report.epoch) == (20.0, 1):
            raise Killed

    with pytest.raises(Killed):
        sweep_in(tmp_path).run(kill)
    told: list[tuple[float, int]] = []
    sweep_in(tmp_path).run(lambda report: told.append((report.beta, report.epoch)))

    assert told == [(20.0, 2)]
    assert (tmp_path / "run" / "beta-20" / "seed-1" / "model").is_dir()
    assert open_experiment(tmp_path / "run").betas == (1.0, 20.0)


def test_a_model_may_be_added_later(tmp_path: Path) -> None:
    sweep_in(tmp_path, betas=(1.0,)).run(lambda _: None)
    told: list[float] = []
    sweep_in(tmp_path, betas=(1.0, 5.0)).run(lambda report: told.append(report.beta))

    assert told == [5.0, 5.0]


def test_one_beta_can_be_trained_alone(tmp_path: Path) -> None:
    told: list[float] = []
    sweep_in(tmp_path).run(lambda report: told.append(report.beta), betas=(20.0,))

    assert told == [20.0, 20.0]
    assert open_experiment(tmp_path / "run").betas == (1.0, 20.0)


def test_several_devices_train_the_same_models(tmp_path: Path) -> None:
    for name, count in (("one", 1), ("two", 2)):
        (tmp_path / name).mkdir()
        done: list[tuple[float, int]] = []
        sweep_in(tmp_path / name, count).run(
            lambda report, done=done: done.append((report.beta, report.epoch))  # type: ignore[misc]
        )
        assert sorted(done) == [(1.0, 1), (1.0, 2), (20.0, 1), (20.0, 2)]
    logs = [
        np.genfromtxt(tmp_path / name / "run" / "beta-20" / "seed-1" / "validation.csv",
                      delimiter=",", skip_header=1)
        for name in ("one", "two")
    ]  # fmt: skip
    np.testing.assert_allclose(logs[0], logs[1], rtol=1e-4)


def test_a_sweep_on_several_devices_that_is_told_to_stop_leaves_no_process_behind(
    tmp_path: Path,
) -> None:
    stopped = sweep_in(tmp_path, 2, training__epochs=100_000)
    told: list[EpochReport] = []

    def stop(report: EpochReport) -> None:
        told.append(report)
        signal.raise_signal(signal.SIGTERM)

    with pytest.raises(Stopped):
        stopped.run(stop)

    assert not multiprocessing.active_children()
    trained = tmp_path / "run" / f"beta-{told[0].beta:g}" / "seed-1"
    assert (trained / "state.pt").exists()


def test_a_process_s_error_is_told(tmp_path: Path) -> None:
    """The error goes through the queue of reports, here without a process."""
    one = sweep_in(tmp_path, training__batch=100)
    waiting: SimpleQueue[Any] = SimpleQueue()
    waiting.put(jobs_of(one.config)[0])
    reports: SimpleQueue[Any] = SimpleQueue()
    sweep._work(one.config, one.folder, CPU, 1, waiting, reports)  # type: ignore[arg-type]

    with StopRequest() as stop, pytest.raises(InputError, match="batch: 100 songs, but only 28"):
        sweep._listen([], reports, lambda _: None, stop)  # type: ignore[arg-type]


def test_a_process_that_was_killed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "_POLL_S", 0.01)
    killed = SimpleNamespace(is_alive=lambda: False, exitcode=-signal.SIGKILL)
    with StopRequest() as stop, pytest.raises(InputError, match="ended with status -9"):
        sweep._listen([killed], SimpleQueue(), lambda _: None, stop)  # type: ignore[arg-type]


def test_all_betas_of_a_seed_come_first() -> None:
    jobs = jobs_of(settings(betas=(1.0, 2.5), seeds=(1, 2)))

    assert jobs == [Job(1.0, 1), Job(2.5, 1), Job(1.0, 2), Job(2.5, 2)]
    assert jobs[1].folder == "beta-2.5/seed-1"


def test_a_folder_without_an_experiment_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no experiment; make one with `segue paper run"):
        open_experiment(tmp_path)
