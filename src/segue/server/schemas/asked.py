"""What a client sends, and the form of errors: bounds, whole numbers, depth."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "MAX_MIDI_TICK",
    "Asked",
    "ErrorAnswer",
    "ErrorDetail",
    "Program",
    "Text",
    "Tick",
    "TrackIndex",
    "Words",
]

MAX_MIDI_TICK = 2**28 - 1  # the longest gap that a MIDI file can hold
_MAX_DEPTH = 16
"""How deep requests may nest; the deepest sound one has 5 levels."""


Text = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=10_000)]
TrackIndex = Annotated[int, Field(ge=0, le=65_535)]
Program = Annotated[int, Field(ge=0, le=127)]
Tick = Annotated[int, Field(ge=0, le=MAX_MIDI_TICK)]


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


class Asked(BaseModel):
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
