"""A run goes on after a kill as if nothing had happened, and says what stops it."""

import csv
import errno
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from segue.errors import CheckpointError, InputError
from segue.paper.judge import Judge
from segue.paper.model_folder import load_paper_model
from segue.paper.run import BEST_FOLDER, MODEL_FOLDER, STATE_NAME, EpochReport, PaperRun
from segue.training.interruption import Stopped
from tests.unit.paper.experiments import data_in, settings

CPU = torch.device("cpu")


class Killed(Exception):
    """What a test ends a run with."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def run_in(folder: Path, home: Path, **changes: Any) -> PaperRun:
    """A run of two epochs on the songs in `home`."""
    config = settings(**changes)
    data = data_in(home, config)
    return PaperRun(
        config,
        beta=config.betas[0],
        seed=1,
        data=data,
        judge=Judge(data, home, steps=2),
        folder=folder,
        device=CPU,
    )


def quietly(report: EpochReport) -> None:
    pass


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return [
            {name: value for name, value in row.items() if name != "seconds"}
            for row in csv.DictReader(file)
        ]


def weights(run: PaperRun) -> dict[str, torch.Tensor]:
    return dict(run.model.state_dict())


def test_every_term_is_logged_for_train_and_test(home: Path, tmp_path: Path) -> None:
    run = run_in(tmp_path, home)
    run.run(quietly)
    last = rows(tmp_path / "steps.csv")[-1]
    measured = rows(tmp_path / "validation.csv")[-1]

    terms = {"total", "l2/onset_s", "l2/duration_s", "kl", "given_l2", "given_kl"}
    terms |= {f"cross_entropy/{name}" for name in ("pitch", "velocity", "instrument", "program")}
    assert set(last) == {"step"} | {f"{of}/{t}" for of in ("train", "test") for t in terms}
    assert set(measured) == {"step"} | {
        f"{how}/{what}"
        for how in ("unconditional", "conditional")
        for what in ("columns", "order", "outside_midi")
    }
    assert float(last["step"]) == float(measured["step"]) == 2
    assert any((tmp_path / "tensorboard").iterdir())
    total = float(last["train/total"])
    assert total == pytest.approx(sum(float(last[f"train/{t}"]) for t in terms - {"total"}), 1e-5)


def test_the_loss_falls(home: Path, tmp_path: Path) -> None:
    run = run_in(tmp_path, home, training__epochs=15, training__fid_every=15)
    run.run(quietly)
    losses = [float(row["train/total"]) for row in rows(tmp_path / "steps.csv")]

    assert losses[-1] < 0.9 * losses[0]
    assert sys.float_info.min / 4 > 0, "denormal numbers are taken as zero while it runs, no longer"


def test_a_killed_run_goes_on_to_the_bit(home: Path, tmp_path: Path) -> None:
    def kill(report: EpochReport) -> None:
        if report.epoch == 2:
            raise Killed

    whole = run_in(tmp_path / "whole", home, training__epochs=4)
    whole.run(quietly)
    first = run_in(tmp_path / "killed", home, training__epochs=4)
    with pytest.raises(Killed):
        first.run(kill)
    second = run_in(tmp_path / "killed", home, training__epochs=4)
    assert second.epoch == 2
    second.run(quietly)

    torch.testing.assert_close(weights(second), weights(whole), rtol=0, atol=0)
    for name in ("steps.csv", "validation.csv"):
        assert rows(tmp_path / "killed" / name) == rows(tmp_path / "whole" / name)


def test_a_stop_within_an_epoch_gives_up_that_epoch_alone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_in(tmp_path / "whole", home, training__epochs=3)
    whole.run(quietly)
    stopped = run_in(tmp_path / "stopped", home, training__epochs=3)
    batches = [0]
    before = stopped._songs["train"].batch

    def counted(songs: torch.Tensor) -> torch.Tensor:
        batches[0] += 1
        if batches[0] == 6:  # of four an epoch
            os.kill(os.getpid(), 15)
        return before(songs)

    monkeypatch.setattr(stopped._songs["train"], "batch", counted)
    with pytest.raises(Stopped):
        stopped.run(quietly)
    again = run_in(tmp_path / "stopped", home, training__epochs=3)
    assert again.epoch == 1
    again.run(quietly)

    torch.testing.assert_close(weights(again), weights(whole), rtol=0, atol=0)


@pytest.mark.parametrize("encoding", ["embedding", "tanh"])
@pytest.mark.parametrize("kind", ["vae", "autoencoder"])
def test_every_encoding_and_kind_trains(tmp_path: Path, encoding: str, kind: str) -> None:
    run = run_in(
        tmp_path, tmp_path, data__encoding=encoding, model__kind=kind, model__conditional=False
    )
    run.run(quietly)

    assert run.finished
    assert ("train/kl" in rows(tmp_path / "steps.csv")[0]) is (kind == "vae")


def test_the_first_normalisation_makes_notes_that_are_none(tmp_path: Path) -> None:
    """The paper's section 3.3, seen in a model's own samples."""
    found = {}
    for encoding in ("tanh", "embedding"):
        folder = tmp_path / encoding
        folder.mkdir()
        run = run_in(
            folder, folder, data__encoding=encoding, training__epochs=10, training__fid_every=10
        )
        run.run(quietly)
        found[encoding] = float(rows(folder / "validation.csv")[-1]["unconditional/outside_midi"])

    assert found["embedding"] < 0.01
    assert found["tanh"] > found["embedding"]


def test_models_are_kept_and_load_again(home: Path, tmp_path: Path) -> None:
    run = run_in(tmp_path, home)
    run.run(quietly)
    last = load_paper_model(tmp_path / MODEL_FOLDER)

    torch.testing.assert_close(dict(last.state_dict()), weights(run))
    assert load_paper_model(tmp_path / BEST_FOLDER).config == run.config.model


def test_a_batch_larger_than_the_data_is_refused(home: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="batch: 29 songs, but only 28 are trained on"):
        run_in(tmp_path, home, training__batch=29)


def test_a_loss_that_is_no_number_is_told(home: Path, tmp_path: Path) -> None:
    run = run_in(tmp_path, home)
    torch.nn.init.constant_(run.model.heads.mean.bias, float("nan"))

    with pytest.raises(InputError, match=r"beta 1: the loss is nan in epoch 1; set training\.clip"):
        run.run(quietly)


def test_another_run_s_state_is_refused(home: Path, tmp_path: Path) -> None:
    run_in(tmp_path, home).run(quietly)

    with pytest.raises(CheckpointError, match=r"beta 1\.0 \(now 5\.0\)"):
        run_in(tmp_path, home, betas=(5.0,))
    (tmp_path / STATE_NAME).write_bytes(b"torn")
    with pytest.raises(CheckpointError, match="move it away to begin the run from nothing"):
        run_in(tmp_path, home)


def test_a_full_disk_is_told_and_loses_nothing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    run = run_in(tmp_path, home, training__epochs=1)
    run.run(quietly)
    kept = (tmp_path / STATE_NAME).read_bytes()
    longer = run_in(tmp_path, home, training__epochs=2)
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.write_bytes", full)
        with pytest.raises(InputError, match="the disk is full; free some space"):
            longer.run(quietly)

    assert (tmp_path / STATE_NAME).read_bytes() == kept
    again = run_in(tmp_path, home, training__epochs=2)
    again.run(quietly)
    assert again.finished


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="holds no model of the paper"):
        load_paper_model(tmp_path)
