"""Two processes train one model: the same weights in both, and one of them writes."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from segue.models.decoder_folder import load_decoder
from segue.training.interruption import Stopped
from segue.training.loop import MODEL_FOLDER, Report
from segue.training.state import STATE_NAME
from tests.unit.training.corpora import build_packs, build_tiny, trainer, write_songs

WORLD = 2
STOP_AT = 4
TIMEOUT_S = 120


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_packs(tmp_path_factory.mktemp("tiny"))


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


def be_rank(rank: int, port: int, packs: Path, folder: Path) -> None:
    """What torchrun starts: a run in a folder of its own, that only the last rank wants to stop."""
    told = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": WORLD, "LOCAL_WORLD_SIZE": WORLD}
    os.environ.update({name: str(value) for name, value in told.items()})
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), TORCHELASTIC_RUN_ID="test")
    torch.set_num_threads(1)
    run = trainer(packs, folder / f"run{rank}")
    seen: list[dict[str, float]] = []

    def on_step(report: Report) -> None:
        seen.append(report.values)
        if rank == WORLD - 1 and report.step == STOP_AT:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Stopped):
        run.run(on_step)
    state = {"values": seen, "model": run.model.state_dict(), "average": run.average.weights}
    torch.save(state, folder / f"rank{rank}.pt")


@pytest.fixture(scope="module")
def ranks(packs: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What each rank saw and has, of a run that one of them stopped."""
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("processes that have torch loaded already can be had by forking only")
    folder = tmp_path_factory.mktemp("ranks")
    port = free_port()
    fork = multiprocessing.get_context("fork")
    processes = [
        fork.Process(target=be_rank, args=(rank, port, packs, folder)) for rank in range(WORLD)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(TIMEOUT_S)
        process.kill()
    assert [process.exitcode for process in processes] == [0] * WORLD
    return [
        {**torch.load(folder / f"rank{rank}.pt"), "folder": folder / f"run{rank}"}
        for rank in range(WORLD)
    ]


pytestmark = pytest.mark.filterwarnings(
    "ignore:This process .* is multi-threaded:DeprecationWarning"
)


def test_both_have_the_same_weights(ranks: list[dict[str, Any]]) -> None:
    for name in ("model", "average"):
        one, two = (rank[name] for rank in ranks)
        assert [key for key in one if not torch.equal(one[key], two[key])] == []


def test_both_see_the_measures_of_all_devices(ranks: list[dict[str, Any]]) -> None:
    one, two = (rank["values"] for rank in ranks)
    common = [name for name in one[0] if "/" in name or name == "gradient_norm"]

    assert len(one) == len(two) == STOP_AT
    for a, b in zip(one, two, strict=True):
        assert [name for name in common if a[name] != b[name]] == []
    assert {"nll/event", "valid/coarse/pitch", "gradient_norm"} <= {*one[2]}


def test_one_of_them_writes(ranks: list[dict[str, Any]]) -> None:
    first, second = (rank["folder"] for rank in ranks)

    assert (first / STATE_NAME).exists()
    kept = load_decoder(first / MODEL_FOLDER).state_dict()
    assert all(torch.equal(kept[name], value) for name, value in ranks[0]["average"].items())
    assert not second.exists()


@pytest.mark.slow
def test_torchrun_trains_by_two_processes(tmp_path: Path) -> None:
    packs, run = build_packs(tmp_path), tmp_path / "run"
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]
    told = ["--corpus", packs, "--out", run, "--size", "tiny", "--steps", "3", "--batch", "1"]
    command = [*torchrun, "2", "-m", "segue", "train", *told, "--threads", "1"]

    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=300, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("validation") == 1
    load_decoder(run / MODEL_FOLDER)


@pytest.mark.slow
def test_several_processes_neither_build_nor_pack_a_corpus_at_once(tmp_path: Path) -> None:
    songs, corpus = write_songs(tmp_path / "songs", 3), build_tiny(tmp_path / "built").path
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node"]
    for music, way_out in ((songs, "segue corpus build"), (corpus, "segue corpus pack")):
        command = [*torchrun, "2", "-m", "segue", "train", "--corpus", music]

        done = subprocess.run(
            [*map(str, command), "--out", str(tmp_path / "run")],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

        assert done.returncode != 0
        assert way_out in done.stderr


@pytest.mark.slow
def test_a_run_that_loses_a_process_goes_on_and_then_on_another_number(tmp_path: Path) -> None:
    packs, steps = build_packs(tmp_path), 5
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    several = ["--nproc-per-node", "2", "--max-restarts", "1", "--monitor-interval", "0.1"]
    command = [*torchrun, *several, "-m", "tests.mortal_rank", packs, tmp_path, steps]
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [str(word) for word in command],
        cwd=root,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(root), *sys.path])},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (tmp_path / "died").exists()
    seen = [int(line) for line in (tmp_path / "steps").read_text().split()]
    assert seen in ([1, 2, 3, 3, 4, 5], [1, 2, 3, 4, 5])  # step 3 may just have been told, or not

    alone = trainer(packs, tmp_path / "run", steps=steps + 2)
    assert (alone.step, alone.examples) == (steps, steps * 2 * WORLD)
    reports: list[int] = []
    alone.run(lambda report: reports.append(report.step))
    assert reports == [steps + 1, steps + 2]
    assert alone.examples == steps * 2 * WORLD + 2 * 2
