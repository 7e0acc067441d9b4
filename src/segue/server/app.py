"""The ASGI application: routes, errors, the gate, the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from segue.server.gate import Gate, Policy
from segue.server.problems import install_handlers
from segue.server.routes import followed, info, learning, nodes, port, projects, suggestions
from segue.server.running import BarEvent, EndedEvent, QueuedEvent, StartedEvent
from segue.server.static import mount
from segue.server.studio import Studio
from segue.version import __version__

__all__ = ["create_app", "openapi"]

_EVENTS = (QueuedEvent, StartedEvent, BarEvent, EndedEvent)


def create_app(studio: Studio | None, policy: Policy) -> FastAPI:
    """The studio as an application, which starts and ends with the server that runs it.

    `studio`: None only to describe the API, where nothing is asked.
    """

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        assert studio is not None, "an application without a studio can only describe its API"
        studio.start()
        try:
            yield
        finally:
            studio.close()

    app = FastAPI(
        title="Segue's studio",
        version=__version__,
        lifespan=running,
        docs_url=None,  # it would load scripts from other hosts
        redoc_url=None,
        openapi_url="/api/openapi.json",
        separate_input_output_schemas=False,
    )
    app.state.studio = studio
    app.state.policy = policy
    install_handlers(app)
    for routes in (info, projects, nodes, suggestions, followed, port, learning):
        app.include_router(routes.router)
    mount(app)
    app.add_middleware(Gate, policy=lambda: app.state.policy)
    describe = app.openapi

    def openapi_with_events() -> dict[str, Any]:
        schema = describe()
        _, events = models_json_schema(
            [(event, "serialization") for event in _EVENTS],
            ref_template="#/components/schemas/{model}",
        )
        schema["components"]["schemas"].update(events["$defs"])
        return schema

    app.openapi = openapi_with_events  # type: ignore[method-assign]
    return app


def openapi() -> dict[str, Any]:
    """The API's description, as `web/openapi.json` holds it."""
    return create_app(None, Policy(port=0)).openapi()
