"""The models that may write: the studio's own, those that are shipped, and those of own music."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from segue.errors import CheckpointError
from segue.models.folder import (
    REPORT_FOLDER,
    model_folder,
    personal_models,
    read_card,
    shipped_models,
)
from segue.server.model import Composing, Model
from segue.server.problems import Problem
from segue.server.schemas.learning import ModelChoice

__all__ = ["Models", "load_named", "report_folder_of"]

_MOST_LOADED: Final = 3
"""Models beside the studio's own that stay loaded: some 50 MB each."""


def load_named(name: str) -> Composing:
    """Load a model by its name.

    Raises:
        CheckpointError: there is none, or it is damaged.
    """
    from segue.generation.composer import load

    return load(name)


class Models:
    """The models by their names; each is loaded when it is first asked to write."""

    def __init__(self, default: Model, load: Callable[[str], Composing]) -> None:
        self.default, self._load = default, load
        self._others: OrderedDict[str, Model] = OrderedDict()
        self._lock = threading.Lock()

    def choices(self) -> list[ModelChoice]:
        """All that may be chosen, the studio's own first."""
        first = self.default.name
        shipped = [name for name in shipped_models() if name != first]
        personal = [name for name in personal_models() if name not in (first, *shipped)]
        return [
            ModelChoice(name=first, is_personal=False, words="the studio's own model"),
            *(ModelChoice(name=n, is_personal=False, words="comes with Segue") for n in shipped),
            *(ModelChoice(name=n, is_personal=True, words=_words_of(n)) for n in personal),
        ]

    def get(self, name: str | None) -> Model:
        """A model by its name; the studio's own where none is named.

        Raises:
            Problem: 404, there is none.
        """
        if name is None or name == self.default.name:
            return self.default
        with self._lock:
            if name not in (*shipped_models(), *personal_models()):
                self._others.pop(name, None)
                raise Problem.missing(f"model {name!r}")
            model = self._others.pop(name, None) or Model(name, lambda: self._load(name))
            self._others[name] = model
            while len(self._others) > _MOST_LOADED:
                self._others.popitem(last=False)
            return model


def report_folder_of(name: str) -> Path:
    """The folder of a personal model's report.

    Raises:
        Problem: 404, there is no such model.
    """
    if name not in personal_models():
        raise Problem.missing(f"model {name!r} of your own music")
    return model_folder(name) / REPORT_FOLDER


def _words_of(name: str) -> str:
    """What a personal model is, by its card."""
    with suppress(CheckpointError):
        card = read_card(model_folder(name))
        corpus = card.get("corpus")
        songs = corpus.get("songs") if isinstance(corpus, dict) else None
        if isinstance(songs, int):
            return f"learned from {songs} songs"
    return "learned from a folder"
