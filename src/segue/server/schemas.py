"""What goes over the wire, as pydantic models: the source of OpenAPI and of the page's types.

Ticks are the score's own; bars count from 0, ranges are half open. Every number has its bounds,
every text its length, so that what is out of range is refused before anything is done.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, TypeAdapter, model_validator

from segue.generation.bounds import AMOUNT, BARS, BPM, TAKES, TEMPERATURE
from segue.generation.options import Density, Register
from segue.generation.window import Region
from segue.theory.gm import DRUMS

__all__ = [
    "MAX_TAKES",
    "Bars",
    "ChannelEvent",
    "EditRequest",
    "ErrorAnswer",
    "ErrorDetail",
    "HeardMessages",
    "Metre",
    "NewProject",
    "NodeChange",
    "NodeDetail",
    "NodeMusic",
    "NodeSummary",
    "NotesColumns",
    "Novelty",
    "PlayRequest",
    "Project",
    "ProjectChange",
    "ProjectSummary",
    "Region",
    "ScoreDetail",
    "Suggestion",
    "SuggestionRequest",
    "TakeDetail",
    "TakeName",
    "Task",
    "Tempo",
    "TrackDetail",
    "region_of",
]

MAX_TAKES = 8  # of the studio, where each is a card and a roll
_MAX_MIDI_TICK = 2**28 - 1  # the longest gap that a MIDI file can hold
_MAX_COLUMN = 200_000
_MAX_DEPTH = 16
"""Of what a client sends: the deepest request has 5 levels."""

Text = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=10_000)]
BarNumber = Annotated[int, Field(ge=0, le=1_000_000)]
TrackIndex = Annotated[int, Field(ge=0, le=65_535)]
Program = Annotated[int, Field(ge=0, le=127)]
Tick = Annotated[int, Field(ge=0, le=_MAX_MIDI_TICK)]

Task = Literal["continue", "infill", "vary", "redo", "compose"]
NodeKind = Literal["root", "continue", "infill", "vary", "redo", "compose", "edit"]
State = Literal["queued", "running", "done", "cancelled", "failed"]


def _with_whole_numbers(data: Any, depth: int = 0) -> Any:
    """JSON has one kind of number: 3.0 is as whole as 3."""
    if depth > _MAX_DEPTH:
        raise ValueError(f"nested more than {_MAX_DEPTH} levels deep")
    if isinstance(data, float) and data.is_integer():
        return int(data)
    if isinstance(data, list):
        return [_with_whole_numbers(value, depth + 1) for value in data]
    if isinstance(data, dict):
        return {key: _with_whole_numbers(value, depth + 1) for key, value in data.items()}
    return data


class _Asked(BaseModel):
    """What a client sends: unknown keys are errors, and so is "1" or true for a number."""

    model_config = ConfigDict(extra="forbid", strict=True, serialize_by_alias=True)

    @model_validator(mode="before")
    @classmethod
    def _take_whole_numbers(cls, data: Any) -> Any:
        return _with_whole_numbers(data)


class ErrorDetail(BaseModel):
    """One error."""

    code: str = Field(description="For programs: a word that stays the same.")
    message: str = Field(description="For people: what is wrong, and the way out.")
    field: str | None = Field(description="The part of the request that is wrong.")


class ErrorAnswer(BaseModel):
    """The body of every answer with a status of 400 or more."""

    error: ErrorDetail


class NotesColumns(BaseModel):
    """Notes as four columns of one length, sorted by onset."""

    onset: list[Tick] = Field(max_length=_MAX_COLUMN)
    duration: list[Annotated[int, Field(ge=1, le=_MAX_MIDI_TICK)]] = Field(max_length=_MAX_COLUMN)
    pitch: list[Annotated[int, Field(ge=0, le=127)]] = Field(max_length=_MAX_COLUMN)
    velocity: list[Annotated[int, Field(ge=1, le=127)]] = Field(max_length=_MAX_COLUMN)


class AnswerNotes(BaseModel):
    """Notes as four columns of one length, sorted by onset; from a file, so of any size."""

    onset: list[int]
    duration: list[int]
    pitch: list[int]
    velocity: list[int]


class TrackDetail(BaseModel):
    """One line of music."""

    name: str
    program: int = Field(description="0 to 127; for drums the kit.")
    is_drum: bool
    channel: int = Field(description="0 to 15, plus 16 for each port after the first.")
    instrument: str = Field(description="What a musician calls it.")
    notes: AnswerNotes


class Tempo(BaseModel):
    """A tempo from a tick on."""

    tick: int
    us_per_quarter: int


class Metre(BaseModel):
    """A metre from a tick on."""

    tick: int
    numerator: int
    denominator: int


class Bars(BaseModel):
    """Time as takes have it: it differs from the node's where a tempo comes back, or goes on."""

    tempos: list[Tempo]
    metres: list[Metre]
    bars: list[int] = Field(description="Bar lines in ticks, one more than there are bars.")


ChannelEvent = Annotated[
    tuple[int, int, int, int, int], Field(description="[tick, channel, status, data1, data2]")
]


class ScoreDetail(Bars):
    """A piece."""

    ticks_per_quarter: int
    tracks: list[TrackDetail]
    key: str | None = Field(description='The likeliest key, "F# minor"; null without tones.')
    name: str


_REGION: Final = TypeAdapter(Region)


def region_of(kept: dict[str, Any]) -> Region:
    """The region that a project's file holds as JSON."""
    return _REGION.validate_python(kept)


class Novelty(BaseModel):
    """The longest passage that a take shares with the music that the model learned from."""

    longest_notes: int
    longest_quarters: float
    share: float
    deserves_attention: bool = Field(
        default=False, description="Longer than almost all new real music of this size has."
    )
    words: str = Field(description="The same in one sentence.")


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


