"""Pieces that new bars follow: sent as files."""

from fastapi import APIRouter, Request

from segue.server.problems import declared
from segue.server.routes.parameters import FILE_AS_BODY, FileName, Served
from segue.server.schemas.followed import FileToFollow

__all__ = ["router"]

router = APIRouter(prefix="/api/follow", tags=["suggestions"])


@router.post("/upload", status_code=201, responses=declared(413), openapi_extra=FILE_AS_BODY)
async def upload_file_to_follow(
    studio: Served, request: Request, name: FileName = None
) -> FileToFollow:
    """Take in a MIDI file for new bars to follow, the body being its bytes; see `follow`.

    It does not become a project. The studio keeps the latest few until it ends.
    """
    return await studio.turns.take_in(studio.followed.upload, await request.body(), name)
