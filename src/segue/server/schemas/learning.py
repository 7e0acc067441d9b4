"""Models to choose from, and learning a new one from a folder, over the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from segue.server.schemas.asked import Asked, Text

__all__ = ["Job", "LearningState", "ModelChoice", "NewLearning", "Steps"]

Steps = Annotated[int, Field(ge=1, le=100_000)]


class ModelChoice(BaseModel):
    """A model that may write."""

    name: str
    is_personal: bool = Field(description="Whether it was learned from somebody's own music.")
    words: str


class NewLearning(Asked):
    """A folder of this machine to learn from."""

    folder: Annotated[str, Field(min_length=1, max_length=4096)] = Field(
        description="Of MIDI files, or an archive of them."
    )
    name: Text = Field("", description="Of the model; by default the folder's.")
    steps: Steps | None = Field(None, description="At most; by default what measurement chose.")


class Job(BaseModel):
    """A model that is being learned, or the last one that was."""

    name: str
    state: Literal["running", "done", "cancelled", "failed"]
    stage: str = Field(description='"starting", "reading", "learning" or "listening".')
    done: int
    total: int | None
    words: str = Field(description="How it stands, or why it failed.")
    report: list[str] = Field(description="What was gained, a sentence each, once it is done.")
    model: str | None = Field(description="The model's name; null until there is one to choose.")
    has_picture: bool = Field(description="Whether `/api/models/NAME/picture` shows it.")


class LearningState(BaseModel):
    """Whether the studio can learn, and what it learns."""

    available: bool
    words: str = Field(description="How to get what is missing; empty if nothing is.")
    takes_paths: bool = Field(
        description="Whether a folder may be named: only where the studio is for this machine."
    )
    job: Job | None
