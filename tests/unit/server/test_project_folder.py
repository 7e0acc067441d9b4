"""The folder of projects: what is laid into it, left behind in it, and taken out of it."""

import os
import shutil
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from segue import files
from segue.server import database, projects, workplace
from segue.server.project_file import ProjectError, ProjectFile
from segue.server.projects import Projects
from segue.server.records import NewNode
from segue.server.workplace import working_folder
from tests.studios import Client, running

ROOT = NewNode(kind="root", label="root", midi=b"MThd", n_bars=1, n_notes=2)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path) as client:
        yield client


def made(folder: Path, *statements: str, name: str = "Mine") -> Path:
    """A project's file, closed, after some SQL that its maker could not have run."""
    with running(folder) as studio:
        project = studio.post("/projects", {"example": "band", "name": name})["id"]
        studio.ended(studio.ask(project, bars=1, takes=1))
    path = folder / f"{project}.segue"
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path


def killed(folder: Path) -> Path:
    """A project as a killed studio leaves it: its 20 latest versions are in the `-wal` alone."""
    file = ProjectFile.create(folder / "whole.segue", name="Mine", root=ROOT)
    for _ in range(20):
        file.add(1, ROOT)
    path = folder / "killed.segue"
    for ending in ("", "-wal"):
        path.with_name(path.name + ending).write_bytes(
            (folder / f"whole.segue{ending}").read_bytes()
        )
    file.close()
    (folder / "whole.segue").unlink()
    return path


def test_what_a_killed_studio_left_beside_a_project_is_taken_in_at_the_next_start(
    tmp_path: Path,
) -> None:
    path = killed(tmp_path)
    Projects(tmp_path).close()

    assert [other.name for other in tmp_path.iterdir()] == [path.name]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM nodes").fetchone() == (21,)


def test_what_lies_beside_a_file_of_another_program_stays(tmp_path: Path) -> None:
    path = tmp_path / "songs.segue"
    path.write_bytes(b"songs")
    beside = path.with_name("songs.segue-wal")
    beside.write_bytes(b"more songs")
    Projects(tmp_path).close()

    assert (path.read_bytes(), beside.read_bytes()) == (b"songs", b"more songs")


def n_nodes(path: Path) -> int:
    with closing(ProjectFile.open(path)) as file:
        return len(file.nodes())


# Files that are laid into the folder by hand


def test_a_trigger_in_a_file_of_the_folder_is_never_run(tmp_path: Path) -> None:
    path = made(tmp_path, "CREATE TRIGGER t AFTER UPDATE ON project BEGIN DELETE FROM takes; END")
    before = path.read_bytes()
    with running(tmp_path) as studio:
        (listed,) = studio.get("/projects")
        assert "is not a Segue project" in listed["problem"]
        answer = studio.http.patch(f"/api/projects/{path.stem}", json={"name": "Theirs"})
        assert answer.status_code == 409
    assert path.read_bytes() == before


def test_a_file_of_another_program_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "songs.segue"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE songs (name TEXT)")
    before = path.read_bytes()
    with running(tmp_path) as studio:
        assert "is not a Segue project" in studio.get("/projects")[0]["problem"]
        studio.get("/projects/songs", status=409)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["songs.segue"]


@pytest.mark.parametrize("table", ["nodes", "suggestions"])
def test_a_counter_at_its_end_is_told_and_the_disk_is_not_blamed(
    tmp_path: Path, table: str
) -> None:
    path = made(tmp_path, f"UPDATE sqlite_sequence SET seq = {2**63 - 1} WHERE name = '{table}'")
    with running(tmp_path) as studio:
        message = studio.get(f"/projects/{path.stem}", status=409)["error"]["message"]
    assert "counter" in message
    assert "disk" not in message


BOMB = zlib.compress(bytes(2**26)).hex()


@pytest.mark.parametrize(
    ("statement", "paths"),
    [
        ("UPDATE nodes SET kind = 'song'", ["", "/nodes/1"]),
        (f"UPDATE nodes SET region = '{'[' * 100_000}'", ["", "/nodes/1"]),
        ("UPDATE nodes SET region = '[]'", ["", "/nodes/1"]),
        (f"UPDATE nodes SET midi = x'{BOMB}'", ["/nodes/1", "/nodes/1/midi"]),
        ("UPDATE nodes SET midi = x'00'", ["/nodes/1", "/nodes/1/midi"]),
        (f"UPDATE takes SET details = x'{BOMB}'", ["", "/nodes/1/suggestions"]),
        (f"UPDATE takes SET details = x'{zlib.compress(b'[' * 9999).hex()}'", [""]),
        (f"UPDATE takes SET details = x'{zlib.compress(b'{}').hex()}'", [""]),
        ("UPDATE suggestions SET asked = '[]'", ["", "/nodes/1/suggestions"]),
        ("UPDATE suggestions SET asked = '{}'", ["", "/nodes/1/suggestions"]),
        ("UPDATE suggestions SET region = '{\"first\": 9}'", ["", "/nodes/1/suggestions"]),
        ("UPDATE suggestions SET state = 'lost'", ["", "/nodes/1/suggestions"]),
        ("UPDATE nodes SET created = x'00'", ["", "/nodes/1"]),
    ],
    ids=range(13),
)
def test_damage_by_hand_is_told_and_the_rest_of_the_shelf_works(
    tmp_path: Path, statement: str, paths: list[str]
) -> None:
    bad = made(tmp_path, statement, name="Bad").stem
    good = made(tmp_path, name="Good").stem
    with running(tmp_path) as studio:
        assert {p["id"] for p in studio.get("/projects")} == {bad, good}
        for path in paths:
            answer = studio.http.get(f"/api/projects/{bad}{path}")
            assert answer.status_code == 409, answer.text
            assert "damaged" in answer.json()["error"]["message"]
        answer = studio.http.post(f"/api/suggestions/{bad}.1/takes/1/accept", json={})
        assert answer.status_code in (201, 409)
        assert studio.get(f"/projects/{good}/nodes/1")["kind"] == "root"


