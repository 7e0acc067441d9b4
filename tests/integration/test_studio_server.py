"""The studio as a process: killed at any moment, asked by many at once, ended by Ctrl-C."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from random import Random

import httpx
import pytest

from tests.servers import Server, serving
from tests.studios import parse_events

ASKED = {"task": "continue", "bars": 2, "takes": 2}
Writes = SimpleQueue[int]
"""Versions, each when a write to it was answered."""


def test_five_kills_lose_nothing_that_was_accepted(tmp_path: Path) -> None:
    kill_at_random(tmp_path, kills=5)


@pytest.mark.slow
def test_two_hundred_kills_lose_nothing_that_was_accepted(tmp_path: Path) -> None:
    kill_at_random(tmp_path, kills=200)


def kill_at_random(folder: Path, *, kills: int) -> None:
    """Accept, edit, name and delete until the kill; what was answered must be there afterwards."""
    random = Random(1)
    answered: dict[int, str] = {}
    project = ""
    for _ in range(kills):
        with serving(folder) as server:
            if not project:
                project = server.http.post("/api/projects", json={"example": "band"}).json()["id"]
                answered[1] = ""
            assert_all_is_there(server, project, answered)
            writes: Writes = SimpleQueue()
            told = (server, project, answered, writes)
            work = threading.Thread(target=work_until_killed, args=told)
            work.start()
            for _ in range(random.randint(2, 9)):
                writes.get(timeout=60)
            time.sleep(random.uniform(0, 0.05))
            server.process.kill()
            work.join(timeout=60)
            assert not work.is_alive()
    with serving(folder) as server:
        assert_all_is_there(server, project, answered)
        assert len(answered) > kills


def work_until_killed(
    server: Server, project: str, answered: dict[int, str], writes: Writes
) -> None:
    """Note what was answered, once it was; a suggestion runs beside it all the time."""
    http = httpx.Client(base_url=server.address, timeout=60)
    node = max(answered)
    try:
        while True:
            suggestion = http.post(
                f"/api/projects/{project}/nodes/1/suggestions", json=ASKED
            ).json()["id"]
            for number in range(3):
                note = f"{node}, {number}"
                path = f"/api/projects/{project}/nodes/{node}"
                if http.patch(path, json={"note": note}).status_code == 200:
                    answered[node] = note
                    writes.put(node)
                edit = http.post(f"{path}/edits", json={"label": f"edit {number}"})
                if edit.status_code == 201:
                    node = int(edit.json()["id"])
                    answered[node] = ""
                    writes.put(node)
            accepted = http.post(f"/api/suggestions/{suggestion}/takes/1/accept", json={})
            if accepted.status_code == 201:
                node = int(accepted.json()["id"])
                answered[node] = ""
                writes.put(node)
    except httpx.TransportError:
        return
    finally:
        http.close()


def assert_all_is_there(server: Server, project: str, answered: dict[int, str]) -> None:
    """Every node that was answered is in the tree, and its music can be read.

    The note that was under way at the kill may be there or not.
    """
    found = server.http.get(f"/api/projects/{project}").json()
    nodes = {node["id"]: node for node in found["nodes"]}
    assert set(answered) <= set(nodes)
    for node, note in answered.items():
        if node != max(answered):
            assert nodes[node]["note"] == note
    detail = server.http.get(f"/api/projects/{project}/nodes/{max(answered)}")
    assert detail.status_code == 200
    assert all(s["state"] not in ("queued", "running") for s in found["suggestions"])
    answered |= {node: nodes[node]["note"] for node in nodes}


def test_fifty_clients_at_once_get_answers_or_an_honest_503(tmp_path: Path) -> None:
    with serving(tmp_path) as server:

        def visit(number: int) -> list[int]:
            with httpx.Client(base_url=server.address, timeout=120) as http:
                created = http.post("/api/projects", json={"example": "quartet"})
                project = created.json()["id"]
                asked = http.post(f"/api/projects/{project}/nodes/1/suggestions", json=ASKED)
                statuses = [created.status_code, asked.status_code]
                if asked.status_code == 503:
                    assert int(asked.headers["retry-after"]) > 0
                    assert asked.json()["error"]["code"] == "busy"
                else:
                    suggestion = asked.json()["id"]
                    events = parse_events(http.get(f"/api/suggestions/{suggestion}/events").text)
                    assert events[-1][1] == "done"
                    accept = f"/api/suggestions/{suggestion}/takes/1/accept"
                    statuses.append(http.post(accept, json={}).status_code)
                statuses.append(http.get(f"/api/projects/{project}").status_code)
                return statuses

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(visit, range(50)))

        assert {status for statuses in answers for status in statuses} <= {200, 201, 202, 503}
        assert sum(202 in statuses for statuses in answers) >= 16
        assert len(server.http.get("/api/projects").json()) == 50


def test_a_client_that_follows_hears_bars_while_they_are_written(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        project = server.http.post("/api/projects", json={"example": "band"}).json()["id"]
        asked = {"task": "continue", "bars": 32, "takes": 8}
        suggestion = server.http.post(
            f"/api/projects/{project}/nodes/1/suggestions", json=asked
        ).json()["id"]
        url = f"/api/suggestions/{suggestion}"
        with server.http.stream("GET", f"{url}/events") as events:
            for line in events.iter_lines():
                if line == "event: bar":
                    break
        with httpx.Client(base_url=server.address) as second:
            assert second.get(url).json()["state"] == "running"
            assert second.delete(url).json()["state"] == "cancelled"
            again = parse_events(second.get(f"{url}/events", headers={"Last-Event-ID": "1"}).text)
        assert again[0][0] == 2
        assert again[-1][1] == "cancelled"


def test_ctrl_c_ends_at_once_even_while_a_client_follows(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        project = server.http.post("/api/projects", json={"example": "band"}).json()["id"]
        asked = {"task": "continue", "bars": 32, "takes": 8}
        suggestion = server.http.post(
            f"/api/projects/{project}/nodes/1/suggestions", json=asked
        ).json()["id"]
        with httpx.stream("GET", f"{server.address}/api/suggestions/{suggestion}/events") as events:
            lines = events.iter_lines()
            assert next(lines) == "id: 1"
            server.interrupt()
        assert [path.name for path in tmp_path.iterdir()] == [f"{project}.segue"]
