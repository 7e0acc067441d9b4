"""The virtual MIDI port: send a node's piece to it, and stop."""

from fastapi import APIRouter

from segue.server.problems import declared
from segue.server.routes.parameters import NodeId, ProjectId, Served
from segue.server.schemas import PlayRequest

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["midi port"])


@router.post(
    "/projects/{project}/nodes/{node}/port", status_code=204, responses=declared(400, 404, 413)
)
def play_node(studio: Served, project: ProjectId, node: NodeId, asked: PlayRequest) -> None:
    """Play a node's piece to the port `Segue`, in time; 409 says what is missing."""
    studio.play(project, node, asked.from_tick)


@router.delete("/port", status_code=204, responses=declared())
def stop_port(studio: Served) -> None:
    """End what is being played."""
    studio.port.stop()
