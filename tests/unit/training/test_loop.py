"""A run ends in the same bits however often it was stopped, killed and resumed."""

import csv
import errno
import os
import signal
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
import torch

from segue.errors import CheckpointError, InputError
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_folder import load_decoder
from segue.models.folder import read_card
from segue.training.config import ExampleConfig, OptimiserConfig
from segue.training.decoder_task import DecoderTask
from segue.training.interruption import Stopped
from segue.training.loop import (
    DECAY_NAME,
    MODEL_FOLDER,
    OnStep,
    Report,
    Trainer,
    begin_decay,
)
from segue.training.packing import Pack
from segue.training.state import STATE_NAME
from tests.unit.training.corpora import DecoderTrainer, build_packs, settings, trainer


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


def differences(a: DecoderTrainer, b: DecoderTrainer) -> list[str]:
    """What two trainers' states differ in, to the bit."""
    names = ("step", "events", "decay_from")
    found = [name for name in names if getattr(a, name) != getattr(b, name)]
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
def straight(packs: Path, tmp_path_factory: pytest.TempPathFactory) -> DecoderTrainer:
    """A run of six steps that nothing happened to."""
    run = trainer(packs, tmp_path_factory.mktemp("straight"))
    run.run()
    return run


@pytest.mark.parametrize("stop", [interrupt, terminate])
def test_a_run_that_is_stopped_saves_and_goes_on_to_the_bit(
    packs: Path, straight: DecoderTrainer, tmp_path: Path, stop: Any
) -> None:
    stopped = trainer(packs, tmp_path)
    with pytest.raises(Stopped):
        stopped.run(do_at(3, stop))
    assert stopped.step == 3

    resumed = trainer(packs, tmp_path)
    assert differences(stopped, resumed) == []
    resumed.run()

    assert differences(straight, resumed) == []


def test_a_run_that_is_killed_goes_on_from_its_checkpoint_to_the_bit(
    packs: Path, straight: DecoderTrainer, tmp_path: Path
) -> None:
    killed = trainer(packs, tmp_path, checkpoint_minutes=0)
    with pytest.raises(Killed):
        killed.run(do_at(5, kill))

    resumed = trainer(packs, tmp_path)
    assert resumed.step == 4
    found = resumed.run()

    assert differences(straight, resumed) == []
    assert found == straight.validate()


