"""Settings that cannot be are refused, all at once and by their names."""

from pathlib import Path
from typing import Any

import pytest

from segue.config import from_mapping, read_toml, to_mapping
from segue.errors import ConfigError
from segue.paper.config import ExperimentConfig
from tests.unit.paper.experiments import settings

CONFIGS = Path(__file__).parents[3] / "configs"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"betas": (1.0, -2.0)}, r"betas: must be at least 0, got -2\.0"),
        ({"betas": ()}, "betas: must name one or more"),
        ({"seeds": (1, 1)}, "seeds: must name one or more, each once"),
        ({"training__batch": 0, "training__epochs": 0}, "epochs: .*\nbatch: must be at least 1"),
        ({"training__learning_rate": 0.0}, "learning_rate: must be above 0"),
        ({"training__clip": 0.0}, "clip: must be above 0"),
        ({"training__fid_samples": 1}, "fid_samples: must be at least 2"),
        ({"training__threads": 0}, "threads: must be at least 1"),
        ({"training__checkpoint_minutes": -1.0}, "checkpoint_minutes: must be at least 0"),
        ({"data__songs": 0}, "songs: must be at least 1"),
        ({"data__seed": -1}, "seed: must be at least 0"),
        ({"data__encoding": "octuple"}, 'order: must be "time" for octuples'),
        ({"model__kind": "autoencoder", "betas": (1.0, 2.0)}, "an autoencoder has no KL"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        settings(**changes)


def test_a_configuration_survives_its_mapping() -> None:
    config = settings(betas=(1.0, 20.0), data__songs=7)

    assert from_mapping(ExperimentConfig, to_mapping(config), where="here") == config


@pytest.mark.parametrize("name", ["paper-full", "paper-cpu"])
def test_the_shipped_settings_are_the_paper_s(name: str) -> None:
    config = read_toml(ExperimentConfig, CONFIGS / f"{name}.toml")

    assert config.betas == (1.0, 10.0, 20.0, 40.0, 80.0, 100.0)
    assert config.training.learning_rate == 1e-3
    assert config.training.epochs == 100
    assert config.training.fid_every == 10
    assert config.model.encoder == "gru"
    assert config.model.conditional


def test_the_full_settings_are_the_defaults() -> None:
    assert read_toml(ExperimentConfig, CONFIGS / "paper-full.toml") == ExperimentConfig(
        data=read_toml(ExperimentConfig, CONFIGS / "paper-full.toml").data
    )
