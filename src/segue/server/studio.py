"""The studio behind its routes: its folders, its model, and what can be done with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from segue.server.actions import (
    CompActions,
    FollowActions,
    NodeActions,
    ProjectActions,
    SuggestionActions,
)
from segue.server.actions.shelf import Shelf
from segue.server.documents import Documents
from segue.server.learning import Learning
from segue.server.midi_port import VirtualPort
from segue.server.model import Composing, Model
from segue.server.models import Models, load_named
from segue.server.novelty import NoveltyReporter, report_of
from segue.server.projects import Projects
from segue.server.suggesting import Suggesting
from segue.server.turns import Turns
from segue.server.watching import WatchFolder

__all__ = ["Settings", "Studio"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a studio is started with."""

    projects: Path
    model: str = "band"
    load: Callable[[], Composing]
    """Loads the model of this name."""
    load_other: Callable[[str], Composing] = load_named
    """Loads another one by its name."""
    watch: Path | None = None
    novelty: NoveltyReporter = field(default=report_of)


class Studio:
    """Everything of the studio behind its routes; call `start` and `close` once each."""

    def __init__(self, settings: Settings) -> None:
        """Open the folders.

        Raises:
            InputError: a folder cannot be made.
        """
        self.folder = Projects(settings.projects)
        self.watch = None if settings.watch is None else WatchFolder(settings.watch)
        self.port = VirtualPort()
        self.model = Model(settings.model, settings.load)
        self.models = Models(self.model, settings.load_other)
        self.suggesting = Suggesting(self.models, settings.novelty)
        self.learning = Learning()
        self.turns = Turns()
        shelf = Shelf(self.folder, Documents(), self.suggesting)
        self.projects = ProjectActions(shelf)
        self.nodes = NodeActions(shelf, self.port)
        self.followed = FollowActions(shelf)
        self.suggestions = SuggestionActions(
            shelf, self.nodes, self.followed, self.models, self.watch
        )
        self.comps = CompActions(shelf, self.nodes, self.watch)

    def start(self) -> None:
        """Load the model and work off the queue, in the background."""
        self.suggesting.start()

    def close(self) -> None:
        """End the queue and close the projects."""
        self.port.close()
        self.learning.close()
        self.suggesting.close()
        self.folder.close()
