"""Requests that are deep, large, slow, left halfway, or many: an answer, or a closed connection."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.types import Message, Receive

from segue.examples import example_path
from segue.server import bodies, connections, documents
from segue.server.app import create_app
from segue.server.bodies import MAX_BODY_BYTES, Body
from segue.server.connections import ImpatientProtocol
from segue.server.gate import Policy
from segue.server.problems import Problem
from segue.server.studio import Settings, Studio
from tests.plain_composer import PlainComposer
from tests.studios import Client, running


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("projects")) as client:
        yield client


# Deep


@pytest.mark.parametrize("depth", [17, 100, 480, 800, 950, 1000, 5000, 1_000_000])
@pytest.mark.parametrize(("opening", "middle", "end"), [("[", "", "]"), ('{"a":', "1", "}")])
def test_deep_json_is_refused(
    studio: Client, depth: int, opening: str, middle: str, end: str
) -> None:
    deep = opening * depth + middle + end * depth
    project = studio.post("/projects")["id"]
    for path, body in (
        ("projects", f'{{"name": {deep}}}'),
        (f"projects/{project}/nodes/1/edits", f'{{"label": "x", "tracks": [{deep}]}}'),
    ):
        answer = studio.http.post(
            f"/api/{path}", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in (400, 422)
        assert answer.json()["error"]["message"]


# Large


def test_json_that_grows_too_large_is_told_as_such(studio: Client) -> None:
    pieces = (b'{"name": "' + b"x" * 2**20 for _ in range(MAX_BODY_BYTES // 2**20 + 2))
    answer = studio.http.post(
        "/api/projects", content=pieces, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def received(*parts: bytes, pause_s: float = 0.0) -> tuple[list[int], Receive]:
    """A body that comes in parts, and how many of them were asked for."""
    asked: list[int] = []

    async def receive() -> Message:
        await asyncio.sleep(pause_s)
        number = len(asked)
        asked.append(number)
        more = number + 1 < len(parts)
        return {"type": "http.request", "body": parts[number], "more_body": more}

    return asked, receive


def test_what_is_announced_as_too_large_is_refused_before_it_is_read() -> None:
    asked, receive = received(b"")
    with pytest.raises(Problem) as error:
        Body(receive, path="/", announced=str(MAX_BODY_BYTES + 1), place=asyncio.Semaphore())
    assert error.value.status == 413
    assert asked == []


def test_large_bodies_come_one_after_another_and_small_ones_beside_them() -> None:
    async def read(body: Body) -> None:
        while (await body.receive())["more_body"]:
            pass

    async def check() -> None:
        place = asyncio.Semaphore(1)
        part = bytes(300_000)

        def body(*parts: bytes, announced: str = "") -> tuple[list[int], Body]:
            asked, receive = received(*parts)
            return asked, Body(receive, path="/", announced=announced, place=place)

        _, first = body(part, part, part, part)
        await read(first)
        asked, second = body(part, part, part, part)
        waiting = asyncio.create_task(read(second))
        announced, third = body(part, announced="900000")
        announcing = asyncio.create_task(read(third))
        _, small = body(b"x")
        await read(small)
        await asyncio.sleep(0.05)
        assert (len(asked), len(announced)) == (2, 0)
        first.close()
        await announcing  # it was the first to ask for the place
        third.close()
        await waiting
        second.close()
        assert place._value == 1

    asyncio.run(check())


def test_a_large_body_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "TURN_S", 0.05)

    async def check() -> None:
        place = asyncio.Semaphore(0)
        _, receive = received(b"x")
        body = Body(receive, path="/", announced="900000", place=place)
        with pytest.raises(Problem) as error:
            await body.receive()
        assert (error.value.status, error.value.retry_after_s) == (503, 0)
        body.close()
        assert place._value == 0

    asyncio.run(check())


# Slow, and left halfway


@pytest.mark.parametrize(("silence_s", "whole_s"), [(0.05, 60.0), (60.0, 0.05)])
def test_a_body_that_does_not_come_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, silence_s: float, whole_s: float
) -> None:
    monkeypatch.setattr(bodies, "SILENCE_S", silence_s)
    monkeypatch.setattr(bodies, "BODY_S", whole_s)

    async def check() -> None:
        pause_s = 0.2 if silence_s < whole_s else 0.02
        _, receive = received(*[b"x"] * 100, pause_s=pause_s)
        body = Body(receive, path="/", announced="", place=asyncio.Semaphore())

        async def read() -> None:
            for _ in range(100):
                await body.receive()

        with pytest.raises(Problem) as error:
            await read()
        assert error.value.status == 408

    asyncio.run(check())


@contextmanager
def listening(folder: Path, composer: PlainComposer | None = None) -> Iterator[tuple[str, int]]:
    """A studio at a real socket, as `serve` runs it."""
    composer = composer or PlainComposer.quick()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address: tuple[str, int] = listener.getsockname()
        app = create_app(
            Studio(Settings(projects=folder, load=lambda: composer)), Policy(address[1])
        )
        config = uvicorn.Config(
            app, http=ImpatientProtocol, log_config=None, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join()


def wait_for_the_end(client: socket.socket) -> None:
    """Return once the other side ends a connection; an error if it does not."""
    client.settimeout(60)
    with suppress(ConnectionResetError):
        while client.recv(4096):
            pass


def send_slowly(client: socket.socket, text: str) -> None:
    for letter in text:
        client.sendall(letter.encode())
        time.sleep(0.05)


def test_requests_that_are_sent_by_half_are_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.3)
    monkeypatch.setattr(connections, "_LAG_S", 0.1)
    monkeypatch.setattr(bodies, "SILENCE_S", 0.3)
    with listening(tmp_path) as address:
        head = f"Host: {address[0]}:{address[1]}\r\n"
        whole = f"GET /api/info HTTP/1.1\r\n{head}\r\n"
        post = f"POST /api/projects/upload HTTP/1.1\r\n{head}Content-Length: 99\r\n\r\nMThd"
        for begun in ("", "GET /api/in", f"GET / HTTP/1.1\r\n{head}", f"{whole}GET ", post):
            with socket.create_connection(address) as client:
                client.sendall(begun.encode())
                wait_for_the_end(client)
        with (
            socket.create_connection(address) as client,
            pytest.raises((BrokenPipeError, ConnectionResetError)),
        ):
            send_slowly(client, "GET / HTTP/1.1\r\n" * 100)  # each in time, the request never


def test_a_client_that_leaves_during_an_upload_is_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with listening(tmp_path) as address, caplog.at_level(logging.WARNING):
        head = f"Host: {address[0]}:{address[1]}\r\nContent-Length: 9999\r\n"
        for path, kind in (("upload", "audio/midi"), ("import", "x/y"), ("", "application/json")):
            with socket.create_connection(address) as client:
                request = (
                    f"POST /api/projects/{path} HTTP/1.1\r\n{head}Content-Type: {kind}\r\n\r\n"
                )
                client.sendall(request.encode() + b"MThd")
                time.sleep(0.1)
        time.sleep(0.3)
    assert [record.getMessage() for record in caplog.records] == []


def test_a_client_that_leaves_while_it_follows_is_no_error_and_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    held = PlainComposer.held()
    with (
        listening(tmp_path, held) as (host, port),
        caplog.at_level(logging.WARNING),
        httpx.Client(base_url=f"http://{host}:{port}/api", timeout=60) as http,
    ):
        project = http.post("/projects", json={"example": "band"}).json()["id"]
        asked = {"task": "continue", "bars": 2, "takes": 2}
        path = f"/projects/{project}/nodes/1/suggestions"
        suggestion = http.post(path, json=asked).json()["id"]
        assert held.waits.wait(60)
        with http.stream("GET", f"/suggestions/{suggestion}/events") as following:
            assert next(following.iter_lines())
        held.go.set()
        while (found := http.get(f"/suggestions/{suggestion}").json())["state"] != "done":
            assert found["state"] in ("queued", "running")
        assert len(found["takes"]) == 2
    assert [record.getMessage() for record in caplog.records] == []


# Many


def test_who_only_looks_does_not_wait_for_those_who_bring_and_change(
    studio: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All threads for large pieces are busy, and what needs none of them is answered."""
    monkeypatch.setattr(documents, "_SMALL_BYTES", 0)
    pieces = studio.studio.projects._shelf.documents
    project = studio.post("/projects", {"example": "band"})["id"]
    other = studio.post("/projects", {"example": "quartet"})["id"]
    data = example_path("quartet").read_bytes()
    pieces._music.clear()
    studio.get(f"/projects/{project}/nodes/1")
    calls = [lambda: studio.http.post("/api/projects/upload", content=data) for _ in range(30)]
    calls += [lambda: studio.http.get(f"/api/projects/{other}/nodes/1") for _ in range(30)]
    threads = [threading.Thread(target=call) for call in calls]

    def look() -> None:
        for _ in range(5):
            studio.get("/projects")
            studio.get(f"/projects/{project}")

    with pieces._reading:  # one that takes long is being read
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        looking = threading.Thread(target=look)
        looking.start()
        looking.join(timeout=60)
        assert not looking.is_alive()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()


def test_the_end_of_the_studio_is_answered_and_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_come = threading.Event()
    receive = Body.receive

    async def noted(body: Body) -> Message:
        has_come.set()
        return await receive(body)

    monkeypatch.setattr(Body, "receive", noted)
    with listening(tmp_path) as address, caplog.at_level(logging.ERROR):
        head = f"Host: {address[0]}:{address[1]}\r\nContent-Length: 99\r\n\r\nMThd"
        client = socket.create_connection(address)
        client.sendall(f"POST /api/projects/upload HTTP/1.1\r\n{head}".encode())
        assert has_come.wait(60)
    with client:
        assert client.recv(4096).startswith(b"HTTP/1.1 503")
    assert not [record for record in caplog.records if record.exc_info]
