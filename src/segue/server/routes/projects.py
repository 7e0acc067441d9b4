"""Projects: list, make, upload, import, rename, delete, copy."""

import re
from contextlib import ExitStack
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from segue.server.problems import declared
from segue.server.projects import slug
from segue.server.routes.parameters import BINARY, FILE_AS_BODY, FileName, ProjectId, Served
from segue.server.schemas.projects import NewProject, Project, ProjectChange, ProjectSummary

__all__ = ["router"]

_FILE_TYPE: Final = "application/vnd.sqlite3"

router = APIRouter(prefix="/api/projects", tags=["projects"])


@router.get("", responses=declared())
def list_projects(studio: Served) -> list[ProjectSummary]:
    """Every project, the one that was changed last first."""
    return studio.projects.list()


@router.post("", status_code=201, responses=declared(400, 413))
def create_project(studio: Served, new: NewProject) -> Project:
    """A project from an example, or an empty one, for Compose."""
    return studio.projects.create(new)


@router.post(
    "/upload",
    status_code=201,
    responses=declared(413),
    openapi_extra=FILE_AS_BODY,
)
async def upload_project(
    studio: Served,
    request: Request,
    name: FileName = None,
) -> Project:
    """A project from a MIDI file, the body being its bytes."""
    return await studio.turns.take_in(studio.projects.upload, await request.body(), name)


@router.post(
    "/import",
    status_code=201,
    responses=declared(413),
    openapi_extra=FILE_AS_BODY,
)
async def import_project(
    studio: Served,
    request: Request,
    name: FileName = None,
) -> Project:
    """A project from a copy of its file, the body being its bytes: up to 64 MiB."""
    return await studio.turns.take_in(studio.projects.take_in, await request.body(), name)


@router.get("/{project}", responses=declared(404))
def get_project(studio: Served, project: ProjectId) -> Project:
    """A project's tree, without the music."""
    return studio.projects.project(project)


@router.patch("/{project}", responses=declared(400, 404, 413))
def change_project(studio: Served, project: ProjectId, change: ProjectChange) -> Project:
    """Another name, or another current node: that is undo, redo and going to another branch."""
    return studio.projects.change(project, change)


@router.delete("/{project}", status_code=204, responses=declared(404))
def delete_project(studio: Served, project: ProjectId) -> None:
    """Put a project's file into the folder `trash`."""
    studio.projects.delete(project)


@router.get(
    "/{project}/file",
    response_class=Response,
    responses={**declared(404), 200: {"content": {_FILE_TYPE: {"schema": BINARY}}}},
)
def copy_project(studio: Served, project: ProjectId) -> Response:
    """The project's file: a consistent copy."""
    copying = ExitStack()
    path, name = copying.enter_context(studio.projects.copied(project))
    # Older browsers know ASCII only; characters with a meaning in paths are left out.
    full = quote(
        re.sub(r'[\x00-\x1f\x7f\\/:*?"<>|]+', " ", name).strip(" .")[:80] or "Segue", safe=""
    )
    return FileResponse(
        path,
        background=BackgroundTask(copying.close),
        media_type=_FILE_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{slug(name)}.segue"; '
            f"filename*=UTF-8''{full}.segue"
        },
    )
