"""A state comes back as it was, and what is no state of this run is refused."""

from pathlib import Path
from typing import Any

import pytest
import torch

from segue.errors import CheckpointError, InputError
from segue.training.config import ExampleConfig
from segue.training.state import STATE_NAME, read_state, write_state
from tests.unit.training.corpora import settings

CPU = torch.device("cpu")
STATE: dict[str, Any] = {
    "model": {"weight": torch.arange(3.0)},
    "optimisers": [],
    "average": {},
    "step": 5,
    "seconds": 1.5,
    "events": 7.0,
    "decay_from": None,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_state(tmp_path / STATE_NAME, settings(), STATE)
    return tmp_path / STATE_NAME


def test_a_state_comes_back(path: Path) -> None:
    state = read_state(path, settings(), device=CPU)

    assert state is not None
    assert {name: state[name] for name in ("step", "seconds", "events", "decay_from")} == {
        name: STATE[name] for name in ("step", "seconds", "events", "decay_from")
    }
    assert torch.equal(state["model"]["weight"], STATE["model"]["weight"])


def test_no_file_is_no_state(tmp_path: Path) -> None:
    assert read_state(tmp_path / "no" / STATE_NAME, settings(), device=CPU) is None


def test_how_long_and_how_fast_may_change(path: Path) -> None:
    other = settings(steps=99, batch=9, data=ExampleConfig(events=128), precision="32-true")

    assert read_state(path, other, device=CPU) is not None


@pytest.mark.parametrize(
    ("change", "told"), [({"size": "base"}, "size tiny .now base"), ({"seed": 3}, "seed 1 .now 3")]
)
def test_another_run_is_refused(path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(CheckpointError, match=told):
        read_state(path, settings(**change), device=CPU)


@pytest.mark.parametrize("kept", [0, 10, -100])
def test_a_damaged_file_is_refused(path: Path, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(CheckpointError, match=r"cannot be read .* move it away"):
        read_state(path, settings(), device=CPU)


def test_a_file_with_code_in_it_is_refused(path: Path) -> None:
    torch.save({"model": Path("/")}, path)

    with pytest.raises(CheckpointError, match="cannot be read"):
        read_state(path, settings(), device=CPU)


@pytest.mark.parametrize("content", [{"step": 3}, [1, 2]])
def test_a_file_that_is_no_state_is_refused(path: Path, content: object) -> None:
    torch.save(content, path)

    with pytest.raises(CheckpointError, match=r"lacks|format version None"):
        read_state(path, settings(), device=CPU)


def test_another_version_is_refused(path: Path) -> None:
    torch.save({"format_version": 99}, path)

    with pytest.raises(CheckpointError, match="format version 99, this Segue reads 2"):
        read_state(path, settings(), device=CPU)


def test_a_run_of_the_first_models_is_refused_with_a_way_out(path: Path) -> None:
    state = torch.load(path, weights_only=True)
    del state["format_version"]
    torch.save(state | {"beta": 0.1}, path)

    with pytest.raises(CheckpointError, match=r"version 1, .* give another folder"):
        read_state(path, settings(), device=CPU)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        write_state(tmp_path / "no" / STATE_NAME, settings(), STATE)


@pytest.mark.parametrize(
    "change",
    [
        {"config": "{"},
        {"config": "[" * 100_000},
        {"config": "[]"},
        {"config": None},
        {"step": "five"},
        {"step": 1.5},
        {"step": -1},
        {"events": None},
        {"decay_from": "soon"},
        {"decay_from": -2},
    ],
)
def test_a_state_of_wrong_values_is_refused(path: Path, change: dict[str, Any]) -> None:
    torch.save(torch.load(path, weights_only=True) | change, path)
    with pytest.raises(CheckpointError, match="is damaged"):
        read_state(path, settings(), device=CPU)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / STATE_NAME).mkdir()
    with pytest.raises(CheckpointError, match="is not a file"):
        read_state(tmp_path / STATE_NAME, settings(), device=CPU)
