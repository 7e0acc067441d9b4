"""A run ends in the same bits however often it was stopped, killed and resumed."""

import csv
import errno
import os
import signal
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import torch

from segue.corpus import CorpusStore
from segue.errors import CheckpointError, ConfigError, InputError
from segue.models.checkpoint import load_model, read_card
from segue.models.config import Design, ModelConfig
from segue.training.config import DataConfig, ObjectiveConfig, OptimiserConfig
from segue.training.interruption import Stopped
from segue.training.loop import MODEL_FOLDER, OnStep, Report, Trainer
from segue.training.state import STATE_NAME
from tests.unit.training.corpora import EVENTS, build_tiny, settings, trainer


class Killed(Exception):
    """What no handler of ours catches."""


def do_at(step: int, action: Any) -> OnStep:
    def on_step(report: Report) -> None:
        if report.step == step:
            action()

    return on_step


def kill() -> None:
    raise Killed


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def differences(a: Trainer, b: Trainer) -> list[str]:
    """What two trainers' states differ in, to the bit."""
    found = [name for name in ("step", "events") if getattr(a, name) != getattr(b, name)]
    if a.beta != b.beta:
        found.append("beta")
    pairs = {"model": (a.model.state_dict(), b.model.state_dict())}
    pairs["average"] = (a.average.weights, b.average.weights)
    for number, both in enumerate(zip(a.optimisers, b.optimisers, strict=True)):
        one, two = ({str(k): v for k, v in o.state_dict()["state"].items()} for o in both)
        if one.keys() != two.keys():
            return [f"parameters of optimiser {number}"]
        pairs |= {f"optimiser {number} {key}": (one[key], two[key]) for key in one}
    for what, (one, two) in pairs.items():
        found += [f"{what} {name}" for name in one if not torch.equal(one[name], two[name])]
    return found


