"""What the studio takes, and that its answers are bounded by that."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from segue.midi.messages import quantity
from segue.server import documents, limits, project_file
from segue.server.limits import KEPT, MAX_EVENTS, TAKEN_IN
from segue.server.project_file import ProjectError, ProjectFile
from segue.server.records import NewNode, TakeRow
from tests.studios import Client, running
from tests.unit.server.test_hostile import smf

END = b"\x00\xff\x2f\x00"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path) as client:
        yield client


def controllers_file(count: int) -> bytes:
    """A note, and very many controllers."""
    return smf(b"\x00\x90\x3c\x40\x01\x80\x3c\x40" + b"\x00\xb0\x07\x64" * count + END)


def tempos_file(count: int) -> bytes:
    return smf(b"\x01\xff\x51\x03\x07\xa1\x20" * count + b"\x00\x90\x3c\x40\x01\x80\x3c\x40" + END)


def test_a_file_of_controllers_alone_is_refused_and_one_below_is_answered(studio: Client) -> None:
    answer = studio.http.post("/api/projects/upload", content=controllers_file(MAX_EVENTS))
    assert answer.status_code == 413
    assert f"{MAX_EVENTS:,} events" in answer.json()["error"]["message"]
    project = studio.upload(controllers_file(MAX_EVENTS - 10))["id"]
    node = studio.http.get(f"/api/projects/{project}/nodes/1")
    assert node.status_code == 200
    assert len(node.content) < 10 * 2**20


def test_a_file_of_tempos_alone_is_refused(studio: Client) -> None:
    answer = studio.http.post(
        "/api/projects/upload", content=tempos_file(limits.MAX_TIME_CHANGES + 1)
    )
    assert answer.status_code == 413
    assert "changes of tempo" in answer.json()["error"]["message"]


def test_a_long_name_is_not_answered_once_for_every_track(studio: Client) -> None:
    name = b"n" * 1_000_000
    body = b"\x00\xff\x03" + quantity(len(name)) + name
    for program in range(100):
        body += bytes((0, 0xC0, program, 0, 0x90, 60, 64, 1, 0x80, 60, 64))
    project = studio.upload(smf(body + END))["id"]
    node = studio.http.get(f"/api/projects/{project}/nodes/1")
    assert len(node.json()["score"]["tracks"]) == 100
    assert len(node.content) < 2**20


def test_a_huge_version_of_an_imported_project_is_told_and_the_others_open(
    studio: Client, tmp_path: Path
) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    studio.post(f"/projects/{project}/nodes/1/edits", {"label": "a version"})
    path = tmp_path / "came"
    path.write_bytes(studio.http.get(f"/api/projects/{project}/file").content)
    huge = zlib.compress(controllers_file(KEPT.events))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE nodes SET midi = ? WHERE id = 1", (huge,))
    answer = studio.http.post("/api/projects/import", content=path.read_bytes())
    assert answer.status_code == 201, answer.text
    came = answer.json()["id"]
    message = studio.get(f"/projects/{came}/nodes/1", status=409)["error"]["message"]
    assert "can still be exported" in message
    assert studio.midi(f"/projects/{came}/nodes/1/midi") == zlib.decompress(huge)
    assert studio.get(f"/projects/{came}/nodes/2")["label"] == "a version"


def test_an_edit_of_more_notes_than_a_piece_may_have_is_refused_before_it_is_made(
    studio: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    n = TAKEN_IN.notes // 2 + 1
    notes = {"onset": [0] * n, "duration": [1] * n, "pitch": [60] * n, "velocity": [1] * n}
    monkeypatch.setattr("segue.server.actions.nodes.edited", None)
    answer = studio.post(
        f"/projects/{project}/nodes/1/edits",
        {"label": "x", "new_tracks": [{"notes": notes}] * 2},
        status=413,
    )
    assert "notes, and the studio takes" in answer["error"]["message"]


def test_a_project_has_no_more_versions_than_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_file, "MAX_NODES", 3)
    root = NewNode(kind="root", label="root", midi=b"", n_bars=1, n_notes=2)
    file = ProjectFile.create(tmp_path / "x.segue", name="x", root=root)
    file.add(1, root)
    file.add(1, root)
    with pytest.raises(ProjectError, match="3 versions"):
        file.add(1, root)
    assert len(file.nodes()) == 3
    file.close()


def test_suggestions_are_told_as_far_as_an_answer_holds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_file, "_MAX_DETAILS", 1000)
    root = NewNode(kind="root", label="root", midi=b"", n_bars=1, n_notes=2)
    file = ProjectFile.create(tmp_path / "x.segue", name="x", root=root)
    for _ in range(5):
        number = file.ask(1, {}, {})
        file.add_take(number, TakeRow(number=1, rank=1, details={"x": "y" * 400}), b"")
    assert [row.number for row in file.newest_suggestions(16)] == [5, 4]
    file.add_take(file.ask(1, {}, {}), TakeRow(number=1, rank=1, details={"x": "y" * 4000}), b"")
    assert [row.number for row in file.newest_suggestions(16)] == [6]
    file.close()


def test_few_pieces_are_kept_and_fewer_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    found = documents.Documents()
    pieces = [controllers_file(1000 + i) for i in range(6)]
    for piece in pieces:
        found.of(piece)
        found.music(piece)
    assert list(found._documents) == pieces[-4:]
    assert list(found._music) == pieces[-4:]
    monkeypatch.setattr(documents, "_MAX_KEPT_EVENTS", 2500)
    monkeypatch.setattr(documents, "_MAX_KEPT_BYTES", 1000)
    found.music(pieces[0])
    assert list(found._documents) == [pieces[5], pieces[0]]
    assert list(found._music) == [pieces[0]]
