"""Settings are checked all at once; the files in configs/ are settings."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from segue.config import from_mapping, read_toml, to_mapping
from segue.errors import ConfigError
from segue.models.decoder_config import DecoderConfig, DecoderSize
from segue.training.config import ExampleConfig, OptimiserConfig, TrainingConfig
from segue.training.run_config import RunConfig

CONFIGS = Path(__file__).parents[3] / "configs"


def test_the_files_are_there() -> None:
    assert {path.stem for path in CONFIGS.glob("*.toml")} >= {"band", "gpu", "fine-tune"}


RUNS = sorted(path for path in CONFIGS.glob("*.toml") if not path.stem.startswith("paper-"))
"""The paper's experiment has a configuration of its own."""


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_each_file_is_a_run(path: Path) -> None:
    assert read_toml(RunConfig, path).training.steps >= 1000


@pytest.mark.parametrize("size", ["tiny", "small", "medium", "base"])
def test_the_size_of_a_configuration_is_found_whatever_its_context(size: DecoderSize) -> None:
    config = replace(DecoderConfig.for_size(size), context=100)

    assert config.size() == size


def test_band_has_every_setting_and_all_but_its_steps_with_their_defaults() -> None:
    text = (CONFIGS / "band.toml").read_text(encoding="utf-8")

    said = tomllib.loads(text)["training"]
    assert said == to_mapping(TrainingConfig()) | {"steps": said["steps"]}
    optional = [name for name in to_mapping(RunConfig()) if name != "training"]
    assert all(f"# {name} = " in text for name in optional)


def test_fine_tune_is_what_from_does_by_itself() -> None:
    run = read_toml(RunConfig, CONFIGS / "fine-tune.toml")

    assert run.training == TrainingConfig.fine_tuning("small")
    assert run.training.optimiser.muon_lr < TrainingConfig().optimiser.muon_lr


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = {"steps": 0, "data": {"events": 3, "tempo": 2.0}, "optimiser": {"decay": -1.0}}

    with pytest.raises(ConfigError) as raised:
        from_mapping(TrainingConfig, wrong, where="run.toml")

    places = ("data.events: must be at least 16, got 3", "data.tempo: ", "optimiser.decay: ")
    assert all(place in str(raised.value) for place in places)


@pytest.mark.parametrize(
    "make",
    [
        lambda: TrainingConfig(batch=0),
        lambda: TrainingConfig(workers=-1),
        lambda: ExampleConfig(continuation=1.5),
        lambda: ExampleConfig(parts=float("nan")),
        lambda: OptimiserConfig(muon_lr=0.0),
        lambda: OptimiserConfig(ema=1.0),
        lambda: OptimiserConfig(clip=float("nan")),
        lambda: OptimiserConfig(decay=float("inf")),
    ],
)
def test_values_out_of_range_are_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ConfigError):
        make()
