"""The model that suggests: loaded once, in the background, when the studio starts.

Loading takes half a second, so the page is shown first; suggestions that are asked for in that time
wait in the queue until the model is loaded.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from segue.errors import SegueError
from segue.generation.following import Following
from segue.generation.piece import Prompt
from segue.generation.request import Compose, Request
from segue.generation.take import Take
from segue.score import Score

__all__ = ["Composing", "Model"]

_LOG: Final = logging.getLogger("segue.server")
_DEFECT: Final = (
    "the model cannot be used, by a defect of Segue or of the model: what happened is in the "
    "terminal where the studio runs"
)


class Composing(Protocol):
    """What the studio asks of a model: `segue.generation.composer.Composer` is one."""

    @property
    def n_parameters(self) -> int:
        """How large it is."""
        ...

    def write(
        self, request: Request, *prompts: Prompt, following: Following | None = None
    ) -> list[Take]:
        """The takes that a request asks for."""
        ...

    def stopped(
        self, request: Request, *prompts: Prompt, number: int, told: Sequence[Score]
    ) -> Take:
        """The complete bars of a take that was not finished, as they were told."""
        ...


class Model:
    """A composer that is loaded, is being loaded, or cannot be loaded."""

    def __init__(self, name: str, load: Callable[[], Composing]) -> None:
        """`load` is called once, in the thread that needs it first."""
        self.name = name
        self._load = load
        self._lock = threading.Lock()
        self._composer: Composing | None = None
        self._problem: str | None = None

    def composer(self) -> Composing:
        """The composer; loads it if it is not there yet.

        Raises:
            SegueError: it cannot be loaded.
        """
        with self._lock:
            if self._composer is None:
                try:
                    self._composer = self._load()
                except SegueError as error:
                    self._problem = str(error)
                    raise
                except Exception as error:
                    self._problem = _DEFECT
                    raise SegueError(_DEFECT) from error
            return self._composer

    def warm_up(self) -> None:
        """Load it and write one bar, so that the first suggestion finds everything in place.

        Whatever goes wrong is logged and becomes the model's problem; nothing is raised.
        """
        try:
            self.composer().write(Compose(bars=1, takes=1))
        except SegueError as error:
            self._problem = str(error)
            _LOG.error("the model cannot be used: %s", error, exc_info=error.__cause__)
        except BaseException:  # noqa: BLE001 - a defect of the model must not end the writer
            self._problem = _DEFECT
            _LOG.exception("the model cannot write")

    def has_written(self) -> None:
        """The model wrote a suggestion: forget what went wrong before."""
        self._problem = None

    @property
    def is_ready(self) -> bool:
        """Whether it is loaded and no problem is known."""
        return self._composer is not None and self._problem is None

    @property
    def problem(self) -> str | None:
        """Why it could not be loaded, or could not write when it was tried."""
        return self._problem

    @property
    def parameters(self) -> int | None:
        """How many it has; None until it is loaded."""
        return None if self._composer is None else self._composer.n_parameters