def test_names_that_cannot_be_sent_are_told_and_the_others_are_listed(tmp_path: Path) -> None:
    good = made(tmp_path)
    os.rename(good, good := tmp_path / "gut & schön\n.segue")
    for name in (b"caf\xe9.segue", b"x" * 200 + b".segue"):
        (tmp_path / os.fsdecode(name)).write_bytes(good.read_bytes())
    (tmp_path / "._mine.segue").write_bytes(b"what macOS keeps beside files")
    (tmp_path / "folder.segue").mkdir()
    os.mkfifo(tmp_path / "pipe.segue")
    with running(tmp_path) as studio:
        listed = {p["id"]: p["problem"] for p in studio.get("/projects")}
        assert listed.pop(good.stem) is None
        assert set(listed) == {"caf\N{REPLACEMENT CHARACTER}", "x" * 200, "folder", "pipe"}
        assert "not in UTF-8" in str(listed["caf\N{REPLACEMENT CHARACTER}"])
        assert "120 letters" in str(listed["x" * 200])
        message = studio.get("/projects/caf\N{REPLACEMENT CHARACTER}", status=409)
        assert "rename the file" in message["error"]["message"]


def test_a_listing_opens_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(tmp_path)
    opened = []
    monkeypatch.setattr(
        database, "require_sound_file", lambda path, _, **__: opened.append(path.name)
    )
    folder = Projects(tmp_path)
    assert [folder.list()[0].problem for _ in range(3)] == [None] * 3
    assert opened == [path.name]
    with closing(ProjectFile.open(path)) as file:
        file.rename("Other")
    facts = folder.list()[0].facts
    assert facts is not None
    assert facts.name == "Other"


# Folders that can only be read


def test_a_folder_that_cannot_be_written_is_viewed_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = made(tmp_path)
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in os.listdir(tmp_path)}
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    with running(tmp_path) as studio:
        assert "can only be read" in caplog.text
        assert studio.get("/projects")[0]["problem"] is None
        node = f"/projects/{path.stem}/nodes/1"
        assert any("is read-only" in words for words in studio.get(node)["warnings"])
        assert studio.midi(f"{node}/midi")[:4] == b"MThd"
        for answer in (
            studio.http.patch(f"/api{node}", json={"note": "x"}),
            studio.http.post(f"/api{node}/edits", json={"label": "x"}),
            studio.http.post(f"/api{node}/suggestions", json={"task": "continue"}),
        ):
            assert answer.status_code == 409
            assert "can only be read" in answer.json()["error"]["message"]
        copy = studio.http.get(f"/api/projects/{path.stem}/file").content
        assert copy.startswith(b"SQLite format 3")
    assert {n: (tmp_path / n).stat().st_mtime_ns for n in os.listdir(tmp_path)} == before


# Deleting


def test_a_deletion_before_the_first_listing_takes_along_what_a_kill_left(tmp_path: Path) -> None:
    path = killed(tmp_path)
    folder = Projects(tmp_path)
    folder.delete(path.stem)

    assert os.listdir(tmp_path) == ["trash"]
    assert os.listdir(tmp_path / "trash") == [path.name]
    assert n_nodes(tmp_path / "trash" / path.name) == 21


def test_a_file_that_cannot_be_opened_goes_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    path = killed(tmp_path)
    data = path.read_bytes()
    path.write_bytes(bytes(100) + data[100:])
    Projects(tmp_path).delete(path.stem)
    assert sorted(os.listdir(tmp_path / "trash")) == [path.name, f"{path.name}-wal"]


