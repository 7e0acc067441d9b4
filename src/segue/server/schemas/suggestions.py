"""Suggestions over the wire: what is asked, and the takes that come of it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, Strict

from segue.generation.bounds import ADDED, AMOUNT, BARS, BPM, TAKES, TEMPERATURE
from segue.generation.options import Density, Register
from segue.generation.window import Region
from segue.server.schemas.asked import Asked, Text, TrackIndex
from segue.server.schemas.followed import PieceToFollow
from segue.server.schemas.music import Bars, ChannelEvent, Novelty, SectionMark, TrackDetail
from segue.theory.gm import DRUMS

__all__ = [
    "MAX_TAKES",
    "BarNumber",
    "KeyName",
    "Metre",
    "State",
    "Suggestion",
    "SuggestionName",
    "SuggestionOptions",
    "SuggestionRequest",
    "TakeDetail",
    "TakeName",
    "TakeNumber",
    "TakeOf",
    "Task",
]

MAX_TAKES = 8  # of the studio, where each is a card and a roll
BarNumber = Annotated[int, Field(ge=0, le=1_000_000)]
KeyName = Annotated[str, Field(pattern=r"^[A-Ga-g][#b]?( ?(m|min|minor|maj|major))?$")]
Metre = Annotated[
    tuple[Annotated[int, Field(ge=1, le=32)], Literal[1, 2, 4, 8, 16, 32]],
    Strict(False),  # JSON has lists only
]
TakeNumber = Annotated[int, Field(ge=1, le=64)]
SuggestionName = Annotated[str, Field(min_length=1, max_length=140)]
Task = Literal[
    "continue", "insert", "infill", "morph", "vary", "redo", "accompany", "arrange", "compose"
]
State = Literal["queued", "running", "done", "cancelled", "failed"]


class TakeDetail(Bars):
    """A suggestion's take: what is new in it."""

    number: int
    rank: int = Field(description="1 is the best of those that are there.")
    label: str
    score_tracks: list[TrackDetail] = Field(
        description="Only what is new; the first line up with the node's, further ones are new."
    )
    n_notes: int
    sections: list[SectionMark] = Field(
        default_factory=list, description="Those that it adds: arrange."
    )
    key: str | None = Field(description="The key of what is new; null where it is not sure.")
    resets: list[ChannelEvent] = Field(
        description="What the kept file has beside the version's own messages: at the join, so "
        "that pedals, bends and a fade-out end with the ending, and in new bars, where parts go on "
        "with their expression. Before the controllers of a tick."
    )
    novelty: Novelty | None
    log_probability: float | None = Field(description="null of a take that was stopped.")
    provenance: dict[str, Any]
    bars_done: int | None = Field(
        None,
        description="Of a take that was stopped: how many of its bars are complete; they can be "
        "accepted. null of a complete take.",
    )


class SuggestionOptions(Asked):
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
    expression: bool = Field(
        True, description="Whether parts go on with their pedals, controllers and bends."
    )
    repeats: bool = Field(
        True, description="Whether bars of the piece may come back in new ones: infill, continue."
    )
    key: KeyName | None = Field(None, description='Like "C", "F# minor", "Bbm".')
    chords: str | None = Field(
        None,
        max_length=4000,
        description='Of the new bars: "Am F C G" is a chord a bar, "Am F | C G/B" has two; of '
        "arrange: of each section that is not the loop's.",
    )


class TakeOf(Asked):
    """A take of a suggestion."""

    suggestion: SuggestionName
    take: TakeNumber
    task: Task | None = Field(
        None, description="What the take itself, or the first in a row of such, was: answers only."
    )


class SuggestionRequest(Asked):
    """What is asked of a node."""

    task: Task
    bars: int | None = Field(
        None,
        ge=BARS.lowest,
        le=BARS.highest,
        description="How many new ones: continue, insert, compose; of each section: arrange.",
    )
    first: BarNumber | None = Field(
        None,
        description="The first bar of those meant; the bar that is continued from, with it and all "
        "that follow left out; the bar before which others are inserted.",
    )
    last: BarNumber | None = None
    tracks: list[TrackIndex] | None = Field(None, min_length=1, max_length=1000)
    add: list[Annotated[int, Field(ge=0, le=DRUMS)]] | None = Field(
        None,
        min_length=ADDED.lowest,
        max_length=ADDED.highest,
        description="accompany: what new tracks play, a program each; 128 is the drums.",
    )
    form: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="arrange: a form's name, or its sections, like \"A A' B A''\"."
    )
    endless: bool = Field(
        False,
        description="continue: music that passes. It is in no list, and the project keeps only the "
        "latest few of a version's.",
    )
    after: Annotated[str, Field(min_length=1, max_length=140)] | None = Field(
        None,
        description="continue: the id of another suggestion of this version, whose first take is "
        "gone on from.",
    )
    follow: PieceToFollow | None = Field(
        None,
        description="continue: another piece that the new bars are like, in rhythm, contour and "
        "texture; the option --like of the command line.",
    )
    amount: float | None = Field(
        None,
        ge=AMOUNT.lowest,
        le=AMOUNT.highest,
        allow_inf_nan=False,
        description="vary: 0 is near to what is there.",
    )
    like: TakeOf | None = Field(
        None,
        description="vary: a take of this node that is varied, in the bars that were written for "
        "it, instead of the node's own music.",
    )
    model: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="Who writes: a name of `/api/models`; by default the studio's own model."
    )
    takes: int = Field(TAKES.default, ge=TAKES.lowest, le=MAX_TAKES)
    seed: int | None = Field(None, ge=0, le=2**53 - 1, description="By default a new one.")
    follow_chords: bool = Field(
        False,
        description="Whether the chords that the piece's file names for these bars are followed, "
        "where options give none; insert follows none.",
    )
    options: SuggestionOptions = Field(default_factory=lambda: SuggestionOptions.model_validate({}))
    bpm: float | None = Field(
        None, ge=BPM.lowest, le=BPM.highest, allow_inf_nan=False, description="compose"
    )
    metre: Metre | None = Field(None, description="compose")


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


class TakeName(Asked):
    """What an accepted take is to be called."""

    name: Text | None = None
