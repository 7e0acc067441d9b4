"""The studio as a process of its own, as a user starts it, to be asked over a socket and killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
PROGRAM = """
import sys
from pathlib import Path
from segue.server.serve import serve
from segue.server.studio import Settings
from tests.plain_composer import PlainComposer

def ready(address, studio):
    print(address, flush=True)

composer = PlainComposer.quick(pause_s=0.02)
settings = Settings(projects=Path(sys.argv[1]), load=lambda: composer)
serve(settings, host="127.0.0.1", port=0, on_ready=ready)
"""


class Server:
    """A studio's process and a client for it."""

    def __init__(self, folder: Path) -> None:
        """Start it over the projects of a folder and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip().rstrip("/")
        assert self.address.startswith("http://127.0.0.1:"), "the studio did not start"
        self.http = httpx.Client(base_url=self.address, timeout=60)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._ended()

    def interrupt(self) -> int:
        """End it by Ctrl-C; returns its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self._ended()

    def _ended(self) -> int:
        status = self.process.wait(timeout=120)
        self.http.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def ended(self, suggestion: str) -> str:
        """The state of a suggestion, once it has ended."""
        for _ in range(3000):
            state = str(self.http.get(f"/api/suggestions/{suggestion}").json()["state"])
            if state not in ("queued", "running"):
                return state
            time.sleep(0.02)
        raise AssertionError(f"{suggestion} did not end")


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server until the block ends."""
    server = Server(folder)
    try:
        yield server
    finally:
        server.kill()
