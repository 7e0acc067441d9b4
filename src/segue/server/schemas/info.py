"""What the page gets first: the model, the limits, examples, instruments."""

from pydantic import BaseModel, Field

__all__ = [
    "AskedChoice",
    "AskedNumber",
    "Asking",
    "Example",
    "Info",
    "Instrument",
    "Limits",
    "MidiPort",
    "ModelInfo",
    "NamedForm",
]


class ModelInfo(BaseModel):
    """The model that suggests."""

    name: str
    parameters: int | None = Field(description="Null until it is loaded.")
    ready: bool = Field(description="Whether it is loaded; until then, a first answer waits.")
    problem: str | None = Field(description="Why it cannot be loaded; null if it can.")


class Limits(BaseModel):
    """Larger things are refused."""

    upload_bytes: int = Field(description="Of a MIDI file.")
    project_bytes: int = Field(description="Of a project's file.")
    notes: int
    bars: int


class AskedNumber(BaseModel):
    """A number that can be asked for: its bounds, and its default."""

    lowest: float
    highest: float
    default: float


class AskedChoice(BaseModel):
    """A word that can be asked for, or none. Each is relative to the piece."""

    name: str = Field(description="The field of `SuggestionOptions`.")
    title: str
    values: list[str]
    words: str = Field(description="What it does.")


class NamedForm(BaseModel):
    """A form of songs that has a name."""

    name: str
    form: str
    words: str = Field(description="What it is.")


class Asking(BaseModel):
    """The numbers and words that a suggestion can be asked for."""

    bars: AskedNumber
    inserted_bars: AskedNumber = Field(description="`bars` of insert.")
    takes: AskedNumber
    amount: AskedNumber
    bpm: AskedNumber
    temperature: AskedNumber
    choices: list[AskedChoice]
    section_bars: AskedNumber = Field(description="`bars` of arrange.")
    loop_bars: AskedNumber = Field(description="Of the piece that a song is made of.")
    forms: list[NamedForm] = Field(description="Those that have a name; the first is the default.")


class Example(BaseModel):
    """A piece that Segue brings along."""

    name: str
    title: str
    words: str


class Instrument(BaseModel):
    """Something that can play; 128 is the drums."""

    program: int
    name: str
    family: str


class MidiPort(BaseModel):
    """Whether pieces can be sent to a DAW's MIDI input."""

    available: bool
    words: str


class Info(BaseModel):
    """What the page needs to know first."""

    version: str
    model: ModelInfo
    limits: Limits
    asking: Asking
    examples: list[Example]
    instruments: list[Instrument]
    watch_folder: str | None
    midi_port: MidiPort
    secure_hint: str | None = Field(
        description="What does not work at this address, and what to do; null on this machine."
    )
