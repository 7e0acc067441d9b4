"""The page and the soundfont: files that never change while the studio runs."""

import gzip
import hashlib
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

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
    """The soundfont, compressed when it is first asked for: a quarter less to send."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._packed: tuple[str, bytes] | None = None

    def answer(self, request: Request) -> Response:
        etag, packed = self._load()
        headers = {
            "ETag": etag,
            "Cache-Control": "private, max-age=604800",
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(
                packed, media_type=_SOUND_TYPE, headers={**headers, "Content-Encoding": "gzip"}
            )
        return Response(gzip.decompress(packed), media_type=_SOUND_TYPE, headers=headers)

    def _load(self) -> tuple[str, bytes]:
        if self._packed is None:
            data = self._path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()[:16]
            self._packed = f'"{digest}"', gzip.compress(data, compresslevel=1, mtime=0)
        return self._packed
