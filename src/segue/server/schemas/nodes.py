"""Nodes of a project's tree over the wire, and edits of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from segue.generation.window import Region
from segue.server.schemas.asked import Asked, Program, Text, TrackIndex, Words
from segue.server.schemas.music import ChannelEvent, NotesColumns, Novelty, ScoreDetail
from segue.server.schemas.suggestions import Task

__all__ = [
    "EditRequest",
    "NewTrack",
    "NodeChange",
    "NodeDetail",
    "NodeKind",
    "NodeMusic",
    "NodeSummary",
    "TrackEdit",
]

NodeKind = Literal["root", Task, "comp", "edit"]


class NodeSummary(BaseModel):
    """A node of the tree without its music."""

    id: int
    parent: int | None
    kind: NodeKind
    label: str
    name: str | None
    starred: bool
    note: str
    created: str = Field(description="ISO 8601, UTC.")
    region: Region | None
    n_bars: int
    n_notes: int
    novelty: Novelty | None


class NodeMusic(BaseModel):
    """The music of a node, which never changes."""

    score: ScoreDetail
    controllers: list[ChannelEvent] = Field(description="Every channel message but notes.")
    warnings: list[str]


class NodeDetail(NodeMusic, NodeSummary):
    """A node with its music."""


class NodeChange(Asked):
    """What of a node changes; what is left out stays. An empty name takes the name away."""

    name: Text | None = None
    starred: bool | None = None
    note: Words | None = None


class TrackEdit(Asked):
    """Changes to a track; what is left out stays."""

    index: TrackIndex
    notes: NotesColumns | None = None
    program: Program | None = None
    name: Text | None = None


class NewTrack(Asked):
    """A track to add."""

    name: Text = ""
    program: Program = 0
    is_drum: bool = False
    notes: NotesColumns


class EditRequest(Asked):
    """An edit: it becomes a node of its own."""

    label: Annotated[str, Field(min_length=1, max_length=200)]
    tracks: list[TrackEdit] = Field(default_factory=list, max_length=1000)
    new_tracks: list[NewTrack] = Field(default_factory=list, max_length=200)
