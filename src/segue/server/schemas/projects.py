"""Projects over the wire: in the list, whole, new and changed."""

from typing import Literal

from pydantic import BaseModel, Field

from segue.server.schemas.asked import Asked, Text
from segue.server.schemas.nodes import NodeSummary
from segue.server.schemas.suggestions import Suggestion

__all__ = ["NewProject", "Project", "ProjectChange", "ProjectSummary"]


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


class NewProject(Asked):
    """A project to make: from an example, or an empty one."""

    name: Text | None = None
    example: Literal["band", "quartet", "chiptune"] | None = None


class ProjectChange(Asked):
    """What of a project changes; what is left out stays."""

    name: Text | None = Field(None, min_length=1)
    current: int | None = Field(None, ge=1, le=2**53 - 1)
