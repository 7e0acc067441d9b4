"""A studio as a user starts it, measured from outside."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

KIB = 1024
PLAIN = """
import sys
from pathlib import Path
from segue.server.serve import serve
from segue.server.studio import Settings
from tests.plain_composer import PlainComposer

composer = PlainComposer.quick()
settings = Settings(projects=Path(sys.argv[1]), load=lambda: composer)
ready = lambda address, studio: print("The studio is at", address, flush=True)
serve(settings, host="127.0.0.1", port=0, on_ready=ready)
"""


class StudioProcess:
    """The process, its address, and how long it took to get there."""

    def __init__(self, folder: Path, model: str) -> None:
        """`model`: a model's name, or "plain" for the tests' stand-in, which needs no torch."""
        command = [sys.executable, "-m", "segue", "studio", "--no-browser", "--port", "0"]
        command += ["--projects", str(folder), "--model", model]
        if model == "plain":
            command = [sys.executable, "-c", PLAIN, str(folder)]
        self.began = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.address = line.split()[-1].rstrip("/")

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON."""
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=600) as answer:
            content = answer.read()
        return json.loads(content) if content[:1] in b"{[" else content

    def events(self, suggestion: str) -> Iterator[tuple[float, str]]:
        """(when, name) of a suggestion's events, as they come."""
        url = f"{self.address}/api/suggestions/{suggestion}/events"
        with urllib.request.urlopen(url, timeout=600) as stream:
            for line in stream:
                if line.startswith(b"event: "):
                    yield time.monotonic(), line[7:].strip().decode()

    def wait_for_model(self) -> None:
        """Until the model is loaded."""
        while not self.ask("GET", "/api/info")["model"]["ready"]:
            time.sleep(0.02)

    def cpu_s(self) -> float:
        """Processor seconds so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def memory_mib(self) -> tuple[float, float]:
        """Resident memory now, and the most so far."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        sizes = {
            key: int(rest.split()[0])
            for key, rest in (line.split(":", 1) for line in lines)
            if key in ("VmRSS", "VmHWM")
        }
        return sizes["VmRSS"] / KIB, sizes["VmHWM"] / KIB


@contextmanager
def studio_process(folder: Path, model: str) -> Iterator[StudioProcess]:
    """A studio until the block ends."""
    studio = StudioProcess(folder, model)
    try:
        yield studio
    finally:
        studio.process.terminate()
        studio.process.wait(timeout=30)
        assert studio.process.stdout is not None
        studio.process.stdout.close()
