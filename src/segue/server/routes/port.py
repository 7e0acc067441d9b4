"""The virtual MIDI port: switch it on, send it a node's piece or what the page plays, and stop."""

from typing import Final

from fastapi import APIRouter

from segue.server.problems import declared
from segue.server.routes.parameters import NodeId, ProjectId, Served
from segue.server.schemas.info import MidiPort
from segue.server.schemas.port import HeardMessages, PlayRequest

__all__ = ["router"]

router = APIRouter(prefix="/api", tags=["midi port"])

_OF_TWO_BYTES: Final = (0xC0, 0xD0)  # program, pressure of a channel


@router.post("/port", responses=declared())
def open_port(studio: Served) -> MidiPort:
    """Make the port `Segue`, so that a DAW can be connected; 409 says what is missing."""
    studio.port.open()
    available, words = studio.port.status()
    return MidiPort(available=available, words=words)


@router.post("/port/messages", status_code=204, responses=declared(400, 413))
def pass_on(studio: Served, heard: HeardMessages) -> None:
    """Send what the page plays at its time; 409 says what is missing."""
    messages = [
        (at_ms / 1000, bytes(data[:2] if data[0] & 0xF0 in _OF_TWO_BYTES else data))
        for at_ms, *data in heard.messages
    ]
    studio.port.pass_on(messages, heard.sent_ms / 1000)


@router.post(
    "/projects/{project}/nodes/{node}/port", status_code=204, responses=declared(400, 404, 413)
)
def play_node(studio: Served, project: ProjectId, node: NodeId, asked: PlayRequest) -> None:
    """Play a node's piece to the port `Segue`, in time; 409 says what is missing."""
    studio.nodes.play(project, node, asked.from_tick)


@router.delete("/port", status_code=204, responses=declared())
def stop_port(studio: Served) -> None:
    """End what is being played."""
    studio.port.stop()
