"""A hub of models and datasets in this process: what `huggingface_hub` asks of the real one.

Repositories are folders. Files are taken in commits alone, as the hub takes small ones, and there
is one revision.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TOKEN = "hf_tests"
COMMIT = "0" * 39 + "1"


class FakeHub:
    """Its address, and the folder of its repositories: `models/USER/NAME`, `datasets/USER/NAME`."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder, self.address = folder, address
        self.asked: list[str] = []


@contextmanager
def fake_hub(folder: Path) -> Iterator[FakeHub]:
    """Run a hub until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    hub = FakeHub(folder, f"http://127.0.0.1:{server.server_address[1]}")
    server.hub = hub  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> FakeHub:
        return self.server.hub  # type: ignore[attr-defined, no-any-return]

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length) if length else self._chunks()
        parts = self.path.split("?")[0].strip("/").split("/")
        self.hub.asked.append(self.path)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._send(401, {"error": "Invalid credentials"})
        elif parts == ["api", "repos", "create"]:
            asked = json.loads(sent)
            kind = asked.get("type") or "model"
            name = (
                f"{asked['organization']}/{asked['name']}"
                if asked.get("organization")
                else asked["name"]
            )
            self._repository(f"{kind}s", name).mkdir(parents=True, exist_ok=True)
            prefix = "" if kind == "model" else f"{kind}s/"
            self._send(200, {"url": f"{self.hub.address}/{prefix}{name}", "id": name, "name": name})
        elif parts == ["api", "validate-yaml"]:
            self._send(200, {"errors": [], "warnings": []})
        elif parts[4:5] == ["preupload"]:
            files = [
                {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}
                for file in json.loads(sent)["files"]
            ]
            self._send(200, {"files": files})
        elif parts[4:5] == ["commit"]:
            repository = self._repository(parts[1], "/".join(parts[2:4]))
            for line in sent.splitlines():
                entry = json.loads(line)
                if entry["key"] == "file":
                    path = repository / entry["value"]["path"]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(base64.b64decode(entry["value"]["content"]))
            url = f"{self.hub.address}/{'/'.join(parts[2:4])}/commit/{COMMIT}"
            self._send(200, {"commitUrl": url, "commitOid": COMMIT, "success": True})
        else:
            self._send(404, {"error": f"no such route: {self.path}"})

    def _chunks(self) -> bytes:
        """The body of a request that does not say how long it is."""
        whole = b""
        while self.headers.get("Transfer-Encoding") == "chunked":
            size = int(self.rfile.readline(), 16)
            whole += self.rfile.read(size)
            self.rfile.readline()
            if not size:
                break
        return whole

    def _repository(self, kind: str, name: str) -> Path:
        return self.hub.folder / kind / name

    def _answer(self, *, body: bool) -> None:
        path = self.path.split("?")[0].strip("/")
        parts = path.split("/")
        self.hub.asked.append(path)
        if parts[0] == "api" and parts[1] in ("models", "datasets"):
            repository = self._repository(parts[1], "/".join(parts[2:4]))
            files = sorted(p for p in repository.rglob("*") if p.is_file())
            if not repository.is_dir():
                self._send(404, {"error": "Repository not found"}, RepoNotFound=True)
            elif parts[4:5] == ["tree"]:
                tree = [self._entry(repository, file) for file in files]
                self._send(200, tree)
            else:
                names = [{"rfilename": p.relative_to(repository).as_posix()} for p in files]
                self._send(
                    200,
                    {"id": "/".join(parts[2:4]), "sha": COMMIT, "siblings": names, "private": False,
                     "tags": [], "downloads": 0, "likes": 0},
                )  # fmt: skip
        elif "resolve" in parts:
            at = parts.index("resolve")
            kind, name = ("models", parts[:at]) if at == 2 else (parts[0], parts[1:at])
            file = self._repository(kind, "/".join(name)) / "/".join(parts[at + 2 :])
            self._file(file, body=body)
        else:
            self._send(404, {"error": f"no such route: {self.path}"})

    def _entry(self, repository: Path, file: Path) -> dict[str, Any]:
        name = file.relative_to(repository).as_posix()
        oid = hashlib.sha1(file.read_bytes()).hexdigest()
        return {"type": "file", "path": name, "size": file.stat().st_size, "oid": oid}

    def _file(self, file: Path, *, body: bool) -> None:
        if not file.is_file():
            self._send(404, {"error": "Entry not found"}, EntryNotFound=True)
            return
        data = file.read_bytes()
        self.send_response(200)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{hashlib.sha1(data).hexdigest()}"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)

    def _send(self, status: int, content: Any, **errors: bool) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        for name in errors:
            self.send_header("X-Error-Code", name)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
