"""Who may ask, and how much: every request passes here first.

The studio is for the person at this machine. But any page in their browser can send requests to
127.0.0.1, and one whose name is resolved again to that address (DNS rebinding) can even read the
answers. So `Host` must be the studio's own address, and a request that says which page sent it must
come from the studio's page. Beyond loopback a token is needed, which is in the printed address.
"""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from segue.server.bodies import MAX_BODY_BYTES, Body
from segue.server.loopback import LOOPBACK, LOOPBACK_HOST, in_url
from segue.server.problems import Problem, problem_response

__all__ = ["CONTENT_SECURITY_POLICY", "COOKIE", "MAX_BODY_BYTES", "Gate", "Policy"]

COOKIE: Final = "segue_token"

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the synthesizer is WebAssembly
        "worker-src 'self' blob:",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "manifest-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)

_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Policy:
    """Where the studio is, and whether it asks for a token."""

    port: int
    token: str | None = None
    """Needed beyond loopback; None on loopback."""

    def is_own_host(self, host: str) -> bool:
        """Whether a `Host` is the studio's own.

        With a token any name will do: a page of another site does not know the token, and the
        cookie that holds it is sent only to the name by which it was set.
        """
        if self.token is not None:
            return bool(host)
        default = self.port == 80
        names = [in_url(name) for name in LOOPBACK]
        return any(host == f"{name}:{self.port}" or (default and host == name) for name in names)


class Gate:
    """ASGI middleware: host, origin, token and size are checked, security headers set."""

    def __init__(self, app: ASGIApp, policy: Callable[[], Policy]) -> None:
        """`policy` is asked at each request: the port is known only once it is open."""
        self.app, self._policy = app, policy
        self._place_for_a_large_body = asyncio.Semaphore(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        secured = _Secured(send, is_api=str(scope["path"]).startswith("/api"))
        headers = Headers(scope=scope)
        try:
            await self._admit(scope, receive, secured, headers)
        except Problem as problem:
            await problem_response(problem)(scope, receive, secured)
        except asyncio.CancelledError:  # the studio ends without waiting
            if not secured.has_begun:
                closing = Problem(503, "closing", "the studio is being closed")
                await problem_response(closing)(scope, receive, secured)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        policy = self._policy()
        _require_own_page(policy, scope, headers)
        if policy.token is not None:
            given = _token_of(scope, headers)
            if given is None or not hmac.compare_digest(given.encode(), policy.token.encode()):
                raise Problem(
                    401,
                    "token",
                    "the address must hold the token that `segue studio` printed: ?token=...",
                )
            if "token" in _query(scope) and scope["path"] == "/":
                await _set_cookie(scope, headers, policy.token)(scope, receive, send)
                return
        body = Body(
            receive,
            path=scope["path"],
            announced=headers.get("content-length", ""),
            place=self._place_for_a_large_body,
        )
        try:
            await self.app(scope, body.receive, send)
        finally:
            body.close()


def _require_own_page(policy: Policy, scope: Scope, headers: Headers) -> None:
    host = headers.get("host", "")
    if len(headers.getlist("host")) > 1 or not policy.is_own_host(host):
        raise Problem(
            403,
            "foreign_host",
            f"{host[:100]!r} is not the studio's address; open http://{LOOPBACK_HOST}:{policy.port}",
        )
    origin = headers.get("origin")
    scheme = scope.get("scheme", "http")
    if origin is not None and origin != f"{scheme}://{host}":
        raise Problem(403, "foreign_page", f"a page of {origin[:100]!r} may not use the studio")
    site = headers.get("sec-fetch-site", "none")
    is_link = headers.get("sec-fetch-mode") == "navigate" and scope["path"] == "/"
    if site not in ("none", "same-origin") and not is_link:
        raise Problem(403, "foreign_page", "a page of another site may not use the studio")


def _query(scope: Scope) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"))


def _token_of(scope: Scope, headers: Headers) -> str | None:
    asked = _query(scope).get("token")
    if asked:
        return asked[0]
    cookie: SimpleCookie = SimpleCookie()
    try:
        cookie.load(headers.get("cookie", ""))
    except CookieError:
        return None
    return cookie[COOKIE].value if COOKIE in cookie else None


def _set_cookie(scope: Scope, headers: Headers, token: str) -> Response:
    """Keep the token out of the address bar, and of what is copied from it.

    A strict cookie is not sent with a request that another page started, even after a redirect; so
    the next request has to come from a page of the studio itself.
    """
    rest = {k: v for k, v in _query(scope).items() if k != "token"}
    address = "/" + ("?" + urlencode(rest, doseq=True) if rest else "")
    answer: Response
    if headers.get("sec-fetch-site", "none") == "none":
        answer = RedirectResponse(address, 303)
    else:
        answer = HTMLResponse(f'<meta http-equiv="refresh" content="0;url={escape(address)}">')
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", path="/")
    return answer


class _Secured:
    """Sends an answer with the security headers, and knows whether it has begun."""

    def __init__(self, send: Send, *, is_api: bool) -> None:
        self._send, self._is_api = send, is_api
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            if self._is_api:
                headers.setdefault("Cache-Control", "no-store")
        await self._send(message)
