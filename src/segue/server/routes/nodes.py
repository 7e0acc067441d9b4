"""Nodes of a project's tree: their music, names, edits, files."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, BackgroundTasks, Query, Response

from segue.server.problems import declared
from segue.server.routes.parameters import NodeId, ProjectId, Served
from segue.server.schemas.comps import CompRequest
from segue.server.schemas.nodes import EditRequest, NodeChange, NodeDetail, NodeSummary
from segue.server.schemas.suggestions import BarNumber, Suggestion, SuggestionRequest

__all__ = ["MIDI_FILE", "json_answer", "midi_answer", "router"]

router = APIRouter(prefix="/api/projects/{project}/nodes/{node}", tags=["nodes"])

MIDI_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "A MIDI file.",
        "content": {"audio/midi": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def midi_answer(midi: bytes) -> Response:
    """A MIDI file as an answer."""
    return Response(midi, media_type="audio/midi")


def json_answer(content: bytes, *, status: int = 200) -> Response:
    """JSON that is written already."""
    return Response(content, status_code=status, media_type="application/json")


@router.get("", response_model=NodeDetail, responses=declared(404))
async def get_node(
    studio: Served, project: ProjectId, node: NodeId, afterwards: BackgroundTasks
) -> Response:
    """A node with its music."""
    afterwards.add_task(studio.suggesting.make_ready)  # a suggestion may soon be asked for
    return json_answer(await studio.turns.look(studio.nodes.detail, project, node))


@router.patch("", responses=declared(400, 404, 413))
def change_node(
    studio: Served, project: ProjectId, node: NodeId, change: NodeChange
) -> NodeSummary:
    """Name, star or note."""
    return studio.nodes.change(project, node, change)


@router.get("/midi", response_class=Response, responses={**declared(404), **MIDI_FILE})
async def get_midi(
    studio: Served,
    project: ProjectId,
    node: NodeId,
    tracks: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{1,5}(,[0-9]{1,5})*$", max_length=4000, description="Like 0,2."),
    ] = None,
    first: Annotated[BarNumber | None, Query(description="The first bar, counted from 0.")] = None,
    last: Annotated[BarNumber | None, Query(description="The bar after the last.")] = None,
) -> Response:
    """The piece as a MIDI file, the musician's own events untouched; or some tracks or bars of it.

    Bars begin the file, and keep the instruments and settings that they have in the piece.
    """
    chosen = None if tracks is None else [int(track) for track in tracks.split(",")]
    found = studio.turns.look(studio.nodes.midi, project, node, chosen, (first, last))
    return midi_answer(await found)


@router.post(
    "/edits", status_code=201, response_model=NodeDetail, responses=declared(400, 404, 413)
)
async def edit_node(
    studio: Served, project: ProjectId, node: NodeId, edit: EditRequest
) -> Response:
    """A child of the node, with an edit made; it becomes the current one."""
    made = await studio.turns.write(studio.nodes.edit, project, node, edit)
    return json_answer(made, status=201)


@router.post(
    "/comps", status_code=201, response_model=NodeDetail, responses=declared(400, 404, 409, 413)
)
async def keep_comp(
    studio: Served, project: ProjectId, node: NodeId, wish: CompRequest
) -> Response:
    """A child of the node with parts of takes in it; it becomes the current one."""
    made = await studio.turns.write(studio.comps.keep, project, node, wish)
    return json_answer(made, status=201)


@router.get("/suggestions", responses=declared(404))
def get_suggestions(studio: Served, project: ProjectId, node: NodeId) -> list[Suggestion]:
    """What was suggested at the node, the latest first, with the takes that are complete."""
    return studio.suggestions.of_node(project, node)


@router.post("/suggestions", status_code=202, responses=declared(400, 404, 413, 503))
async def suggest(
    studio: Served, project: ProjectId, node: NodeId, asked: SuggestionRequest
) -> Suggestion:
    """Ask the model; the suggestion's events report what becomes of it."""
    return await studio.turns.write(studio.suggestions.suggest, project, node, asked)
