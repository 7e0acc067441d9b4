"""Settings are checked all at once; the files in configs/ are settings."""

import tomllib
from pathlib import Path

import pytest

from segue.config import from_mapping, read_toml, to_mapping
from segue.errors import ConfigError
from segue.models.segue_vae import Learns
from segue.training.config import (
    DataConfig,
    ObjectiveConfig,
    OptimiserConfig,
    TrainingConfig,
)
from segue.training.decoder_config import DecoderTraining
from segue.training.run_config import RunConfig

CONFIGS = Path(__file__).parents[3] / "configs"


def test_the_files_are_there() -> None:
    assert {path.stem for path in CONFIGS.glob("*.toml")} >= {"tiny", "small", "base", "fine-tune"}


RUNS = sorted(path for path in CONFIGS.glob("*.toml") if not path.stem.startswith("paper-"))
"""The paper's experiment has a configuration of its own."""


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
def test_each_file_is_a_run(path: Path) -> None:
    run = read_toml(RunConfig, path)

    if path.stem in ("tiny", "small", "base"):
        assert run.training.size == path.stem


def test_small_has_every_setting_with_its_default() -> None:
    text = (CONFIGS / "small.toml").read_text(encoding="utf-8")

    assert tomllib.loads(text)["training"] == to_mapping(TrainingConfig())
    optional = [name for name in to_mapping(RunConfig()) if name not in ("training", "decoder")]
    assert all(f"# {name} = " in text for name in optional)


def test_the_decoder_s_file_has_every_setting() -> None:
    text = (CONFIGS / "decoder.toml").read_text(encoding="utf-8")

    told, known = tomllib.loads(text)["decoder"], to_mapping(DecoderTraining())
    assert told.keys() == known.keys()
    assert told["data"] == known["data"]
    assert told["optimiser"].keys() == known["optimiser"].keys()  # type: ignore[attr-defined]


def test_fine_tune_is_what_from_does_by_itself() -> None:
    run = read_toml(RunConfig, CONFIGS / "fine-tune.toml")

    assert run.training == TrainingConfig.fine_tuning("small")


@pytest.mark.parametrize("design", ["no-latents", "plain"])
def test_a_rung_trains_as_band_does_in_all_but_its_design(design: str) -> None:
    band, rung = (
        to_mapping(read_toml(RunConfig, CONFIGS / f"{name}.toml").training)
        for name in ("band", design)
    )

    assert {key for key in band if band[key] != rung[key]} == {"design", "data", "objective"}
    data = rung["data"]
    assert isinstance(data, dict)
    assert band["data"] == {**data, "latents": 0.6}


def test_a_model_without_latents_is_given_none() -> None:
    with pytest.raises(ConfigError, match=r"data\.latents: must be 0 in the design plain"):
        TrainingConfig(design="plain")
    rung = TrainingConfig(design="plain", data=DataConfig(latents=0.0))
    assert {rung.learns(step) for step in range(rung.steps)} == {Learns.DECODER}
    assert TrainingConfig.fine_tuning("tiny", "plain").data.latents == 0


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = {"steps": 0, "data": {"events": 3, "latents": 2.0}, "optimiser": {"decay": -1.0}}

    with pytest.raises(ConfigError) as told:
        from_mapping(TrainingConfig, wrong, where="run.toml")

    places = ("data.events: must be at least 16, got 3", "data.latents: ", "optimiser.decay: ")
    assert all(place in str(told.value) for place in places)


def test_a_short_run_has_time_for_the_decoder() -> None:
    objective = ObjectiveConfig(sketch_steps=400)

    assert TrainingConfig(steps=10_000, objective=objective).sketch_steps == 400
    assert TrainingConfig(steps=100, objective=objective).sketch_steps == 50


@pytest.mark.parametrize(
    "make",
    [
        lambda: TrainingConfig(batch=0),
        lambda: TrainingConfig(workers=-1),
        lambda: DataConfig(continuation=1.5),
        lambda: OptimiserConfig(muon_lr=0.0),
        lambda: OptimiserConfig(ema=1.0),
        lambda: OptimiserConfig(clip=float("nan")),
    ],
)
def test_values_out_of_range_are_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ConfigError):
        make()
