"""Errors as the API answers them: in one form, with the way out in plain words.

`Problem` is raised by whatever handles a request; an `InputError` from below becomes one, too.
Anything else is a defect of Segue: it is logged, and the answer says only that.
"""

import logging
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match

from segue.errors import FormatError, InputError
from segue.server.schemas.asked import ErrorAnswer, ErrorDetail

__all__ = ["Problem", "declared", "install_handlers", "problem_response"]

_LOG: Final = logging.getLogger("segue.server")

_WORDS: Final = {
    400: "the request cannot be read",
    401: "the address must hold the token that `segue studio` printed",
    403: "only the studio's own page may ask this",
    404: "there is nothing of this name",
    409: "this does not fit what is there now",
    413: "this is larger than the studio takes",
    422: "a value is missing or out of range",
    500: "a defect of Segue",
    503: "the studio is busy: ask again after the time in Retry-After",
}

_CODES: Final = {400: "malformed", 404: "not_found", 405: "method_not_allowed"}


class Problem(HTTPException):
    """What ends a request: a status, a code for programs, words for people.

    FastAPI passes on only HTTP exceptions where a body cannot be read to its end.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(status, message)
        self.status, self.code, self.message = status, code, message
        self.field, self.retry_after_s = field, retry_after_s

    @classmethod
    def missing(cls, what: str) -> "Problem":
        """404: there is no such thing."""
        return cls(404, "not_found", f"there is no {what}; it may have been deleted")


def problem_response(problem: Problem) -> JSONResponse:
    """The answer for a problem."""
    detail = ErrorDetail(code=problem.code, message=problem.message, field=problem.field)
    headers = {}
    if problem.retry_after_s is not None:
        headers["Retry-After"] = str(problem.retry_after_s)
    if problem.status == 408:
        headers["Connection"] = "close"
    return JSONResponse(
        ErrorAnswer(error=detail).model_dump(), status_code=problem.status, headers=headers
    )


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says about a route's errors, with those that any route can have."""
    return {
        status: {"model": ErrorAnswer, "description": _WORDS[status]}
        for status in sorted({401, 403, 409, 422, 500, *statuses})
    }


def _allowed(app: FastAPI, request: Request) -> list[str]:
    """The methods of a path: each is a route of its own, and Starlette names only the first's."""
    return sorted(
        method
        for route in app.routes
        if route.matches(request.scope)[0] is not Match.NONE
        for method in getattr(route, "methods", None) or ()
    )


def install_handlers(app: FastAPI) -> None:
    """Have every error answered in the one form."""

    @app.exception_handler(Problem)
    async def answer(request: Request, problem: Problem) -> JSONResponse:
        return problem_response(problem)

    @app.exception_handler(InputError)
    async def tell_input(request: Request, error: InputError) -> JSONResponse:
        # A file is wrong by itself; everything else does not fit the piece or project as it is.
        if isinstance(error, FormatError):
            return problem_response(Problem(422, "unreadable", str(error)))
        return problem_response(Problem(409, "unfitting", str(error)))

    @app.exception_handler(RequestValidationError)
    async def tell_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return problem_response(Problem(400, "malformed", "the body is not JSON"))
        place = ".".join(str(part) for part in first["loc"] if part not in ("body", "query"))
        message = f"{place or 'the request'}: {first['msg']}"
        return problem_response(Problem(422, "invalid", message, field=place or None))

    @app.exception_handler(ClientDisconnect)
    async def leave(request: Request, error: ClientDisconnect) -> Response:
        return Response(status_code=400)  # nobody is waiting for the answer

    @app.exception_handler(HTTPException)
    async def tell_http(request: Request, error: HTTPException) -> JSONResponse:
        code = _CODES.get(error.status_code, "refused")
        answer = problem_response(Problem(error.status_code, code, str(error.detail)))
        answer.headers.update(error.headers or {})
        if error.status_code == 405:
            answer.headers["Allow"] = ", ".join(_allowed(app, request))
        return answer

    @app.exception_handler(Exception)
    async def tell_defect(request: Request, error: Exception) -> JSONResponse:
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
        message = "a defect of Segue: what happened is in the terminal where the studio runs"
        return problem_response(Problem(500, "defect", message))
