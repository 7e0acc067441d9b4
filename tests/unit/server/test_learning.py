"""Learning from a folder in the studio: progress, cancel, a menu of models, and who wrote what."""

import io
import os
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue import extras
from segue.models.folder import personal_folder
from segue.server.learning import Learning
from tests.plain_composer import PlainComposer
from tests.studios import Client, running
from tests.unit.learning.bases import write_base
from tests.unit.training.corpora import write_songs

PLAYS_LEARNING = """
import json, pathlib, sys, time
asked = json.loads(sys.argv[1])
out = pathlib.Path(asked["out"])
tell = lambda **told: print(json.dumps(told), flush=True)
tell(stage="learning", done=1, total=asked["steps"], words="2.000 nats an event at best")
(out / "report").mkdir(parents=True)
while asked["steps"] == 99:
    time.sleep(0.05)
if asked["steps"] == 98:
    tell(error="no song has 64 notes")
    sys.exit(2)
if asked["steps"] == 97:
    sys.exit("a traceback")
(out / "card.json").write_text("{}")
(out / "report" / "rolls.png").write_bytes(b"a picture")
tell(report=["it learned " + asked["source"].rsplit("/")[-1]], is_better=asked["steps"] != 96)
"""
"""Stands in for `python -m segue.learning`; the number of steps says how it goes."""


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with running(tmp_path / "projects") as client:
        client.studio.learning = Learning((sys.executable, "-c", PLAYS_LEARNING))
        yield client
        client.studio.learning.close()


def ended(studio: Client, *, while_: str = "running") -> Any:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        job = studio.get("/learning")["job"]
        if job["state"] != while_:
            return job
        time.sleep(0.02)
    raise AssertionError("it did not end")


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("a.mid", b"MThd")
    return buffer.getvalue()


def test_a_folder_is_learned_from_and_the_model_is_in_the_menu(
    studio: Client, tmp_path: Path
) -> None:
    (tmp_path / "my songs").mkdir()
    studio.post("/learning", {"folder": str(tmp_path / "my songs"), "steps": 2}, status=202)
    job = ended(studio)
    assert (job["state"], job["model"], job["has_picture"]) == ("done", "my songs", True)
    assert job["report"] == ["it learned my songs"]
    choices = studio.get("/models")
    assert choices[0]["name"] == "small"
    assert ("my songs", True) in [(c["name"], c["is_personal"]) for c in choices]
    picture = studio.http.get("/api/models/my songs/picture")
    assert (picture.content, picture.headers["content-type"]) == (b"a picture", "image/png")


def test_files_that_are_sent_are_learned_from_under_the_name_that_is_given(studio: Client) -> None:
    for expected in ("tunes", "tunes-2"):
        answer = studio.http.post(
            "/api/learning/upload?name=tunes&steps=2",
            content=archive(),
            headers={"Content-Type": "application/zip"},
        )
        assert answer.status_code == 202, answer.text
        assert ended(studio)["model"] == expected


def test_where_nothing_is_gained_there_is_no_model_to_choose(
    studio: Client, tmp_path: Path
) -> None:
    studio.post("/learning", {"folder": str(tmp_path), "steps": 96}, status=202)
    job = ended(studio)
    assert (job["state"], job["model"]) == ("done", None)


def test_what_is_cancelled_leaves_nothing(studio: Client, tmp_path: Path) -> None:
    studio.post("/learning", {"folder": str(tmp_path), "name": "mine", "steps": 99}, status=202)
    while not (personal_folder() / "mine").exists():
        time.sleep(0.02)
    second = studio.post("/learning", {"folder": str(tmp_path), "steps": 2}, status=409)
    assert "mine is being learned" in second["error"]["message"]
    assert studio.http.delete("/api/learning").status_code == 204
    assert ended(studio)["state"] == "cancelled"
    assert list(personal_folder().iterdir()) == []
    studio.post("/learning", {"folder": str(tmp_path), "steps": 2}, status=202)
    assert ended(studio)["state"] == "done", "the next one may begin"


@pytest.mark.parametrize(("steps", "words"), [(98, "no song has 64 notes"), (97, "a defect")])
def test_what_fails_says_why(studio: Client, tmp_path: Path, steps: int, words: str) -> None:
    studio.post("/learning", {"folder": str(tmp_path), "name": "x", "steps": steps}, status=202)
    job = ended(studio)
    assert job["state"] == "failed"
    assert words in job["words"]
    assert not (personal_folder() / "x").exists()


def test_without_the_packages_the_studio_says_how_to_get_them(
    studio: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "_is_installed", lambda module: module != "torch")
    state = studio.get("/learning")
    assert not state["available"]
    assert 'pip install "segue-music[train]"' in state["words"]
    refused = studio.post("/learning", {"folder": str(tmp_path)}, status=409)
    assert refused["error"]["code"] == "missing_packages"


def test_a_folder_that_is_not_there_is_named(studio: Client, tmp_path: Path) -> None:
    refused = studio.post("/learning", {"folder": str(tmp_path / "none")}, status=409)
    assert "none: there is no such folder" in refused["error"]["message"]


@pytest.mark.parametrize("folder", ["x" * 3000, "a\0b", "~nobody-of-this-name/midi"])
def test_a_folder_that_cannot_be_is_not_there(studio: Client, folder: str) -> None:
    refused = studio.post("/learning", {"folder": folder, "name": "mine"}, status=409)
    assert "there is no such folder" in refused["error"]["message"]


def test_a_studio_for_other_machines_reads_no_folders(tmp_path: Path) -> None:
    with running(tmp_path, token="secret") as client:
        client.http.cookies.set("segue_token", "secret")
        assert not client.get("/learning")["takes_paths"]
        refused = client.post("/learning", {"folder": str(tmp_path)}, status=409)
        assert refused["error"]["code"] == "no_paths"


def test_the_chosen_model_writes_and_the_version_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write_base(personal_folder() / "mine")
    asked = []

    def load(name: str) -> PlainComposer:
        asked.append(name)
        return PlainComposer.quick()

    with running(tmp_path / "projects") as studio:
        studio.studio.models._load = load
        project = studio.post("/projects", {"example": "band"})["id"]
        missing = {"task": "continue", "bars": 2, "model": "other"}
        studio.post(f"/projects/{project}/nodes/1/suggestions", missing, status=404)
        found = studio.ended(studio.ask(project, model="mine"))
        assert (found["state"], asked) == ("done", ["mine"])
        assert found["asked"]["model"] == "mine"
        kept = studio.post(f"/suggestions/{found['id']}/takes/1/accept")
        assert studio.get(f"/projects/{project}/nodes/1")["written_by"] is None
        assert kept["written_by"] == found["takes"][0]["provenance"]["model"]


@pytest.mark.skipif(os.name == "nt", reason="the process is asked for by a signal's name")
def test_the_real_process_learns_and_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    music = write_songs(tmp_path / "songs", 1)
    with running(tmp_path / "projects") as studio:
        studio.post("/learning", {"folder": str(music), "steps": 1}, status=202)
        job = ended(studio)
    assert job["state"] == "failed"
    assert "two at least" in job["words"]
