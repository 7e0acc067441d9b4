"""What routes have in common: the studio, files as bodies, parts of paths with their bounds."""

from typing import Annotated, Final

from fastapi import Depends, Path, Query, Request

from segue.server.projects import MAX_ID
from segue.server.studio import Studio

__all__ = [
    "BINARY",
    "FILE_AS_BODY",
    "FileName",
    "NodeId",
    "ProjectId",
    "Served",
    "SuggestionId",
    "TakeNumber",
]

BINARY: Final = {"type": "string", "format": "binary"}
FILE_AS_BODY: Final = {
    "requestBody": {"required": True, "content": {"application/octet-stream": {"schema": BINARY}}}
}
"""What OpenAPI says where a file's bytes are the body."""


async def _studio(request: Request) -> Studio:
    studio = request.app.state.studio
    assert isinstance(studio, Studio)
    return studio


Served = Annotated[Studio, Depends(_studio)]
FileName = Annotated[str | None, Query(max_length=200, description="The file's name.")]
ProjectId = Annotated[str, Path(min_length=1, max_length=MAX_ID)]
NodeId = Annotated[int, Path(ge=1, le=2**53 - 1)]
SuggestionId = Annotated[str, Path(min_length=1, max_length=140)]
TakeNumber = Annotated[int, Path(ge=1, le=64)]
