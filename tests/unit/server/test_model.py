"""A model that cannot be loaded or cannot write: it is told, and nothing waits for ever."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from segue.errors import CheckpointError
from segue.generation.following import Following
from segue.generation.piece import Prompt
from segue.generation.request import Compose, Request
from segue.generation.take import Take
from segue.server.model import Composing
from tests.plain_composer import PlainComposer
from tests.studios import Client, running


class Broken(PlainComposer):
    """Fails at what comes from nothing, as its warm-up does."""

    error: BaseException = RuntimeError("a NaN was drawn")

    def write(
        self, request: Request, *prompts: Prompt, following: Following | None = None
    ) -> list[Take]:
        if isinstance(request, Compose):
            raise self.error
        return super().write(request, *prompts, following=following)


def failing(error: BaseException) -> Callable[[], Composing]:
    def load() -> Composing:
        raise error

    return load


def broken(error: BaseException) -> Callable[[], Composing]:
    composer = Broken()
    composer.error = error
    composer.go.set()
    return lambda: composer


def warmed_up(studio: Client) -> dict[str, Any]:
    studio.studio.suggesting.make_ready()
    for _ in range(1000):
        model: dict[str, Any] = studio.get("/info")["model"]
        if model["ready"] or model["problem"]:
            return model
    raise AssertionError("the model is not spoken of")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (CheckpointError("model.toml: is damaged"), "model.toml: is damaged"),
        (RuntimeError("size mismatch"), "defect"),
        (MemoryError(), "defect"),
        (ImportError("libtorch.so"), "defect"),
    ],
)
def test_a_model_that_cannot_be_loaded_fails_what_is_asked(
    tmp_path: Path, error: BaseException, words: str
) -> None:
    with running(tmp_path, load=failing(error)) as studio:
        model = warmed_up(studio)
        assert not model["ready"]
        assert words in model["problem"]
        project = studio.post("/projects", {"example": "band"})["id"]
        for _ in range(2):
            found = studio.ended(studio.ask(project))
            assert found["state"] == "failed"
            assert words in found["message"]


@pytest.mark.parametrize("error", [RuntimeError("NaN"), MemoryError(), SystemExit(3)])
def test_a_warm_up_that_fails_leaves_the_writer_at_work(
    tmp_path: Path, error: BaseException
) -> None:
    with running(tmp_path, load=broken(error)) as studio:
        model = warmed_up(studio)
        assert not model["ready"]
        assert "defect" in model["problem"]
        project = studio.post("/projects", {"example": "band"})["id"]
        assert studio.ended(studio.ask(project))["state"] == "done"
        model = studio.get("/info")["model"]
        assert model["ready"]
        assert model["problem"] is None


def test_a_failure_that_cannot_be_told_does_not_end_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(tmp_path) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        suggesting = studio.studio.suggesting
        end = suggesting._end

        def fail(*_: Any) -> None:
            monkeypatch.setattr(suggesting, "_end", end)
            raise OSError("the disk is gone")

        monkeypatch.setattr(suggesting, "_attempt", fail)
        studio.ask(project)
        monkeypatch.undo()
        assert studio.ended(studio.ask(project))["state"] == "done"
