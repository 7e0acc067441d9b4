"""What routes have in common: the studio, and the parts of their paths with their bounds."""

from typing import Annotated

from fastapi import Depends, Path, Request

from segue.server.projects import MAX_ID
from segue.server.studio import Studio

__all__ = ["NodeId", "ProjectId", "Served", "SuggestionId", "TakeNumber"]


async def _studio(request: Request) -> Studio:
    studio = request.app.state.studio
    assert isinstance(studio, Studio)
    return studio


Served = Annotated[Studio, Depends(_studio)]
ProjectId = Annotated[str, Path(min_length=1, max_length=MAX_ID)]
NodeId = Annotated[int, Path(ge=1, le=2**53 - 1)]
SuggestionId = Annotated[str, Path(min_length=1, max_length=140)]
TakeNumber = Annotated[int, Path(ge=1, le=64)]
