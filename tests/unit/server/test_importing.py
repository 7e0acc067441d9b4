"""Projects' files that leave the studio and come back, and what comes instead of one."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import pytest

from segue.server.gate import MAX_BODY_BYTES
from segue.server.importing import MAX_PROJECT_BYTES
from tests.studios import Client, Json, running

NO_PROJECT = "is not a Segue project"
DAMAGED = "is damaged"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path / "projects") as client:
        yield client


def bring(studio: Client, data: bytes, status: int = 201) -> Json:
    """Import a file."""
    answer = studio.http.post("/api/projects/import?name=mine.segue", content=data)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


def refused(studio: Client, data: bytes, words: str) -> None:
    """Whether a file is refused in these words, and leaves nothing behind."""
    before = studio.get("/projects")
    message = bring(studio, data, status=422)["error"]["message"]
    assert message.startswith("mine.segue: ")
    assert words in message
    assert studio.get("/projects") == before
    assert not list(studio.studio.projects.folder.glob(".*"))


def exported(studio: Client) -> tuple[str, bytes]:
    """The id and the file of a project with a version and takes that were not kept."""
    project = studio.post("/projects", {"example": "band", "name": "Mine"})["id"]
    suggestion = studio.ask(project, bars=1, takes=2)
    studio.ended(suggestion)
    studio.post(f"/suggestions/{suggestion}/takes/2/accept", {"name": "kept"})
    return project, studio.http.get(f"/api/projects/{project}/file").content


def changed(data: bytes, folder: Path, *statements: str) -> bytes:
    """The file after some SQL."""
    path = folder / "changed.segue"
    path.write_bytes(data)
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path.read_bytes()


def test_what_was_exported_comes_back_whole_beside_what_is_there(studio: Client) -> None:
    project, data = exported(studio)
    found = bring(studio, data)

    assert found["id"] != project
    before = studio.get(f"/projects/{project}")
    for fact in ("name", "created", "changed", "current", "nodes"):
        assert found[fact] == before[fact]
    (was,), (suggestion,) = before["suggestions"], found["suggestions"]
    assert suggestion["takes"] == was["takes"]
    assert suggestion["id"].startswith(f"{found['id']}.")
    for node in (1, 2):
        assert studio.midi(f"/projects/{found['id']}/nodes/{node}/midi") == studio.midi(
            f"/projects/{project}/nodes/{node}/midi"
        )
    child = studio.post(f"/suggestions/{suggestion['id']}/takes/1/accept")
    assert (child["id"], child["parent"]) == (3, 1)
    assert len(studio.get(f"/projects/{project}")["nodes"]) == 2


def test_a_file_of_the_folder_itself_comes_in_elsewhere(tmp_path: Path) -> None:
    with running(tmp_path / "here") as studio:
        project, _ = exported(studio)
    data = (tmp_path / "here" / f"{project}.segue").read_bytes()
    with running(tmp_path / "there") as studio:
        assert bring(studio, data)["name"] == "Mine"


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("Ünder the Sea!", "under-the-sea.segue", "Ünder the Sea!.segue"),
        ('../a"b\r\nX: y', "a-b-x-y.segue", "a b X  y.segue"),
        ("海", "piece.segue", "海.segue"),
    ],
)
def test_a_file_is_called_after_its_piece(studio: Client, name: str, plain: str, full: str) -> None:
    project = studio.post("/projects", {"example": "band", "name": name})["id"]
    answer = studio.http.get(f"/api/projects/{project}/file")
    first, second = answer.headers["content-disposition"].split("; ")[1:]
    assert first == f'filename="{plain}"'
    assert unquote(second.removeprefix("filename*=UTF-8''")) == full


def test_what_is_no_project_is_refused_in_words(studio: Client, tmp_path: Path) -> None:
    _, data = exported(studio)
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    for other in (b"", b"MThd", b"SQLite format 3\0", path.read_bytes()):
        refused(
            studio, other, DAMAGED if other[:6] == b"SQLite" and len(other) < 99 else NO_PROJECT
        )
    for statement in (
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 0",
        "CREATE TABLE more (name TEXT)",
        "CREATE TRIGGER loud AFTER UPDATE ON project BEGIN DELETE FROM takes; END",
        "CREATE VIEW songs AS SELECT name FROM project",
        "ALTER TABLE nodes ADD COLUMN more TEXT",
    ):
        refused(studio, changed(data, tmp_path, statement), NO_PROJECT)
    later = changed(data, tmp_path, "PRAGMA user_version = 99")
    refused(studio, later, "made by a later Segue (format 99")


def test_what_is_damaged_is_refused_in_words(studio: Client, tmp_path: Path) -> None:
    _, data = exported(studio)
    middle = len(data) // 2
    refused(studio, data[:middle], DAMAGED)
    refused(studio, data[:middle] + bytes(4096) + data[middle + 4096 :], DAMAGED)
    bomb = zlib.compress(bytes(2**26)).hex()
    for statement, words in (
        ("DELETE FROM project", DAMAGED),
        ("UPDATE project SET current = 99", DAMAGED),
        ("UPDATE project SET name = x'00'", DAMAGED),
        ("UPDATE nodes SET parent = 2 WHERE id = 1", DAMAGED),
        ("UPDATE nodes SET parent = 99 WHERE id = 2", DAMAGED),
        ("UPDATE nodes SET kind = 'song'", DAMAGED),
        ("UPDATE nodes SET region = '{'", DAMAGED),
        ("UPDATE nodes SET midi = x'00'", DAMAGED),
        ("UPDATE nodes SET midi = 7", DAMAGED),
        (f"UPDATE nodes SET midi = x'{bomb}'", "more than any music needs"),
        (
            f"UPDATE nodes SET midi = x'{zlib.compress(b'no music').hex()}'",
            "this is not a MIDI file",
        ),
        ("UPDATE takes SET details = x'00'", DAMAGED),
        (f"UPDATE takes SET details = x'{zlib.compress(b'[]').hex()}'", DAMAGED),
        ("UPDATE suggestions SET asked = '[]'", DAMAGED),
        (f"UPDATE suggestions SET asked = '{'[' * 100_000}'", DAMAGED),
    ):
        refused(studio, changed(data, tmp_path, statement), words)


def test_a_project_may_be_larger_than_a_midi_file_but_not_without_end(studio: Client) -> None:
    refused(studio, bytes(MAX_BODY_BYTES + 1), NO_PROJECT)
    error = bring(studio, bytes(MAX_PROJECT_BYTES + 1), status=413)["error"]
    assert error["code"] == "too_large"
    assert "64 MiB" in error["message"]
    assert "folder of projects" in error["message"]
