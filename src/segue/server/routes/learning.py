"""Which model writes, and learning a new one from a folder."""

import os
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as InPath
from starlette.responses import FileResponse

from segue.models.folder import REPORT_PICTURE
from segue.server.models import report_folder_of
from segue.server.problems import Problem, declared
from segue.server.routes.parameters import BINARY, FILE_AS_BODY, Served
from segue.server.schemas.learning import LearningState, ModelChoice, NewLearning, Steps

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["models"])

_ModelName = Annotated[str, InPath(min_length=1, max_length=200)]


@router.get("/models", responses=declared())
def list_models(studio: Served) -> list[ModelChoice]:
    """The models that may write, the studio's own first."""
    return studio.models.choices()


@router.get(
    "/models/{name}/picture",
    response_class=Response,
    responses={**declared(404), 200: {"content": {"image/png": {"schema": BINARY}}}},
)
def get_picture(name: _ModelName) -> Response:
    """What a personal model and the one that it was begun with write after the same bars."""
    picture = report_folder_of(name) / REPORT_PICTURE
    if not picture.is_file():
        raise Problem.missing(f"picture of model {name!r}")
    return FileResponse(picture, media_type="image/png")


@router.get("/learning", responses=declared())
def get_learning(studio: Served, request: Request) -> LearningState:
    """Whether the studio can learn from a folder, and how far it is."""
    return studio.learning.state(takes_paths=_takes_paths(request))


@router.post("/learning", status_code=202, responses=declared(400, 413))
def learn_from_folder(studio: Served, request: Request, asked: NewLearning) -> LearningState:
    """Begin to learn from a folder of this machine; 409 says why that cannot be."""
    if not _takes_paths(request):
        raise Problem(
            409, "no_paths", "this studio serves other machines, too: choose the files instead"
        )
    folder = Path(os.path.expanduser(asked.folder))
    studio.learning.start(folder, asked.name, asked.steps)
    return studio.learning.state(takes_paths=True)


@router.post(
    "/learning/upload", status_code=202, responses=declared(413), openapi_extra=FILE_AS_BODY
)
async def learn_from_files(
    studio: Served,
    request: Request,
    name: Annotated[str, Query(max_length=200, description="Of the model.")] = "",
    steps: Annotated[Steps | None, Query(description="At most.")] = None,
) -> LearningState:
    """Begin to learn from MIDI files, the body being a ZIP archive of them, up to 64 MiB."""
    await studio.turns.take_in(studio.learning.start_upload, await request.body(), name, steps)
    return studio.learning.state(takes_paths=_takes_paths(request))


@router.delete("/learning", status_code=204, responses=declared())
def cancel_learning(studio: Served) -> None:
    """End it; nothing of the model is kept."""
    studio.learning.cancel()


def _takes_paths(request: Request) -> bool:
    return request.app.state.policy.token is None
