"""Nodes of a project's tree over the wire, and edits of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from segue.generation.bounds import BPM
from segue.generation.window import Region
from segue.server.schemas.asked import Asked, Program, Text, TrackIndex, Words
from segue.server.schemas.music import ChannelEvent, ChordLine, NotesColumns, Novelty, ScoreDetail
from segue.server.schemas.suggestions import BarNumber, KeyName, Metre, Task

__all__ = [
    "BarsOf",
    "ChordsEdit",
    "EditRequest",
    "NewTrack",
    "NodeChange",
    "NodeDetail",
    "NodeKind",
    "NodeMusic",
    "NodeSummary",
    "TimeEdit",
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
    chords: ChordLine
    written_by: str | None = Field(
        description="The model that wrote last in it, NAME@CHECKSUM, as the file says; null where "
        "none did."
    )


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


class ChordsEdit(Asked):
    """Other chords: some are typed, or all are moved, or cleared; one of these."""

    first: BarNumber = Field(0, description="The bar from which on chords are typed.")
    text: Annotated[str, Field(max_length=4000)] | None = Field(
        None,
        description='"Am F C G" is a chord a bar, "Am F | C G/B" has two; empty: no chord begins '
        "in the bar.",
    )
    transpose: Annotated[int, Field(ge=-11, le=11)] | None = Field(
        None, description="Semitones; by 0 chords that were read are written into the file."
    )
    clear: bool = Field(False, description="The file names no chords any more.")


class BarsOf(Asked):
    """The bars [first, last) of a version."""

    first: BarNumber
    last: BarNumber
    node: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="The version; null: the one that is edited."
    )


class TimeEdit(Asked):
    """Another tempo or metre in the bars [first, last); notes stay at their ticks."""

    first: BarNumber = 0
    last: BarNumber | None = Field(None, description="null: to the end.")
    bpm: float | None = Field(
        None, ge=BPM.lowest, le=BPM.highest, allow_inf_nan=False, description="Quarters a minute."
    )
    metre: Metre | None = None


class EditRequest(Asked):
    """An edit: it becomes a node of its own. What it names is done in the order of its fields."""

    label: Annotated[str, Field(min_length=1, max_length=200)]
    tracks: list[TrackEdit] = Field(default_factory=list, max_length=1000)
    new_tracks: list[NewTrack] = Field(default_factory=list, max_length=200)
    chords: ChordsEdit | None = Field(None, description="Written into the file as markers.")
    time: TimeEdit | None = None
    key: KeyName | None = Field(None, description="The key signature, from the beginning on.")
    bars: list[BarsOf] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="The piece is then these bars, one after another, with everything in them.",
    )
    order: list[TrackIndex] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="The tracks in another order: each of the piece once, by its number.",
    )
