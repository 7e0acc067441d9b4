"""What `build_on_ray` says of a Ray that does not start; Ray itself need not be installed."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from segue.corpus.on_ray import build_on_ray
from segue.errors import InputError
from tests.tunes import tune, write_folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What Ray was asked to start with; a stand-in, which takes too long to start."""
    given: dict[str, Any] = {}

    def init(**wishes: Any) -> None:
        given.update(wishes)
        raise Exception("The current node timed out during startup. This could happen because")

    errors = SimpleNamespace(
        RayError=type("RayError", (Exception,), {}), RayTaskError=type("Task", (Exception,), {})
    )
    ray = SimpleNamespace(
        init=init, is_initialized=lambda: False, shutdown=lambda: None, exceptions=errors
    )
    monkeypatch.setitem(sys.modules, "ray", ray)
    return given


def test_a_cluster_that_does_not_start_is_told_in_a_line(
    asked: dict[str, Any], tmp_path: Path
) -> None:
    songs = write_folder(tmp_path / "songs", {"a.mid": tune(1)})
    with pytest.raises(InputError, match="Ray at local: The current node timed out") as told:
        build_on_ray([songs], tmp_path / "out", "local")
    assert "give the same command again" in str(told.value)


@pytest.mark.parametrize(("address", "dashboard"), [("local", False), ("10.0.0.1:6379", None)])
def test_a_cluster_of_this_machine_has_no_dashboard(
    asked: dict[str, Any], tmp_path: Path, address: str, dashboard: bool | None
) -> None:
    songs = write_folder(tmp_path / "songs", {"a.mid": tune(1)})
    with pytest.raises(InputError):
        build_on_ray([songs], tmp_path / "out", address)
    assert asked.get("include_dashboard") is dashboard