@pytest.fixture(scope="module")
def straight(store: CorpusStore, tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """A run of six steps that nothing happened to."""
    run = trainer(store, tmp_path_factory.mktemp("straight"))
    run.run()
    return run


@pytest.mark.parametrize("stop", [interrupt, terminate])
def test_a_run_that_is_stopped_saves_and_goes_on_to_the_bit(
    store: CorpusStore, straight: Trainer, tmp_path: Path, stop: Any
) -> None:
    stopped = trainer(store, tmp_path)
    with pytest.raises(Stopped):
        stopped.run(do_at(3, stop))
    assert stopped.step == 3

    resumed = trainer(store, tmp_path)
    assert differences(stopped, resumed) == []
    resumed.run()

    assert differences(straight, resumed) == []


def test_a_run_that_is_killed_goes_on_from_its_checkpoint_to_the_bit(
    store: CorpusStore, straight: Trainer, tmp_path: Path
) -> None:
    killed = trainer(store, tmp_path, checkpoint_minutes=0)
    with pytest.raises(Killed):
        killed.run(do_at(5, kill))

    resumed = trainer(store, tmp_path)
    assert resumed.step == 4
    found = resumed.run()

    assert differences(straight, resumed) == []
    assert found == straight.validate()


def test_each_logged_step_is_there_once_after_a_kill(store: CorpusStore, tmp_path: Path) -> None:
    often = {"steps": 3, "validate_every": 1, "validate_windows": 1}
    killed = trainer(store, tmp_path, checkpoint_minutes=0, **often)
    with pytest.raises(Killed):
        killed.run(do_at(2, kill))
    found = trainer(store, tmp_path, **often).run()

    with (tmp_path / "validation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [int(row["step"]) for row in rows] == [1, 2, 3]
    assert {name: float(value) for name, value in rows[-1].items() if name != "step"} == {
        name: pytest.approx(value, rel=1e-6) for name, value in found.items()
    }
    assert list((tmp_path / "tensorboard").iterdir())


@pytest.mark.parametrize("design", ["no-latents", "plain"])
def test_a_rung_below_segue_s_design_trains_stops_and_goes_on_to_the_bit(
    store: CorpusStore, tmp_path: Path, design: Design
) -> None:
    """By its own size, as the command makes it: nothing is left of latents to wait for."""
    rung = settings(design=design, steps=2, data=DataConfig(events=EVENTS, latents=0.0))
    straight = Trainer(rung, store, tmp_path / "straight", accelerator="cpu")
    found = straight.run()
    stopped = Trainer(rung, store, tmp_path / "run", accelerator="cpu")
    with pytest.raises(Stopped):
        stopped.run(do_at(1, terminate))

    resumed = Trainer(rung, store, tmp_path / "run", accelerator="cpu")
    resumed.run()

    assert resumed.model.config == ModelConfig.for_size("tiny", design)
    assert differences(straight, resumed) == []
    assert found["with_z/nll/event"] == found["without_z/nll/event"] > 0
    assert load_model(tmp_path / "run" / MODEL_FOLDER).config.design() == design
    with pytest.raises(CheckpointError, match=rf"a run with design {design} \(now segue\)"):
        Trainer(settings(), store, tmp_path / "run", accelerator="cpu")


def test_training_lowers_the_loss(store: CorpusStore, tmp_path: Path) -> None:
    quickly = {
        "optimiser": OptimiserConfig(warm_up=1),
        "objective": ObjectiveConfig(sketch_steps=0),
    }
    run = trainer(store, tmp_path, steps=12, **quickly)
    losses: list[float] = []
    run.run(lambda report: losses.append(report.values["nll/event"]))

    assert fmean(losses[-3:]) < 0.9 * fmean(losses[:3])


@pytest.mark.parametrize(
    ("sketch_steps", "moves", "stays"), [(1, "encoder.", "blocks."), (0, "blocks.", "encoder.")]
)
def test_first_only_the_posterior_and_its_reading_learn_then_only_the_decoder(
    store: CorpusStore, tmp_path: Path, sketch_steps: int, moves: str, stays: str
) -> None:
    objective = ObjectiveConfig(sketch_steps=sketch_steps, joint=0)
    run = trainer(store, tmp_path, steps=2, objective=objective)
    before = {name: value.clone() for name, value in run.model.state_dict().items()}
    with pytest.raises(Killed):
        run.run(do_at(1, kill))

    now = run.model.state_dict()
    changed = {name for name, value in now.items() if not torch.equal(value, before[name])}
    assert any(name.startswith(moves) for name in changed)
    assert not any(name.startswith(stays) for name in changed)


def test_another_seed_gives_other_weights(
    store: CorpusStore, straight: Trainer, tmp_path: Path
) -> None:
    other = trainer(store, tmp_path, seed=2, steps=1)
    other.run()

    assert differences(straight, other) != []


def test_validation_looks_at_the_average(straight: Trainer) -> None:
    before = straight.validate()
    kept = {name: value.clone() for name, value in straight.model.state_dict().items()}
    average = dict(straight.average.weights)
    with torch.no_grad():
        for parameter in straight.model.parameters():
            parameter.mul_(0.5)
    assert straight.validate() == before

    straight.average.weights = {n: v.clone() for n, v in straight.model.state_dict().items()}
    assert straight.validate() != before

    straight.average.weights = average
    straight.model.load_state_dict(kept)
    assert straight.model.training


def test_the_model_that_is_kept_is_the_average_with_a_card(straight: Trainer) -> None:
    folder = straight.folder / MODEL_FOLDER
    kept, card = load_model(folder).state_dict(), read_card(folder)

    assert all(torch.equal(kept[n], value) for n, value in straight.average.weights.items())
    assert card["trained_steps"] == 6
    assert card["training"]["seed"] == 1
    assert card["corpus"]["content_sha256"] == straight.feed.store.manifest.content_sha256


def test_fine_tuning_begins_with_the_given_weights(
    store: CorpusStore, straight: Trainer, tmp_path: Path
) -> None:
    model = load_model(straight.folder / MODEL_FOLDER)

    tuned = Trainer(settings(), store, tmp_path, start_from=model, accelerator="cpu")

    assert tuned.step == 0
    assert tuned.validate() == straight.validate()


def test_a_run_may_go_on_for_longer(store: CorpusStore, tmp_path: Path) -> None:
    trainer(store, tmp_path, steps=2).run()
    longer = trainer(store, tmp_path, steps=3, batch=1)

    longer.run()

    assert longer.step == 3


@pytest.mark.parametrize("change", [{"size": "small"}, {"seed": 5}])
def test_a_folder_of_another_run_is_refused(
    store: CorpusStore, straight: Trainer, change: dict[str, Any]
) -> None:
    with pytest.raises(CheckpointError, match=r"is of a run with (size tiny|seed 1)"):
        trainer(store, straight.folder, **change)


def test_a_gradient_that_is_not_finite_ends_the_run_and_saves_nothing(
    store: CorpusStore, tmp_path: Path
) -> None:
    run = trainer(store, tmp_path)
    with torch.no_grad():
        run.model.no_latent[0] = torch.nan

    with pytest.raises(InputError, match=r"diverged at step 1: .* lower optimiser"):
        run.run()
    assert not (tmp_path / STATE_NAME).exists()


def test_a_full_disk_is_told_and_the_last_checkpoint_stays(
    store: CorpusStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trainer(store, tmp_path, steps=1)
    run.run()
    before = (tmp_path / STATE_NAME).read_bytes()

    def full(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"state\.pt: cannot be written: the disk is full"):
        run.save()
    monkeypatch.undo()
    assert (tmp_path / STATE_NAME).read_bytes() == before
    assert not list(tmp_path.glob("*.tmp"))


def test_a_folder_that_cannot_be_written_is_told_before_the_first_step(
    store: CorpusStore, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    run = trainer(store, tmp_path / "file" / "run")

    with pytest.raises(InputError, match="cannot be made"):
        run.run(do_at(1, kill))


def test_more_events_than_the_model_reads_are_refused(store: CorpusStore, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at most the model's context, 64, got 65"):
        trainer(store, tmp_path, data=DataConfig(events=65))


def test_a_corpus_too_small_for_splits_is_trained_on_and_validated_with_a_word(
    tmp_path: Path,
) -> None:
    run = trainer(build_tiny(tmp_path, n_songs=1), tmp_path / "run", steps=1)

    found = run.run()

    assert "too few songs" in run.feed.notices[0]
    assert found["with_z/nll/event"] > 0
