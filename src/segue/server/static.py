"""The page and the soundfont: files that never change while the studio runs."""

import gzip
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from segue.server.loopback import is_loopback
from segue.sound import GM_SOUNDFONT

__all__ = ["PAGE", "mount"]

PAGE: Final = Path(__file__).parent / "page"
"""Where the built page is."""
UNBUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Segue</title>
<h1>The studio's page is not built</h1>
<p>The server runs, and its API is at <code>/api</code>. Build the page, once, with Node 20 or
later: <code>cd web &amp;&amp; npm ci &amp;&amp; npm run build</code>; then reload.</p>
</html>
"""
_SOUND_TYPE: Final = "audio/x-soundfont"


def mount(app: FastAPI) -> None:
    """Serve the soundfont and the page."""
    sound = _Sound(GM_SOUNDFONT)

    @app.get("/sound/gm.sf3", include_in_schema=False)
    async def get_soundfont(request: Request) -> Response:
        return await run_in_threadpool(sound.answer, request)

    index, licences = PAGE / "index.html", PAGE / "LICENCES.txt"
    if not index.exists():

        @app.get("/", include_in_schema=False)
        async def get_unbuilt() -> HTMLResponse:
            return HTMLResponse(UNBUILT)

        return

    # Not one mount at "/": that would answer for the methods that the API's paths do not have.
    app.mount("/assets", StaticFiles(directory=PAGE / "assets"), name="assets")

    @app.get("/", include_in_schema=False)
    async def get_page() -> FileResponse:
        return FileResponse(index)

    @app.get("/LICENCES.txt", include_in_schema=False)
    async def get_licences() -> FileResponse:
        return FileResponse(licences)


class _Sound:
    """The soundfont, as it is for this machine, and compressed for others: a quarter less to send.

    On this machine, compressing and unpacking would take longer than sending the quarter.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._packed: bytes | None = None

    def answer(self, request: Request) -> Response:
        found = self._path.stat()
        etag = f'"{found.st_size:x}-{found.st_mtime_ns:x}"'
        headers = {
            "ETag": etag,
            "Cache-Control": "private, max-age=604800",
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        is_here = request.client is not None and is_loopback(request.client.host)
        if is_here or "gzip" not in request.headers.get("accept-encoding", ""):
            return FileResponse(self._path, media_type=_SOUND_TYPE, headers=headers)
        if self._packed is None:
            self._packed = gzip.compress(self._path.read_bytes(), compresslevel=1, mtime=0)
        headers["Content-Encoding"] = "gzip"
        return Response(self._packed, media_type=_SOUND_TYPE, headers=headers)
