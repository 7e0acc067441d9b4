"""The model that suggests: loaded once, in the background, when the studio begins.

Loading takes half a second, so the page is shown before; whoever asks for a suggestion
in that time waits in the queue until it is there.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from segue.errors import SegueError
from segue.generation.following import Following
from segue.generation.piece import Prompt
from segue.generation.request import Compose, Request
from segue.generation.take import Take

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


class Model:
    """A composer that is there, is being loaded, or cannot be loaded."""

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

        Whatever goes wrong is logged and told as the model's problem; nothing is raised.
        """
        try:
            self.composer().write(Compose(bars=1, takes=1))
        except SegueError as error:
            self._problem = str(error)
            _LOG.error("the model cannot be used: %s", error, exc_info=error.__cause__)
        except BaseException:  # noqa: BLE001 - a defect of the model must not end the studio's writer
            self._problem = _DEFECT
            _LOG.exception("the model cannot write")

    def has_written(self) -> None:
        """It wrote a suggestion, whatever went wrong before."""
        self._problem = None

    @property
    def is_ready(self) -> bool:
        """Whether it is loaded, and nothing is known that speaks against it."""
        return self._composer is not None and self._problem is None

    @property
    def problem(self) -> str | None:
        """Why it could not be loaded, or could not write when it was tried."""
        return self._problem

    @property
    def parameters(self) -> int | None:
        """How many it has; None until it is loaded."""
        return None if self._composer is None else self._composer.n_parameters
