"""Music over the wire: notes in columns, tracks, time, the bars of a region."""

from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, TypeAdapter

from segue.generation.window import Region
from segue.server.schemas.asked import MAX_MIDI_TICK, Tick

__all__ = [
    "AnswerNotes",
    "Bars",
    "ChannelEvent",
    "ChordLine",
    "ChordMark",
    "Metre",
    "NotesColumns",
    "Novelty",
    "ScoreDetail",
    "SectionMark",
    "Tempo",
    "TrackDetail",
    "region_of",
]

_MAX_COLUMN = 200_000


class NotesColumns(BaseModel):
    """Notes as four columns of one length, sorted by onset."""

    onset: list[Tick] = Field(max_length=_MAX_COLUMN)
    duration: list[Annotated[int, Field(ge=1, le=MAX_MIDI_TICK)]] = Field(max_length=_MAX_COLUMN)
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
    """The time of takes: it differs from the node's where a tempo returns, or goes on."""

    tempos: list[Tempo]
    metres: list[Metre]
    bars: list[int] = Field(description="Bar lines in ticks, one more than there are bars.")


class SectionMark(BaseModel):
    """Where a section begins: a marker of the file."""

    tick: int
    name: str


ChannelEvent = Annotated[
    tuple[int, int, int, int, int], Field(description="[tick, channel, status, data1, data2]")
]


class ChordMark(BaseModel):
    """A chord from a tick on."""

    tick: int
    symbol: str


class ChordLine(BaseModel):
    """The chords of a piece."""

    named: bool = Field(description="Named in the file; otherwise read from the notes.")
    chords: list[ChordMark] = Field(description="By time; one that goes on is not named again.")


class ScoreDetail(Bars):
    """A piece."""

    ticks_per_quarter: int
    tracks: list[TrackDetail]
    sections: list[SectionMark] = Field(description="By their ticks.")
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
        default=False,
        description="Longer than almost all new real music of this size has, and not just a few "
        "chords that are strummed.",
    )
    words: str = Field(description="The same in one sentence.")
