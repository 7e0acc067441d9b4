"""Suggestions: events, queue, ends, through the API, with a stand-in for the model."""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.midi import score_to_bytes
from segue.server.project_file import INTERRUPTED
from tests.composers import band, score_of
from tests.plain_composer import PlainComposer
from tests.strategies import encode_smf
from tests.studios import Client, running


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path / "projects", watch=tmp_path / "watch") as client:
        yield client


def test_events_tell_every_bar_of_every_take_and_resume(studio: Client) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    suggestion = studio.ask(project, bars=3, takes=5)
    events = studio.events(suggestion)

    assert [number for number, _, _ in events] == list(range(1, len(events) + 1))
    names = [name for _, name, _ in events]
    assert names[-1] == "done"
    assert names.count("take") == 5
    assert names.index("started") < names.index("bar")
    bars = [(e["take"], e["bar"], e["bars_done"]) for _, name, e in events if name == "bar"]
    assert sorted(bars) == [(t, 7 + b, b) for t in range(1, 6) for b in range(1, 4)]
    assert studio.events(suggestion, after=4) == events[4:]


def test_the_bars_that_are_told_make_up_the_take(studio: Client) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    events = studio.events(studio.ask(project, bars=2, takes=1))

    (take,) = [data for _, name, data in events if name == "take"]
    bars = [data for _, name, data in events if name == "bar"]
    for index, track in enumerate(take["score_tracks"]):
        told = [bar["tracks"][index]["notes"] for bar in bars if index < len(bar["tracks"])]
        for column in ("onset", "pitch", "velocity"):
            assert [v for notes in told for v in notes[column]] == track["notes"][column]


def test_a_take_tells_what_the_kept_file_resets_at_the_join(studio: Client) -> None:
    # A pedal that stays down, and a channel that is faded out.
    piano = [(0, b"\xb0\x40\x7f"), (0, b"\x90\x3c\x50"), (90, b"\x80\x3c\x40")]
    bass = [
        (0, b"\xb1\x07\x64"),
        (0, b"\x91\x24\x50"),
        (90, b"\x81\x24\x40"),
        (95, b"\xb1\x07\x00"),
    ]
    end = (400, b"\xff\x2f\x00")
    project = studio.upload(encode_smf([[*piano, end], [*bass, end]]))["id"]
    before = studio.get(f"/projects/{project}/nodes/1")["controllers"]
    suggestion = studio.ask(project, bars=1, takes=1)

    events = {name: data for _, name, data in studio.events(suggestion)}
    assert events["started"]["resets"] == [[384, 0, 0xB0, 64, 0], [384, 1, 0xB0, 7, 100]]
    (take,) = studio.get(f"/suggestions/{suggestion}")["takes"]
    after = studio.post(f"/suggestions/{suggestion}/takes/1/accept")["controllers"]
    # The stand-in plays the first track alone: the other channel stays as it is.
    assert take["resets"] == [message for message in after if message not in before]
    assert take["resets"] == [[384, 0, 0xB0, 64, 0]]


@pytest.mark.parametrize("is_expressive", [True, False])
def test_a_take_tells_how_the_pedal_goes_on_in_the_kept_file(
    studio: Client, is_expressive: bool
) -> None:
    piano = [
        event
        for bar in range(0, 4 * 384, 384)
        for event in (
            (bar, b"\x90\x3c\x50"),
            (bar + 8, b"\xb0\x40\x7f"),
            (bar + 90, b"\x80\x3c\x40"),
            (bar + 300, b"\xb0\x40\x00"),
        )
    ]
    project = studio.upload(encode_smf([[*piano, (4 * 384, b"\xff\x2f\x00")]]))["id"]
    before = studio.get(f"/projects/{project}/nodes/1")["controllers"]
    wishes: dict[str, Any] = {} if is_expressive else {"options": {"expression": False}}
    suggestion = studio.ask(project, bars=2, takes=1, **wishes)
    studio.ended(suggestion)

    (take,) = studio.get(f"/suggestions/{suggestion}")["takes"]
    after = studio.post(f"/suggestions/{suggestion}/takes/1/accept")["controllers"]

    assert take["resets"] == [message for message in after if message not in before]
    values = [value for _, _, _, number, value in take["resets"] if number == 64]
    assert (127 in values) == is_expressive
    assert values[-1:] == ([0] if is_expressive else [])


@pytest.mark.parametrize("task", ["infill", "morph"])
def test_a_take_inside_the_piece_resets_nothing(studio: Client, task: str) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    suggestion = studio.ask(project, task=task, bars=None, first=2, last=3, takes=1)
    events = {name: data for _, name, data in studio.events(suggestion)}
    assert events["started"]["resets"] == events["take"]["resets"] == []


