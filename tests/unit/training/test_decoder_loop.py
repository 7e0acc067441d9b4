"""A run of the decoder ends in the same bits however often it stopped; a decay ends it."""

from pathlib import Path

import pytest
import torch

from segue.corpus import CorpusStore
from segue.errors import InputError
from segue.models.decoder import Decoder
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_folder import load_decoder
from segue.training.config import OptimiserConfig
from segue.training.decoder_config import DecoderTraining
from segue.training.decoder_loop import (
    DECAY_NAME,
    MODEL_FOLDER,
    DecoderTrainer,
    Report,
    begin_decay,
)
from segue.training.examples import ExampleConfig
from segue.training.packing import Pack, pack_split

SHAPE = DecoderConfig(width=16, layers=1, heads=1, context=64, max_bars=16)


class Killed(Exception):
    """What no handler of ours catches."""


@pytest.fixture(name="packs", scope="module")
def _packs(store: CorpusStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pack]:
    folder = tmp_path_factory.mktemp("packs")
    return {name: pack_split(store, name, folder / name) for name in ("train", "valid")}


def trainer(packs: dict[str, Pack], folder: Path, steps: int = 6) -> DecoderTrainer:
    torch.manual_seed(3)
    config = DecoderTraining(
        size="tiny",
        steps=steps,
        batch=2,
        checkpoint_minutes=0,
        validate_every=3,
        validate_windows=2,
        data=ExampleConfig(events=64),
        optimiser=OptimiserConfig(warm_up=2, decay=0.5),
    )
    return DecoderTrainer(
        config, packs["train"], packs["valid"], folder, start_from=Decoder(SHAPE), accelerator="cpu"
    )


def weights(run: DecoderTrainer) -> dict[str, torch.Tensor]:
    return run.model.state_dict()


def test_a_run_that_was_killed_ends_in_the_same_bits(
    packs: dict[str, Pack], tmp_path: Path
) -> None:
    whole = trainer(packs, tmp_path / "whole")
    whole.run()

    def kill(report: Report) -> None:
        if report.step == 4:
            raise Killed

    killed = trainer(packs, tmp_path / "killed")
    with pytest.raises(Killed):
        killed.run(kill)
    resumed = trainer(packs, tmp_path / "killed")
    assert 0 < resumed.step < 6
    resumed.run()

    assert all(torch.equal(v, weights(whole)[n]) for n, v in weights(resumed).items())
    assert resumed.events == whole.events


def test_a_decay_begins_with_its_file_and_ends_the_run(
    packs: dict[str, Pack], tmp_path: Path
) -> None:
    run = trainer(packs, tmp_path, steps=1000)
    rates = {}

    def watch(report: Report) -> None:
        rates[report.step] = report.values["rate"]
        if report.step == 4:
            (tmp_path / DECAY_NAME).touch()

    found = run.run(watch)

    assert max(rates) == 6
    assert rates[4] == 1.0
    assert rates[5] == 1.0
    assert rates[6] == 0.5
    assert found["nll/event"] > 0
    assert load_decoder(tmp_path / MODEL_FOLDER).config == SHAPE


def test_a_branch_decays_while_its_run_stays_as_it_is(
    packs: dict[str, Pack], tmp_path: Path
) -> None:
    trainer(packs, tmp_path / "run", steps=4).run()
    before = (tmp_path / "run" / "decoder.pt").read_bytes()

    begin_decay(tmp_path / "run", tmp_path / "branch")
    branch = trainer(packs, tmp_path / "branch", steps=1000)
    branch.run()

    assert branch.step == 6
    assert (tmp_path / "run" / "decoder.pt").read_bytes() == before
    with pytest.raises(InputError, match="no run of a decoder"):
        begin_decay(tmp_path / "nothing", tmp_path / "other")