class TakeDetail(Bars):
    """A suggestion's take: what is new in it."""

    number: int
    rank: int = Field(description="1 is the best of those that are there.")
    label: str
    score_tracks: list[TrackDetail] = Field(
        description="Only what is new; the first line up with the node's, further ones are new."
    )
    n_notes: int
    key: str | None = Field(description="The key of what is new; null where it is not sure.")
    resets: list[ChannelEvent] = Field(
        description="What the kept file has at the join, before the controllers of that tick, so "
        "that pedals, bends and a fade-out end with the ending."
    )
    novelty: Novelty | None
    log_probability: float
    provenance: dict[str, Any]


class SuggestionOptions(_Asked):
    """How takes are drawn."""

    temperature: float | None = Field(
        None, ge=TEMPERATURE.lowest, le=TEMPERATURE.highest, allow_inf_nan=False
    )
    density: Density | None = None
    register_: Register | None = Field(None, alias="register")  # `BaseModel.register` is taken
    instruments: list[Annotated[int, Field(ge=0, le=DRUMS)]] | None = Field(
        None, min_length=1, max_length=129, description="Programs that may play; 128 is the drums."
    )
    new_instruments: bool = False
    key: str | None = Field(
        None,
        pattern=r"^[A-Ga-g][#b]?( ?(m|min|minor|maj|major))?$",
        description='Like "C", "F# minor", "Bbm".',
    )


class SuggestionRequest(_Asked):
    """What is asked of a node."""

    task: Task
    bars: int | None = Field(
        None, ge=BARS.lowest, le=BARS.highest, description="How many new ones: continue, compose."
    )
    first: BarNumber | None = None
    last: BarNumber | None = None
    tracks: list[TrackIndex] | None = Field(None, min_length=1, max_length=1000)
    amount: float | None = Field(
        None,
        ge=AMOUNT.lowest,
        le=AMOUNT.highest,
        allow_inf_nan=False,
        description="vary: 0 is near to what is there.",
    )
    takes: int = Field(TAKES.default, ge=TAKES.lowest, le=MAX_TAKES)
    seed: int | None = Field(None, ge=0, le=2**53 - 1, description="By default a new one.")
    options: SuggestionOptions = Field(default_factory=lambda: SuggestionOptions.model_validate({}))
    bpm: float | None = Field(
        None, ge=BPM.lowest, le=BPM.highest, allow_inf_nan=False, description="compose"
    )
    metre: (
        Annotated[
            tuple[Annotated[int, Field(ge=1, le=32)], Literal[1, 2, 4, 8, 16, 32]],
            Strict(False),  # JSON has lists only
        ]
        | None
    ) = Field(None, description="compose")


class Suggestion(BaseModel):
    """A question to the model, and what came of it."""

    id: str
    node: int
    task: Task
    state: State
    position: int | None = Field(
        description="1 more than there are before it, one being written included; null unless "
        "queued."
    )
    asked: SuggestionRequest
    region: Region
    takes: list[TakeDetail]
    message: str | None


class ProjectSummary(BaseModel):
    """A project in the list."""

    id: str
    name: str
    created: str
    changed: str
    n_nodes: int
    problem: str | None = Field(description="Why the file cannot be opened; null if it can.")


class Project(BaseModel):
    """A project: its tree, without the music."""

    id: str
    name: str
    created: str
    changed: str
    current: int
    nodes: list[NodeSummary]
    suggestions: list[Suggestion] = Field(description="The newest of all nodes, the latest first.")


class NewProject(_Asked):
    """A project to make: from an example, or an empty one."""

    name: Text | None = None
    example: Literal["band", "quartet", "chiptune"] | None = None


class ProjectChange(_Asked):
    """What of a project changes; what is left out stays."""

    name: Text | None = Field(None, min_length=1)
    current: int | None = Field(None, ge=1, le=2**53 - 1)


class NodeChange(_Asked):
    """What of a node changes; what is left out stays. An empty name takes the name away."""

    name: Text | None = None
    starred: bool | None = None
    note: Words | None = None


class TrackEdit(_Asked):
    """Changes to a track; what is left out stays."""

    index: TrackIndex
    notes: NotesColumns | None = None
    program: Program | None = None
    name: Text | None = None


class NewTrack(_Asked):
    """A track to add."""

    name: Text = ""
    program: Program = 0
    is_drum: bool = False
    notes: NotesColumns


class EditRequest(_Asked):
    """An edit: it becomes a node of its own."""

    label: Annotated[str, Field(min_length=1, max_length=200)]
    tracks: list[TrackEdit] = Field(default_factory=list, max_length=1000)
    new_tracks: list[NewTrack] = Field(default_factory=list, max_length=200)


class PlayRequest(_Asked):
    """From where a piece is played."""

    from_tick: Tick = 0


ChannelMessage = tuple[
    Annotated[float, Field(ge=0, le=2**53, allow_inf_nan=False)],
    Annotated[int, Field(ge=0x80, le=0xEF)],
    Annotated[int, Field(ge=0, le=127)],
    Annotated[int, Field(ge=0, le=127)],
]


class HeardMessages(_Asked):
    """What the page is about to play; times are in ms by the page's own clock."""

    sent_ms: float = Field(ge=0, le=2**53, allow_inf_nan=False, description="When this is sent.")
    messages: list[Annotated[ChannelMessage, Strict(False)]] = Field(
        max_length=20_000, description="[when in ms, status, data1, data2]"
    )


class TakeName(_Asked):
    """What an accepted take is to be called."""

    name: Text | None = None
