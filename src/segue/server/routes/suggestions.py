"""Suggestions: how they stand, their events, their takes."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from segue.server.events import EventLog, stream
from segue.server.problems import declared
from segue.server.routes.nodes import MIDI_FILE, json_answer, midi_answer
from segue.server.routes.parameters import Served, SuggestionId, TakeNumber
from segue.server.running import EndedEvent
from segue.server.schemas.nodes import NodeDetail
from segue.server.schemas.suggestions import Suggestion, TakeName

__all__ = ["router"]

_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "One event of the stream.",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string"},
        "event": {"enum": ["queued", "started", "bar", "take", "done", "cancelled", "failed"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}

router = APIRouter(prefix="/api/suggestions/{suggestion}", tags=["suggestions"])


@router.get("", responses=declared(404))
def get_suggestion(studio: Served, suggestion: SuggestionId) -> Suggestion:
    """How a suggestion stands, with the takes that are complete."""
    return studio.suggestions.suggestion(suggestion)


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        **declared(404),
        200: {
            "description": (
                "queued QueuedEvent, started StartedEvent, bar BarEvent, take TakeDetail, and as "
                "the last done Suggestion, cancelled EndedEvent or failed EndedEvent; ids count up"
            ),
            "content": {"text/event-stream": {"schema": _EVENT}},
        },
    },
)
async def get_events(
    studio: Served,
    suggestion: SuggestionId,
    last_event_id: Annotated[int, Header(ge=0, le=2**31 - 1)] = 0,
) -> StreamingResponse:
    """What happens to a suggestion, as it happens; `Last-Event-ID` resumes."""
    running = studio.suggestions.running(suggestion)
    if running is not None:
        body = stream(running.log, last_event_id)
    else:
        body = _ended(
            await run_in_threadpool(studio.suggestions.suggestion, suggestion), last_event_id
        )
    return StreamingResponse(
        body, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


@router.delete("", responses=declared(404))
def cancel_suggestion(studio: Served, suggestion: SuggestionId) -> Suggestion:
    """End a suggestion at once; the takes that are complete stay."""
    return studio.suggestions.cancel(suggestion)


@router.post(
    "/takes/{take}/accept",
    status_code=201,
    response_model=NodeDetail,
    responses=declared(400, 404, 409, 413),
)
async def accept_take(
    studio: Served, suggestion: SuggestionId, take: TakeNumber, wish: TakeName
) -> Response:
    """A child of the node that was asked, with the take's music; it becomes the current one."""
    made = await studio.turns.write(studio.suggestions.accept, suggestion, take, wish)
    return json_answer(made, status=201)


@router.get(
    "/takes/{take}/midi", response_class=Response, responses={**declared(404, 409), **MIDI_FILE}
)
def get_take_midi(studio: Served, suggestion: SuggestionId, take: TakeNumber) -> Response:
    """The whole piece of a take as a MIDI file."""
    return midi_answer(studio.suggestions.take_midi(suggestion, take))


async def _ended(suggestion: Suggestion, after: int) -> AsyncIterator[bytes]:
    """The events of a suggestion that ended long ago, as far as they were kept."""
    log = EventLog()
    for take in suggestion.takes:
        log.append("take", take)
    is_done = suggestion.state == "done"
    ended = suggestion if is_done else EndedEvent(message=suggestion.message or suggestion.state)
    log.append(suggestion.state, ended, last=True)
    async for chunk in stream(log, 0):
        yield chunk