def test_each_logged_step_is_there_once_after_a_kill(packs: Path, tmp_path: Path) -> None:
    often = {"steps": 3, "validate_every": 1, "validate_windows": 1}
    killed = trainer(packs, tmp_path, checkpoint_minutes=0, **often)
    with pytest.raises(Killed):
        killed.run(do_at(2, kill))
    found = trainer(packs, tmp_path, **often).run()

    with (tmp_path / "validation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [int(row["step"]) for row in rows] == [1, 2, 3]
    of_run = ("step", "events_seen")
    assert {name: float(value) for name, value in rows[-1].items() if name not in of_run} == {
        name: pytest.approx(value, rel=1e-6) for name, value in found.items()
    }
    assert list((tmp_path / "tensorboard").iterdir())


def test_a_run_by_its_own_size_trains_stops_and_goes_on_to_the_bit(
    packs: Path, tmp_path: Path
) -> None:
    """As the command makes it, without a model to begin with."""

    def of_size(folder: Path, size: str = "tiny") -> DecoderTrainer:
        train, valid = (Pack.open(packs / name) for name in ("train", "valid"))
        config = settings(size=size, steps=2)
        return Trainer(DecoderTask(config, train, valid), folder, accelerator="cpu")

    straight = of_size(tmp_path / "straight")
    found = straight.run()
    stopped = of_size(tmp_path / "run")
    with pytest.raises(Stopped):
        stopped.run(do_at(1, terminate))
    resumed = of_size(tmp_path / "run")
    resumed.run()

    shape = replace(DecoderConfig.for_size("tiny"), context=settings().data.events)
    assert resumed.model.config == shape
    assert differences(straight, resumed) == []
    assert found["nll/event"] > 0
    assert load_decoder(tmp_path / "run" / MODEL_FOLDER).config.size() == "tiny"
    with pytest.raises(CheckpointError, match=r"a run with size tiny \(now small\)"):
        of_size(tmp_path / "run", "small")


def test_training_lowers_the_loss(packs: Path, tmp_path: Path) -> None:
    quickly = OptimiserConfig(muon_lr=0.02, adam_lr=0.01, warm_up=1)
    run = trainer(packs, tmp_path, steps=12, optimiser=quickly)
    losses: list[float] = []
    run.run(lambda report: losses.append(report.values["nll/event"]))

    assert fmean(losses[-3:]) < 0.9 * fmean(losses[:3])


def test_another_seed_gives_other_weights(
    packs: Path, straight: DecoderTrainer, tmp_path: Path
) -> None:
    other = trainer(packs, tmp_path, seed=2, steps=1)
    other.run()

    assert differences(straight, other) != []


def test_validation_looks_at_the_average(straight: DecoderTrainer) -> None:
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


def test_the_model_that_is_kept_is_the_average_with_a_card(
    packs: Path, straight: DecoderTrainer
) -> None:
    folder = straight.folder / MODEL_FOLDER
    kept = load_decoder(folder).state_dict()
    card = read_card(folder)

    assert all(torch.equal(kept[n], value) for n, value in straight.average.weights.items())
    assert card["trained_steps"] == 6
    assert card["training"]["seed"] == 1
    assert card["corpus"] == {
        name: Pack.open(packs / "train").card[name]
        for name in ("songs", "notes", "split", "content_sha256", "tiers")
    }


def test_fine_tuning_begins_with_the_given_weights(
    packs: Path, straight: DecoderTrainer, tmp_path: Path
) -> None:
    model = load_decoder(straight.folder / MODEL_FOLDER)

    train, valid = (Pack.open(packs / name) for name in ("train", "valid"))
    task = DecoderTask(settings(), train, valid, start_from=model)
    tuned = Trainer(task, tmp_path, accelerator="cpu")

    assert tuned.step == 0
    assert tuned.validate() == straight.validate()


def test_a_run_may_go_on_for_longer(packs: Path, tmp_path: Path) -> None:
    trainer(packs, tmp_path, steps=2).run()
    longer = trainer(packs, tmp_path, steps=3, batch=1)

    longer.run()

    assert longer.step == 3


@pytest.mark.parametrize("change", [{"size": "small"}, {"seed": 5}])
def test_a_folder_of_another_run_is_refused(
    packs: Path, straight: DecoderTrainer, change: dict[str, Any]
) -> None:
    with pytest.raises(CheckpointError, match=r"is of a run with (size tiny|seed 1)"):
        trainer(packs, straight.folder, **change)


def test_a_gradient_that_is_not_finite_ends_the_run_and_saves_nothing(
    packs: Path, tmp_path: Path
) -> None:
    run = trainer(packs, tmp_path)
    with torch.no_grad():
        next(run.model.parameters()).fill_(torch.nan)

    with pytest.raises(InputError, match=r"diverged at step 1: .* lower optimiser"):
        run.run()
    assert not (tmp_path / STATE_NAME).exists()


def test_a_full_disk_is_told_and_the_last_checkpoint_stays(
    packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trainer(packs, tmp_path, steps=1)
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
    packs: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    run = trainer(packs, tmp_path / "file" / "run")

    with pytest.raises(InputError, match="cannot be made"):
        run.run(do_at(1, kill))


def test_a_model_reads_as_many_events_as_its_windows_had(packs: Path, tmp_path: Path) -> None:
    run = trainer(packs, tmp_path, data=ExampleConfig(events=65))

    assert isinstance(run.task, DecoderTask)
    assert run.task.shape.context == 65


def test_a_corpus_too_small_for_splits_is_trained_on_and_validated_with_a_word(
    tmp_path: Path,
) -> None:
    run = trainer(build_packs(tmp_path, n_songs=1), tmp_path / "run", steps=1)

    found = run.run()

    assert "too few songs for a split of their own: all 1 are" in run.task.notices[0]
    assert found["nll/event"] > 0


def test_a_corpus_with_splits_needs_no_word(straight: DecoderTrainer) -> None:
    assert straight.task.notices == []


# ---- rates and decays --------------------------------------------------------------------------


def rates_of(run: DecoderTrainer, at_step: OnStep = lambda _: None) -> dict[int, float]:
    """The rate of each step of a run."""
    rates: dict[int, float] = {}

    def watch(report: Report) -> None:
        rates[report.step] = report.values["rate"]
        at_step(report)

    run.run(watch)
    return rates


def decaying(packs: Path, folder: Path, **changes: Any) -> DecoderTrainer:
    """A run whose decay takes half as long as all before it."""
    optimiser = OptimiserConfig(warm_up=2, decay=0.5)
    return trainer(packs, folder, optimiser=optimiser, checkpoint_minutes=0, **changes)


def test_the_rate_goes_up_stays_and_comes_down_with_the_last_steps(
    packs: Path, tmp_path: Path
) -> None:
    rates = rates_of(decaying(packs, tmp_path, steps=9))

    assert [rates[step] for step in range(1, 10)] == [
        0.5, 1, 1, 1, 1, 1, 1, pytest.approx(2 / 3), pytest.approx(1 / 3),
    ]  # fmt: skip


def test_the_rate_may_come_down_from_the_warm_up_on(packs: Path, tmp_path: Path) -> None:
    optimiser = OptimiserConfig(warm_up=1, decay=4.0)
    rates = rates_of(trainer(packs, tmp_path, optimiser=optimiser, steps=5))

    assert [rates[step] for step in range(1, 6)] == pytest.approx([1, 1, 0.75, 0.5, 0.25])


def test_without_a_decay_the_rate_stays(packs: Path, tmp_path: Path) -> None:
    run = trainer(packs, tmp_path, optimiser=OptimiserConfig(warm_up=0, decay=0))

    assert set(rates_of(run).values()) == {1.0}


def test_a_decay_begins_with_its_file_and_ends_the_run(packs: Path, tmp_path: Path) -> None:
    run = decaying(packs, tmp_path, steps=1000)
    rates = rates_of(run, do_at(4, (tmp_path / DECAY_NAME).touch))

    assert max(rates) == run.last_step == 6
    assert [rates[step] for step in (4, 5, 6)] == [1.0, 1.0, 0.5]
    assert (tmp_path / MODEL_FOLDER).exists()


def test_a_decay_that_is_killed_goes_on_to_the_bit(packs: Path, tmp_path: Path) -> None:
    whole = decaying(packs, tmp_path / "whole", steps=1000)
    whole.run(do_at(4, (tmp_path / "whole" / DECAY_NAME).touch))

    def touch_then_kill(report: Report) -> None:
        if report.step == 4:
            (tmp_path / "killed" / DECAY_NAME).touch()
        if report.step == 6:
            raise Killed

    killed = decaying(packs, tmp_path / "killed", steps=1000)
    with pytest.raises(Killed):
        killed.run(touch_then_kill)
    resumed = decaying(packs, tmp_path / "killed", steps=1000)
    assert resumed.step == 5
    resumed.run()

    assert differences(whole, resumed) == []


def test_a_branch_decays_while_its_run_stays_as_it_is(packs: Path, tmp_path: Path) -> None:
    decaying(packs, tmp_path / "run", steps=4).run()
    before = (tmp_path / "run" / STATE_NAME).read_bytes()

    begin_decay(tmp_path / "run", tmp_path / "branch")
    branch = decaying(packs, tmp_path / "branch", steps=1000)
    branch.run()

    assert branch.step == 6
    assert (tmp_path / "run" / STATE_NAME).read_bytes() == before
    with pytest.raises(InputError, match="no run"):
        begin_decay(tmp_path / "nothing", tmp_path / "other")
