"""A studio under load: its memory and its worst answers.

Each measurement starts a studio of its own, with the tests' stand-in for the model. Other work on
the machine slows everything down: report it with the figures.
"""

import asyncio
import resource
import socket
import sqlite3
import statistics
import struct
import tempfile
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlparse

import httpx

from benchmarks.hard.watched import LIMIT_MIB
from benchmarks.studio.studio_process import StudioProcess, studio_process

_EIGHT_MB = 8 * 2**20 - 100


LOADS: Final = {"uploads": 4, "huge": 1, "clients": 200, "halves": 1500}
"""What can be measured, and how many at once: files of 8 MB, projects with a huge root, clients who
look, edit, upload and ask, and requests that are only half sent."""


def load(what: str, count: int, *, seed: int) -> bool:
    """Measure one of `LOADS`; returns whether the studio took no more than a GiB."""
    with tempfile.TemporaryDirectory() as folder, studio_process(Path(folder), "plain") as studio:
        if what == "uploads":
            upload_at_once(studio, count)
        elif what == "huge":
            bring_huge(studio, Path(folder))
        elif what == "clients":
            asyncio.run(visit(studio, count, Random(seed)))
        else:
            hold_halves(studio, count)
        most_mib = studio.memory_mib()[1]
        print(f"{what} {count} (seed {seed}): most memory of the studio {most_mib:.0f} MiB")
    return most_mib <= LIMIT_MIB


def smf(body: bytes) -> bytes:
    """A type 0 file with a track of these bytes."""
    return struct.pack(">4sIHHH4sI", b"MThd", 6, 0, 1, 480, b"MTrk", len(body)) + body


def controllers(n_bytes: int) -> bytes:
    """A file of a note and of controllers."""
    note, end = b"\x00\x90\x3c\x40\x01\x80\x3c\x40", b"\x00\xff\x2f\x00"
    count = (n_bytes - 22 - len(note + end)) // 3
    return smf(note + b"\x00\xb0\x07\x64" + b"\x00\x07\x64" * count + end)


def upload_at_once(studio: StudioProcess, count: int) -> None:
    """Files of 8 MB that are valid to their last byte, at the same time."""
    data = controllers(_EIGHT_MB)

    def upload(_: int) -> tuple[int, float, int]:
        began = time.monotonic()
        url = f"{studio.address}/api/projects/upload"
        answer = httpx.post(url, content=data, timeout=600)
        if answer.status_code == 201:
            node = f"{studio.address}/api/projects/{answer.json()['id']}/nodes/1"
            answer = httpx.get(node, timeout=600)
        return answer.status_code, time.monotonic() - began, len(answer.content)

    with ThreadPoolExecutor(count) as pool:
        for status, seconds, size in pool.map(upload, range(count)):
            print(f"an upload of 8 MB: {status} after {seconds:.1f} s, {size / 2**20:.1f} MiB")


def bring_huge(studio: StudioProcess, folder: Path) -> None:
    """A project of a few KB whose root unpacks to 32 MB of events."""
    project = studio.ask("POST", "/api/projects", {"example": "band"})["id"]
    studio.ask("POST", f"/api/projects/{project}/nodes/1/edits", {"label": "a version"})
    path = folder / "came"
    path.write_bytes(studio.ask("GET", f"/api/projects/{project}/file"))
    huge = zlib.compress(controllers(32 * 2**20 - 100))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE nodes SET midi = ? WHERE id = 1", (huge,))
    data = path.read_bytes()
    answer = httpx.post(f"{studio.address}/api/projects/import", content=data, timeout=600)
    print(f"an import of {len(data)} bytes: {answer.status_code}")
    if answer.status_code == 201:
        began = time.monotonic()
        node = f"{studio.address}/api/projects/{answer.json()['id']}/nodes/1"
        answer = httpx.get(node, timeout=600)
        size = len(answer.content) / 2**20
        print(
            f"its root: {answer.status_code} after {time.monotonic() - began:.1f} s, {size:.1f} MiB"
        )


async def visit(studio: StudioProcess, count: int, random: Random) -> None:
    """Clients who look, edit, upload and ask, each without a pause."""
    took: dict[str, list[float]] = {}
    statuses: Counter[int] = Counter()
    project = studio.ask("POST", "/api/projects", {"example": "band"})["id"]
    large = controllers(900_000)
    edit = {"label": "an edit"}
    asked = {"task": "continue", "bars": 1, "takes": 2}
    path = f"/api/projects/{project}"
    first = [*range(count)]
    random.shuffle(first)

    async def one(http: httpx.AsyncClient, number: int) -> None:
        for step in range(5):
            kind = (first[number] + step) % 10
            call: tuple[str, str, str, dict[str, Any]]
            if kind == 0:
                call = ("upload", "POST", "/api/projects/upload", {"content": large})
            elif kind == 1:
                call = ("edit", "POST", f"{path}/nodes/1/edits", {"json": edit})
            elif kind == 2:
                call = ("suggest", "POST", f"{path}/nodes/1/suggestions", {"json": asked})
            elif kind < 6:
                call = ("look: list", "GET", "/api/projects", {})
            elif kind < 8:
                call = ("look: project", "GET", path, {})
            else:
                call = ("look: version", "GET", f"{path}/nodes/1", {})
            name, method, address, body = call
            began = time.monotonic()
            answer = await http.request(method, address, **body)
            took.setdefault(name, []).append(time.monotonic() - began)
            statuses[answer.status_code] += 1

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=studio.address, timeout=600, limits=limits) as http:
        await asyncio.gather(*(one(http, number) for number in range(count)))
    print(f"{count} clients; statuses {dict(statuses)}")
    print("| what | answers | median s | slowest s |\n|---|--:|--:|--:|")
    for name, seconds in sorted(took.items()):
        median, worst = statistics.median(seconds), max(seconds)
        print(f"| {name} | {len(seconds)} | {median:.2f} | {worst:.2f} |")


def hold_halves(studio: StudioProcess, count: int) -> None:
    """Requests that are sent by half and held: how long until the studio lets go of them."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    place = urlparse(studio.address)
    assert place.hostname is not None
    clients = []
    for _ in range(count):
        client = socket.create_connection((place.hostname, place.port or 80))
        client.sendall(b"GET /api/info HTTP/1.1\r\nHost: ")
        clients.append(client)
    began = time.monotonic()
    print(f"meanwhile: {studio.ask('GET', '/api/info')['version']} is answered")
    for client in clients:
        client.settimeout(max(0.1, 60 - (time.monotonic() - began)))
    n_held = 0
    for client in clients:
        try:
            n_held += client.recv(1) != b""
        except ConnectionResetError:
            pass
        except TimeoutError:
            n_held += 1
        client.close()
    print(f"{count} half-sent requests: {n_held} held after {time.monotonic() - began:.0f} s")
