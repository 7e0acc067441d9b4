"""How long reads take while many clients look at a studio and a few write into it.

python -m benchmarks.studio.latency --clients 1 50 200 --seconds 20
python -m benchmarks.studio.latency --quick

Each client looks about once a second, at its own moments: at the list of projects, a project, a
version, or a finished suggestion. Meanwhile one client uploads a file of 900 kB, edits and asks for
takes, one request after another. A read's time counts from the moment at which it was due, so that
a studio that stalls is not asked less. One client alone is the reference: other work on the machine
slows it down in the same way.

Each studio is a process of its own, with the tests' stand-in for the model. The clients share this
process: a part of the times is theirs.
"""

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx
import numpy as np

from benchmarks.hard.studio import controllers
from benchmarks.studio.studio_process import StudioProcess, studio_process

_EVERY_S: Final = 1.0
_HEADER: Final = (
    "| clients | reads | failed | median ms | 95 % ms | 99 % ms | slowest ms "
    "| writes | studio's processor ms a request |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


@dataclass
class Measured:
    """What the clients of one studio saw."""

    seconds: list[float] = field(default_factory=list)
    """How long each read took."""
    failed: int = 0
    """Reads that were not answered with 200."""
    writes: int = 0
    """Requests that write, whatever the answer was."""
    cpu_s: float = 0.0
    """Processor seconds of the studio."""

    def row(self, clients: int) -> str:
        """A line of the table."""
        median, most, nearly_all, slowest = (
            1000 * float(np.quantile(self.seconds, share)) for share in (0.5, 0.95, 0.99, 1.0)
        )
        each = 1000 * self.cpu_s / (len(self.seconds) + self.writes)
        return (
            f"| {clients} | {len(self.seconds)} | {self.failed} | {median:.1f} | {most:.1f} "
            f"| {nearly_all:.1f} | {slowest:.1f} | {self.writes} | {each:.1f} |"
        )


def main() -> None:
    """Measure each number of clients, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 50, 200])
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="two seconds with 1 and 10 clients")
    asked = parser.parse_args()
    clients, seconds = ([1, 10], 2.0) if asked.quick else (asked.clients, asked.seconds)
    print(_HEADER)
    for count in clients:
        print(measure(count, seconds, asked.seed).row(count), flush=True)


def measure(clients: int, seconds: float, seed: int) -> Measured:
    """Let clients look at a new studio for some seconds."""
    with tempfile.TemporaryDirectory() as folder, studio_process(Path(folder), "plain") as studio:
        paths = _prepared(studio)
        before = studio.cpu_s()
        found = asyncio.run(_visit(studio, paths, clients, seconds, Random(seed)))
        found.cpu_s = studio.cpu_s() - before
    return found


def _prepared(studio: StudioProcess) -> list[str]:
    """Make some projects and a finished suggestion; returns what is looked at."""
    studio.wait_for_model()
    projects = [
        studio.ask("POST", "/api/projects", {"example": name})["id"]
        for name in ("band", "quartet", "chiptune")
    ]
    path = f"/api/projects/{projects[0]}"
    asked = {"task": "continue", "bars": 2, "takes": 2}
    suggestion = studio.ask("POST", f"{path}/nodes/1/suggestions", asked)["id"]
    for _ in studio.events(suggestion):
        pass
    looked_at = ["/api/projects", f"/api/suggestions/{suggestion}"]
    for project in projects:
        looked_at += [f"/api/projects/{project}", f"/api/projects/{project}/nodes/1"]
    return looked_at


async def _visit(
    studio: StudioProcess, paths: list[str], clients: int, seconds: float, random: Random
) -> Measured:
    found = Measured()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=studio.address, timeout=120, limits=limits) as http:
        begin = time.monotonic() + 0.1
        due = [
            (begin + random.random() * _EVERY_S + _EVERY_S * turn, random.choice(paths))
            for _ in range(clients)
            for turn in range(max(1, int(seconds / _EVERY_S)))
        ]
        done = asyncio.Event()
        writing = asyncio.create_task(_write(http, found, done))
        await asyncio.gather(*(_look(http, found, path, at) for at, path in due))
        done.set()
        await writing
    return found


async def _look(http: httpx.AsyncClient, found: Measured, path: str, due: float) -> None:
    await asyncio.sleep(max(0.0, due - time.monotonic()))
    answer = await http.get(path)
    found.seconds.append(time.monotonic() - due)
    found.failed += answer.status_code != 200


async def _write(http: httpx.AsyncClient, found: Measured, done: asyncio.Event) -> None:
    """Edit, ask and upload until the reads are done."""
    large = controllers(900_000)
    made = await http.post("/api/projects", json={"example": "band"})
    path = f"/api/projects/{made.json()['id']}/nodes/1"
    calls: list[tuple[str, dict[str, Any]]] = [
        (f"{path}/edits", {"json": {"label": "an edit"}}),
        (f"{path}/suggestions", {"json": {"task": "continue", "bars": 4, "takes": 4}}),
        ("/api/projects/upload", {"content": large}),
    ]
    while not done.is_set():
        for address, body in calls:
            await http.post(address, **body)
            found.writes += 1


if __name__ == "__main__":
    main()
