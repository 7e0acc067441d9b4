"""What a musician does in the studio, through its API, with a stand-in for the model."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.examples import example_path
from segue.midi import read_document, score_to_bytes
from tests.composers import band
from tests.studios import Client, running


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path / "projects", watch=tmp_path / "watch") as client:
        yield client


def test_a_piece_is_uploaded_continued_and_accepted(studio: Client, tmp_path: Path) -> None:
    data = example_path("band").read_bytes()
    project = studio.upload(data)
    assert project["name"] == "mine"
    assert studio.midi(f"/projects/{project['id']}/nodes/1/midi") == data

    suggestion = studio.ask(project["id"], bars=3, takes=2)
    done = studio.ended(suggestion)
    assert done["state"] == "done"
    assert [take["number"] for take in done["takes"]] == [1, 2]
    assert sorted(take["rank"] for take in done["takes"]) == [1, 2]
    node = studio.post(f"/suggestions/{suggestion}/takes/2/accept", {"name": "this one"})

    assert (node["parent"], node["kind"], node["name"]) == (1, "continue", "this one")
    assert node["region"] == {"first": 8, "last": 11, "tracks": None}
    assert studio.get(f"/projects/{project['id']}")["current"] == node["id"]
    written = list((tmp_path / "watch").iterdir())
    assert [path.name for path in written] == [f"{project['id']}-0002-this-one.mid"]
    midi = studio.midi(f"/projects/{project['id']}/nodes/{node['id']}/midi")
    assert written[0].read_bytes() == midi
    assert studio.midi(f"/suggestions/{suggestion}/takes/2/midi") == midi


def test_pieces_of_the_same_name_have_files_of_their_own_in_the_watch_folder(
    studio: Client, tmp_path: Path
) -> None:
    kept = set()
    for seed in (1, 2):
        project = studio.post("/projects", {"example": "band"})["id"]
        suggestion = studio.ask(project, takes=1, seed=seed)
        studio.ended(suggestion)
        node = studio.post(f"/suggestions/{suggestion}/takes/1/accept")["id"]
        kept.add(studio.midi(f"/projects/{project}/nodes/{node}/midi"))
    assert len(kept) == 2
    assert {path.read_bytes() for path in (tmp_path / "watch").iterdir()} == kept


def test_what_a_take_shows_is_what_the_accepted_node_holds(studio: Client) -> None:
    project = studio.upload(example_path("quartet").read_bytes())["id"]
    suggestion = studio.ask(project, bars=2, takes=1)
    take = studio.ended(suggestion)["takes"][0]
    before = studio.get(f"/projects/{project}/nodes/1")["score"]
    after = studio.post(f"/suggestions/{suggestion}/takes/1/accept")["score"]

    shown = [
        note
        for track in (*before["tracks"], *take["score_tracks"])
        for note in zip(*track["notes"].values(), strict=True)
    ]
    kept = [n for track in after["tracks"] for n in zip(*track["notes"].values(), strict=True)]
    assert sorted(shown) == sorted(kept)
    assert [t["tick"] for t in take["tempos"]] == [t["tick"] for t in after["tempos"]]
    n_bars = len(after["bars"])
    assert take["bars"][:n_bars] == after["bars"]


def test_undo_is_going_to_the_parent_and_a_branch_is_a_sibling(studio: Client) -> None:
    project = studio.post("/projects", {"example": "chiptune"})["id"]
    suggestion = studio.ask(project, bars=1, takes=2)
    studio.ended(suggestion)
    first = studio.post(f"/suggestions/{suggestion}/takes/1/accept")["id"]
    assert studio.patch(f"/projects/{project}", {"current": 1})["current"] == 1
    second = studio.post(f"/suggestions/{suggestion}/takes/2/accept")["id"]

    tree = studio.get(f"/projects/{project}")
    assert tree["current"] == second
    assert [(n["id"], n["parent"]) for n in tree["nodes"]] == [(1, None), (first, 1), (second, 1)]


def test_names_stars_and_notes_are_kept(tmp_path: Path) -> None:
    with running(tmp_path) as studio:
        project = studio.post("/projects", {"example": "band", "name": "Mine"})["id"]
        studio.patch(f"/projects/{project}/nodes/1", {"starred": True, "note": "the drums!"})
        studio.patch(f"/projects/{project}/nodes/1", {"name": "start"})
        studio.patch(f"/projects/{project}", {"name": "Ours"})
    with running(tmp_path) as studio:
        found = studio.get(f"/projects/{project}")
        (node,) = found["nodes"]
        assert (found["name"], node["name"], node["starred"]) == ("Ours", "start", True)
        assert node["note"] == "the drums!"
        assert studio.patch(f"/projects/{project}/nodes/1", {"name": ""})["name"] is None


def test_an_empty_project_is_composed(studio: Client) -> None:
    project = studio.post("/projects")["id"]
    assert studio.get(f"/projects/{project}/nodes/1")["score"]["bars"] == [0]
    suggestion = studio.ask(
        project,
        task="compose",
        bars=2,
        bpm=90,
        metre=[3, 4],
        takes=4,
        options={"instruments": [0, 128]},
    )
    take = min(studio.ended(suggestion)["takes"], key=lambda take: take["rank"])
    assert take["metres"] == [{"tick": 0, "numerator": 3, "denominator": 4}]
    assert take["bars"] == [0, 1440, 2880]

    node = studio.post(f"/suggestions/{suggestion}/takes/{take['number']}/accept")
    assert node["score"]["tempos"][0]["us_per_quarter"] == round(60e6 / 90)
    answer = studio.post(
        f"/projects/{project}/nodes/{node['id']}/suggestions", {"task": "compose"}, status=409
    )
    assert "continue it" in answer["error"]["message"]


@pytest.mark.parametrize(
    "asked",
    [
        {"task": "infill", "first": 2, "last": 4, "tracks": [1]},
        {"task": "vary", "amount": 0.2, "first": 5},
        {"task": "infill", "last": 1},
    ],
)
def test_what_is_outside_the_region_stays(studio: Client, asked: dict[str, Any]) -> None:
    project = studio.upload(score_to_bytes(band(bars=6)))["id"]
    suggestion = studio.ask(project, **{"bars": None, "takes": 1, **asked})
    found = studio.ended(suggestion)
    region = found["region"]
    before = studio.get(f"/projects/{project}/nodes/1")["score"]
    node = studio.post(f"/suggestions/{suggestion}/takes/1/accept")
    after = read_document(studio.midi(f"/projects/{project}/nodes/{node['id']}/midi")).score

    start, end = before["bars"][region["first"]], before["bars"][region["last"]]
    for index, track in enumerate(before["tracks"]):
        is_written = region["tracks"] is None or index in region["tracks"]
        kept = [
            note
            for note in zip(*track["notes"].values(), strict=True)
            if not (is_written and start <= note[0] < end)
        ]
        own = [
            note
            for t in after.tracks
            if (t.program, t.is_drum) == (track["program"], track["is_drum"])
            for note in zip(*(c.tolist() for c in t.notes.columns().values()), strict=True)
        ]
        assert set(kept) <= set(own)


def test_redo_writes_the_bars_of_its_node_anew(studio: Client) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    suggestion = studio.ask(project, bars=2, takes=1)
    studio.ended(suggestion)
    node = studio.post(f"/suggestions/{suggestion}/takes/1/accept")
    again = studio.ask(project, node["id"], task="redo", bars=None, takes=1, seed=2)

    found = studio.ended(again)
    assert found["state"] == "done"
    assert found["region"]["first"] == 8
    accepted = studio.post(f"/suggestions/{again}/takes/1/accept")
    assert (accepted["kind"], accepted["parent"]) == ("redo", node["id"])


def test_a_deleted_project_is_in_the_trash(tmp_path: Path) -> None:
    with running(tmp_path) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        assert studio.http.delete(f"/api/projects/{project}").status_code == 204
        assert studio.get("/projects") == []
        studio.get(f"/projects/{project}", status=404)
        assert [path.name for path in (tmp_path / "trash").iterdir()] == [f"{project}.segue"]
        (tmp_path / "trash" / f"{project}.segue").replace(tmp_path / "back.segue")
        assert studio.get("/projects/back")["name"] == "Band"


def test_a_copy_taken_while_the_project_is_open_is_whole(studio: Client, tmp_path: Path) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    studio.patch(f"/projects/{project}/nodes/1", {"note": "late"})
    copy = studio.http.get(f"/api/projects/{project}/file").content
    (tmp_path / "projects" / "copied project.segue").write_bytes(copy)

    assert studio.get("/projects/copied project")["nodes"][0]["note"] == "late"


def test_files_that_cannot_be_opened_are_named_and_the_others_open(tmp_path: Path) -> None:
    with running(tmp_path) as studio:
        good = studio.post("/projects", {"example": "band"})["id"]
        newer = studio.post("/projects", {"example": "band"})["id"]
    with sqlite3.connect(tmp_path / f"{newer}.segue") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    data = (tmp_path / f"{good}.segue").read_bytes()
    (tmp_path / "cut.segue").write_bytes(data[: len(data) // 2])
    (tmp_path / "noise.segue").write_bytes(b"this is no database" * 100)
    (tmp_path / "empty.segue").write_bytes(b"")

    with running(tmp_path) as studio:
        listed = {p["id"]: p["problem"] for p in studio.get("/projects")}
        assert listed.pop(good) is None
        assert set(listed) == {newer, "cut", "noise", "empty"}
        for name, problem in listed.items():
            assert problem is not None
            assert f"{name}.segue" in problem
            answer = studio.get(f"/projects/{name}", status=409)
            assert answer["error"]["message"] == problem
        assert "later Segue" in str(listed[newer])
        assert studio.get(f"/projects/{good}")["name"] == "Band"


def test_an_edit_is_a_node_and_leaves_all_else(studio: Client) -> None:
    data = example_path("band").read_bytes()
    project = studio.upload(data)["id"]
    before = studio.get(f"/projects/{project}/nodes/1")
    notes = before["score"]["tracks"][1]["notes"]
    moved = {**notes, "pitch": [pitch + 1 for pitch in notes["pitch"]]}
    edit = {
        "label": "Transpose the bass",
        "tracks": [{"index": 1, "notes": moved, "program": 38, "name": "Deep"}],
        "new_tracks": [
            {
                "name": "Bells",
                "program": 14,
                "notes": {"onset": [0], "duration": [480], "pitch": [72], "velocity": [90]},
            }
        ],
    }
    node = studio.post(f"/projects/{project}/nodes/1/edits", edit)

    assert (node["kind"], node["label"], node["parent"]) == ("edit", "Transpose the bass", 1)
    tracks = {track["name"]: track for track in node["score"]["tracks"]}
    assert tracks["Deep"]["program"] == 38
    assert tracks["Deep"]["notes"] == moved
    assert tracks["Bells"]["notes"]["pitch"] == [72]
    for track in before["score"]["tracks"]:
        if track["name"] != before["score"]["tracks"][1]["name"]:
            assert tracks[track["name"]] == track
    others = [c for c in node["controllers"] if c[2] != 0xC0]
    assert others == [c for c in before["controllers"] if c[2] != 0xC0]


def test_an_edit_that_no_file_can_hold_is_refused(studio: Client) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    edits = f"/projects/{project}/nodes/1/edits"
    none: dict[str, list[int]] = {"onset": [], "duration": [], "pitch": [], "velocity": []}
    late = {"onset": [2**28 - 1], "duration": [1], "pitch": [60], "velocity": [1]}
    for tracks, word in (
        ([{"index": 99, "notes": none}], "no track 100"),
        ([{"index": 0, "notes": {**none, "pitch": [60]}}], "equally long"),
        ([{"index": 0, "notes": late}], "hours"),
    ):
        answer = studio.post(edits, {"label": "x", "tracks": tracks}, status=409)
        assert word in answer["error"]["message"]


def test_a_track_is_exported_alone(studio: Client) -> None:
    project = studio.upload(example_path("band").read_bytes())["id"]
    score = studio.get(f"/projects/{project}/nodes/1")["score"]
    alone = read_document(studio.midi(f"/projects/{project}/nodes/1/midi?tracks=1"))

    assert [t.name for t in alone.score.tracks] == [score["tracks"][1]["name"]]
    assert alone.score.tracks[0].notes.onset.tolist() == score["tracks"][1]["notes"]["onset"]
    answer = studio.http.get(f"/api/projects/{project}/nodes/1/midi?tracks=77")
    assert answer.status_code == 409