def test_the_events_of_a_suggestion_of_an_earlier_run_are_its_takes_and_its_end(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        suggestion = studio.ask(project, bars=1, takes=2)
        takes = studio.ended(suggestion)["takes"]
    with running(tmp_path) as studio:
        events = studio.events(suggestion)
        assert [name for _, name, _ in events] == ["take", "take", "done"]
        assert events[-1][2]["takes"] == takes
        assert studio.get(f"/projects/{project}")["suggestions"][0]["takes"] == takes


def test_a_node_tells_its_own_suggestions_however_many_came_after(tmp_path: Path) -> None:
    with running(tmp_path) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        first = [studio.ask(project, bars=1, takes=1, seed=seed) for seed in (1, 2)]
        studio.ended(first[-1])
        child = studio.post(f"/suggestions/{first[0]}/takes/1/accept")["id"]
        later = [studio.ask(project, child, bars=1, takes=1, seed=seed) for seed in range(6)]
        studio.ended(later[-1])
    with running(tmp_path) as studio:
        told = [found["id"] for found in studio.get(f"/projects/{project}")["suggestions"]]
        assert set(told).isdisjoint(first)
        of_root = studio.get(f"/projects/{project}/nodes/1/suggestions")
        assert [found["id"] for found in of_root] == first[::-1]
        assert of_root[0] == studio.get(f"/suggestions/{first[1]}")
        of_child = studio.get(f"/projects/{project}/nodes/{child}/suggestions")
        assert [found["id"] for found in of_child] == later[::-1]
        studio.get(f"/projects/{project}/nodes/99/suggestions", status=404)


def test_cancelling_is_immediate_and_the_next_in_the_queue_begins(tmp_path: Path) -> None:
    held = PlainComposer.held()
    with running(tmp_path, load=lambda: held) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        first = studio.ask(project)
        assert held.waits.wait(30)
        second, third = studio.ask(project), studio.ask(project)
        assert studio.get(f"/suggestions/{first}")["state"] == "running"
        assert studio.get(f"/suggestions/{second}")["position"] == 2
        assert studio.get(f"/suggestions/{third}")["position"] == 3

        assert studio.http.delete(f"/api/suggestions/{second}").json()["state"] == "cancelled"
        assert studio.get(f"/suggestions/{third}")["position"] == 2
        assert studio.http.delete(f"/api/suggestions/{first}").json()["state"] == "cancelled"
        held.go.set()
        assert studio.ended(third)["state"] == "done"
        assert [name for _, name, _ in studio.events(second)] == ["queued", "cancelled"]
        positions = [e["position"] for _, name, e in studio.events(third) if name == "queued"]
        assert positions == [3, 2]


def test_who_looks_edits_and_brings_does_not_wait_for_a_suggestion(tmp_path: Path) -> None:
    """While one is written, and held up, everything else is answered."""
    held = PlainComposer.held()
    with running(tmp_path, load=lambda: held) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        suggestion = studio.ask(project)
        assert held.waits.wait(60)
        edited = studio.post(f"/projects/{project}/nodes/1/edits", {"label": "meanwhile"})
        midi = studio.midi(f"/projects/{project}/nodes/{edited['id']}/midi")
        other = studio.upload(midi)["id"]
        listed = {found["id"] for found in studio.get("/projects")}
        assert listed == {project, other}
        assert studio.get(f"/projects/{other}/nodes/1")["score"]["tracks"]
        assert studio.http.get(f"/api/projects/{project}/file").status_code == 200
        assert studio.get(f"/suggestions/{suggestion}")["state"] == "running"
        held.go.set()
        assert studio.ended(suggestion)["state"] == "done"


def test_takes_that_were_complete_stay_when_the_rest_is_cancelled(tmp_path: Path) -> None:
    with running(tmp_path, load=lambda: PlainComposer.quick(pause_s=0.01)) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        suggestion = studio.ask(project, bars=16, takes=8)
        while not studio.get(f"/suggestions/{suggestion}")["takes"]:
            pass
        ended = studio.http.delete(f"/api/suggestions/{suggestion}").json()

        assert ended["state"] == "cancelled"
        assert 1 <= len(ended["takes"]) < 8
        assert studio.post(f"/suggestions/{suggestion}/takes/1/accept")["kind"] == "continue"


def test_a_full_queue_says_when_to_come_back(tmp_path: Path) -> None:
    held = PlainComposer.held()
    with running(tmp_path, load=lambda: held) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        statuses = []
        for _ in range(20):
            answer = studio.http.post(
                f"/api/projects/{project}/nodes/1/suggestions", json={"task": "continue"}
            )
            statuses.append(answer.status_code)

        assert set(statuses) == {202, 503}
        assert statuses.index(503) in (16, 17)
        assert answer.json()["error"]["code"] == "busy"
        assert int(answer.headers["retry-after"]) > 0


def test_a_project_that_was_cut_off_tells_so(tmp_path: Path) -> None:
    with running(tmp_path) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        suggestion = studio.ask(project, bars=1)
        studio.ended(suggestion)
    with sqlite3.connect(tmp_path / f"{project}.segue") as connection:
        connection.execute("UPDATE suggestions SET state = 'running'")
    connection.close()
    with running(tmp_path) as studio:
        found = studio.get(f"/suggestions/{suggestion}")
        assert (found["state"], found["message"]) == ("failed", INTERRUPTED)
        assert len(found["takes"]) == 2
        assert studio.post(f"/suggestions/{suggestion}/takes/1/accept")["parent"] == 1


def test_wishes_that_contradict_each_other_are_told_at_once(studio: Client) -> None:
    project = studio.upload(score_to_bytes(band(bars=4)))["id"]
    path = f"/projects/{project}/nodes/1/suggestions"
    for asked, word in (
        ({"task": "infill", "first": 3, "last": 9}, "bars 1 to 4"),
        ({"task": "morph", "first": 2, "last": 4}, "before them and one after them"),
        ({"task": "vary", "tracks": [7]}, "no track 8"),
        ({"task": "infill", "tracks": [0], "options": {"instruments": [0]}}, "not both"),
        ({"task": "compose"}, "has notes"),
        ({"task": "continue", "options": {"instruments": [0], "new_instruments": True}}, "both"),
    ):
        answer = studio.post(path, asked, status=409)
        assert word in answer["error"]["message"]
    empty = studio.upload(score_to_bytes(score_of()))["id"]
    answer = studio.post(f"/projects/{empty}/nodes/1/suggestions", {"task": "infill"}, status=409)
    assert "no notes" in answer["error"]["message"]


def test_a_take_that_is_not_there_yet_cannot_be_accepted(tmp_path: Path) -> None:
    held = PlainComposer.held()
    with running(tmp_path, load=lambda: held) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        suggestion = studio.ask(project)
        answer = studio.post(f"/suggestions/{suggestion}/takes/1/accept", status=409)
        assert "not complete yet" in answer["error"]["message"]
        studio.post(f"/suggestions/{suggestion}.9/takes/1/accept", status=404)
        studio.post("/suggestions/none/takes/1/accept", status=404)


def test_a_model_that_cannot_be_loaded_is_told_with_the_suggestion(tmp_path: Path) -> None:
    from segue.generation.composer import load

    with running(tmp_path, load=lambda: load("no-such-model")) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        found = studio.ended(studio.ask(project))
        assert found["state"] == "failed"
        assert "no-such-model" in found["message"]
        assert "no-such-model" in studio.get("/info")["model"]["problem"]


@pytest.fixture
def one_thread() -> Iterator[None]:
    """As the studio runs it; on a busy machine two wait for each other."""
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_the_shipped_model_writes_what_its_bars_told(tmp_path: Path) -> None:
    from segue.generation.composer import load

    with running(tmp_path, load=lambda: load("band", threads=1)) as studio:
        project = studio.post("/projects", {"example": "quartet"})["id"]
        events = studio.events(studio.ask(project, bars=1, takes=1))
        assert studio.get("/info")["model"]["parameters"] > 1_000_000

    (take,) = [data for _, name, data in events if name == "take"]
    (bar,) = [data for _, name, data in events if name == "bar"]
    assert take["n_notes"] > 0
    assert bar["tracks"] == take["score_tracks"]


def test_takes_that_were_kept_before_keys_and_resets_were_can_still_be_read_and_accepted(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        suggestion = studio.ask(project, bars=1, takes=1)
        assert "key" in studio.ended(suggestion)["takes"][0]
    (path,) = tmp_path.glob("*.segue")
    with sqlite3.connect(path) as database:
        (details,) = database.execute("SELECT details FROM takes").fetchone()
        kept = json.loads(zlib.decompress(details))
        del kept["key"], kept["resets"]
        older = zlib.compress(json.dumps(kept | {"differs": []}).encode())
        database.execute("UPDATE takes SET details = ?", (older,))
    with running(tmp_path) as studio:
        assert studio.get(f"/suggestions/{suggestion}")["takes"][0]["key"] is None
        assert studio.get(f"/suggestions/{suggestion}")["takes"][0]["resets"] == []
        studio.post(f"/suggestions/{suggestion}/takes/1/accept", {})
