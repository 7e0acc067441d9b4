"""Another piece that new bars follow, over the wire: a file that was sent, or a version."""

from typing import Annotated

from pydantic import Field

from segue.server.projects import MAX_ID
from segue.server.schemas.asked import Asked, Text

__all__ = ["FileToFollow", "PieceToFollow", "VersionToFollow"]

_Name = Annotated[Text | None, Field(description="What it is called: answers only.")]


class FileToFollow(Asked):
    """A file that was sent to `/api/follow/upload`. The studio keeps the latest few."""

    file: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    name: _Name = None


class VersionToFollow(Asked):
    """A version of a project."""

    project: Annotated[str, Field(min_length=1, max_length=MAX_ID)]
    node: int | None = Field(None, ge=1, le=2**53 - 1, description="By default its current one.")
    name: _Name = None


PieceToFollow = FileToFollow | VersionToFollow