def test_of_two_studios_one_finds_what_the_other_deleted_gone(tmp_path: Path) -> None:
    with running(tmp_path) as one, running(tmp_path) as other:
        project = one.post("/projects", {"example": "band"})["id"]
        for number in range(5):
            other.post(f"/projects/{project}/nodes/1/edits", {"label": f"edit {number}"})
        mine = other.studio.projects._shelf.projects.get(project)
        assert one.http.delete(f"/api/projects/{project}").status_code == 204
        with pytest.raises(ProjectError, match="deleted or moved"):
            mine.rename("too late")
        edit = other.http.post(f"/api/projects/{project}/nodes/1/edits", json={"label": "late"})
        assert edit.status_code == 404
        assert other.get("/projects") == []
    assert os.listdir(tmp_path / "trash") == [f"{project}.segue"]
    assert n_nodes(tmp_path / "trash" / f"{project}.segue") == 6


# What is left behind


def test_a_creation_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fill(_: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(ProjectError, match="disk may be full"):
        database.Database.create(tmp_path / "new.segue", fill)
    assert os.listdir(tmp_path) == []


def test_what_killed_studios_left_is_swept_and_what_others_hold_is_not(tmp_path: Path) -> None:
    old = time.time() - 3600
    for name in (".a-123456.segue.new", ".a-123456.segue.new-wal", ".segue-0123.tmp"):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (old, old))
    (tmp_path / ".segue-4567.tmp").write_bytes(b"being written")
    (tmp_path / "mine.tmp").write_bytes(b"not ours")
    left = tmp_path / ".segue-work-killed"
    left.mkdir()
    (left / "lock").write_bytes(b"")
    (left / "came.segue").write_bytes(b"x")
    with working_folder(tmp_path) as held:
        Projects(tmp_path)
        assert sorted(os.listdir(tmp_path)) == sorted([held.name, ".segue-4567.tmp", "mine.tmp"])
    assert not held.exists()


def test_a_folder_whose_maker_was_killed_before_it_was_locked_is_swept_at_once(
    tmp_path: Path,
) -> None:
    for name in ("empty", "unlocked"):
        (tmp_path / f".segue-work-{name}").mkdir()
    (tmp_path / ".segue-work-unlocked" / "lock.new").write_bytes(b"")
    kept = tmp_path / ".segue-work-of-somebody"
    kept.mkdir()
    (kept / "a file").write_bytes(b"x")
    workplace.sweep(tmp_path)
    assert list(tmp_path.iterdir()) == [kept]


@pytest.mark.parametrize("when", ["before it has a lock", "before its lock is seen"])
def test_a_folder_that_another_studio_sweeps_before_it_is_locked_is_made_again(
    when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, just before the moment that is named; then work goes on in another folder."""
    swept: list[Path] = []
    lock = workplace._lock

    def sweep() -> None:
        if not swept:
            swept.extend(tmp_path.glob(".segue-work-*"))
            for folder in swept:
                shutil.rmtree(folder)

    def locked(file: Any) -> bool:
        if when == "before its lock is seen":
            sweep()
        return lock(file)

    def opened(path: Path, *how: Any, **more: Any) -> Any:
        if when == "before it has a lock":
            sweep()
        return real(path, *how, **more)

    real = Path.open
    monkeypatch.setattr(workplace, "_lock", locked)
    monkeypatch.setattr(Path, "open", opened)
    with working_folder(tmp_path) as held:
        (held / "a file").write_bytes(b"x")
        workplace.sweep(tmp_path)
        assert list(tmp_path.iterdir()) == [held]
    assert len(swept) == 1
    assert swept[0] != held
    assert not list(tmp_path.iterdir())


def test_imports_and_copies_leave_nothing_in_any_folder(
    studio: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path.parent / f"{tmp_path.name}-temporary"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    project = studio.post("/projects", {"example": "band"})["id"]
    seen = []

    def noted(parent: Path) -> object:
        seen.append(parent)
        return working_folder(parent)

    for module in ("importing", "actions.projects", "projects", "database"):
        monkeypatch.setattr(f"segue.server.{module}.working_folder", noted)
    copy = studio.http.get(f"/api/projects/{project}/file").content
    assert studio.http.post("/api/projects/import", content=copy).status_code == 201
    assert set(seen) == {tmp_path}
    assert os.listdir(elsewhere) == []
    assert not list(tmp_path.glob(".*"))


def test_a_new_project_s_name_is_on_the_disk_before_it_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[tuple[Path, list[str]]] = []

    def flush(folder: Path) -> None:
        flushed.append((folder, sorted(n for n in os.listdir(folder) if n.endswith(".segue"))))

    for module in (files, database, projects):
        monkeypatch.setattr(module, "flush_folder", flush)
    folder = Projects(tmp_path)
    project = folder.create("Mine", ROOT)
    assert flushed[-1] == (tmp_path, [f"{project}.segue"])
    adopted = folder.adopt(folder.get(project))
    assert flushed[-1] == (tmp_path, sorted([f"{project}.segue", f"{adopted}.segue"]))
    folder.close()


def test_a_lock_that_its_holder_lost_is_taken(tmp_path: Path) -> None:
    with working_folder(tmp_path) as folder:
        workplace.sweep(tmp_path)
        assert folder.exists()
        lock = folder / "lock"
    folder.mkdir()
    lock.write_bytes(b"")
    workplace.sweep(tmp_path)
    assert not folder.exists()
