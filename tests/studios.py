"""Studios for tests: the whole application, with a stand-in for its model."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from segue.server.app import create_app
from segue.server.gate import Policy
from segue.server.model import Composing
from segue.server.studio import Settings, Studio
from tests.plain_composer import PlainComposer

PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"

Json = dict[str, Any]


@dataclass
class Client:
    """Asks a studio within this process, as its page would."""

    http: TestClient
    studio: Studio

    def get(self, path: str, status: int = 200) -> Any:
        answer = self.http.get(f"/api{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, body: Json | None = None, status: int = 201) -> Any:
        answer = self.http.post(f"/api{path}", json=body or {})
        assert answer.status_code == status, answer.text
        return answer.json()

    def patch(self, path: str, body: Json, status: int = 200) -> Any:
        answer = self.http.patch(f"/api{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def upload(self, midi: bytes, status: int = 201) -> Any:
        answer = self.http.post(
            "/api/projects/upload?name=mine.mid",
            content=midi,
            headers={"Content-Type": "audio/midi"},
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    def midi(self, path: str) -> bytes:
        answer = self.http.get(f"/api{path}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "audio/midi"
        return answer.content

    def ask(self, project: str, node: int = 1, **asked: Any) -> str:
        """The id of a new suggestion."""
        asked = {"task": "continue", "bars": 2, "takes": 2, "seed": 1} | asked
        path = f"/projects/{project}/nodes/{node}/suggestions"
        return str(self.post(path, asked, status=202)["id"])

    def ended(self, suggestion: str) -> Any:
        """The suggestion, once it has ended."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = self.get(f"/suggestions/{suggestion}")
            if found["state"] not in ("queued", "running"):
                return found
            time.sleep(0.01)
        raise AssertionError(f"{suggestion} did not end")

    def events(self, suggestion: str, after: int | None = None) -> list[tuple[int, str, Any]]:
        """(id, name, data) of all events of a suggestion, once it has ended."""
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        answer = self.http.get(f"/api/suggestions/{suggestion}/events", headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/event-stream")
        return parse_events(answer.text)


def parse_events(text: str) -> list[tuple[int, str, Any]]:
    """A text/event-stream as (id, name, data)."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != ":")
        if fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


@contextmanager
def running(
    folder: Path,
    *,
    load: Callable[[], Composing] = PlainComposer.quick,
    watch: Path | None = None,
    token: str | None = None,
) -> Iterator[Client]:
    """A studio over the projects of a folder, until the block ends."""
    studio = Studio(Settings(projects=folder, model="small", load=load, watch=watch))
    app = create_app(studio, Policy(PORT, token))
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as http:
        yield Client(http, studio)
