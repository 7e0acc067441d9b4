"""A suggestion from the question to its end, and what its clients are told of it."""

import threading
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from segue.generation.take import Take
from segue.generation.window import Region
from segue.score import Score
from segue.server.events import EventLog
from segue.server.project_file import ProjectFile
from segue.server.schemas.music import Bars, ChannelEvent, TrackDetail
from segue.server.schemas.suggestions import State, Suggestion, TakeDetail
from segue.server.tasks import Commission

__all__ = ["BarEvent", "EndedEvent", "QueuedEvent", "Running", "StartedEvent"]


class QueuedEvent(BaseModel):
    """Waiting; 1 is the next to run, with nothing being written now."""

    position: int


class StartedEvent(Bars):
    """Being written, with the time that the takes will have."""

    region: Region
    takes: int
    resets: list[ChannelEvent] = Field(description="As of a finished take, on all channels.")


class BarEvent(BaseModel):
    """A bar of a take is complete; these are its notes."""

    take: int
    bar: int
    bars_done: int
    bars: int
    tracks: list[TrackDetail]


class EndedEvent(BaseModel):
    """Cancelled, or failed, and why."""

    message: str


@dataclass
class Running:
    """A suggestion from the question to its end."""

    id: str
    number: int
    project: str
    file: ProjectFile
    node: int
    commission: Commission
    state: State = "queued"
    position: int | None = None
    message: str | None = None
    takes: list[Take] = field(default_factory=list)
    told: dict[int, list[Score]] = field(default_factory=dict)
    """The complete bars of each take, as they were told."""
    details: list[TakeDetail] = field(default_factory=list)
    log: EventLog = field(default_factory=EventLog)
    cancelled: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    ending: threading.Lock = field(default_factory=threading.Lock)
    """Held while it is brought to its end, and while a take is stored."""

    @property
    def region(self) -> Region:
        """The bars that are written."""
        return self.commission.region

    def detail(self) -> Suggestion:
        """In the form of the API."""
        return Suggestion(
            id=self.id,
            node=self.node,
            task=self.commission.asked.task,
            state=self.state,
            position=self.position,
            asked=self.commission.asked,
            region=self.region,
            takes=list(self.details),
            message=self.message,
        )
