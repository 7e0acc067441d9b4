"""The model that suggests: loaded once, in the background, when the studio begins.

Loading takes seconds (torch above all), so the page is shown before; whoever asks for a suggestion
in that time waits in the queue until it is there.
"""

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from segue.errors import SegueError

if TYPE_CHECKING:
    from segue.generation.composer import Composer

__all__ = ["Model"]

_LOG: Final = logging.getLogger("segue.server")


class Model:
    """A composer that is there, is being loaded, or cannot be loaded."""

    def __init__(self, name: str, load: Callable[[], "Composer"]) -> None:
        """`load` is called once, in the thread that needs it first."""
        self.name = name
        self._load = load
        self._lock = threading.Lock()
        self._composer: Composer | None = None
        self._problem: str | None = None

    def composer(self) -> "Composer":
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
            return self._composer

    def warm_up(self) -> None:
        """Load it and write one bar, so that the first suggestion finds everything in place."""
        try:
            self.composer().compose(bars=1, takes=1)
        except SegueError as error:
            _LOG.error("the model cannot be loaded: %s", error)

    @property
    def is_ready(self) -> bool:
        """Whether it is loaded."""
        return self._composer is not None

    @property
    def problem(self) -> str | None:
        """Why it could not be loaded."""
        return self._problem

    @property
    def parameters(self) -> int | None:
        """How many it has; None until it is loaded."""
        if self._composer is None:
            return None
        return sum(parameter.numel() for parameter in self._composer.model.parameters())
