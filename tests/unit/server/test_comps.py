"""Parts of takes, takes like another, and takes that were stopped, through the API."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.midi import read_document
from segue.midi.provenance import provenance_of
from tests.plain_composer import NOTES_A_BAR, PlainComposer
from tests.studios import Client, Json, running


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path / "projects", watch=tmp_path / "watch") as client:
        yield client


def band(studio: Client) -> str:
    return str(studio.post("/projects", {"example": "band"})["id"])


def onsets(detail: Json, track: int) -> list[int]:
    found: list[int] = detail["score"]["tracks"][track]["notes"]["onset"]
    return found


def notes(detail: Json, track: int, first: int, last: int) -> list[tuple[int, ...]]:
    """The notes of a track that begin in some bars."""
    tracks = detail["score_tracks"] if "score_tracks" in detail else detail["score"]["tracks"]
    bars = detail["bars"] if "bars" in detail else detail["score"]["bars"]
    columns = tracks[track]["notes"]
    rows = zip(*(columns[n] for n in ("onset", "duration", "pitch", "velocity")), strict=True)
    return [row for row in rows if bars[first] <= row[0] < bars[last]]


def choice(suggestion: str, take: int, tracks: list[int], first: int, last: int) -> Json:
    named = {"suggestion": suggestion, "take": take, "tracks": tracks}
    return {**named, "first": first, "last": last}


def provenance(studio: Client, project: str, node: int) -> Json:
    midi = studio.midi(f"/projects/{project}/nodes/{node}/midi")
    found = provenance_of(read_document(midi).smf)
    assert found is not None
    return found


def test_a_comp_is_one_version_that_says_which_take_gave_what(
    studio: Client, tmp_path: Path
) -> None:
    project = band(studio)
    suggestion = studio.ask(project, bars=4, takes=3)
    one, two, _ = sorted(studio.ended(suggestion)["takes"], key=lambda take: take["number"])
    parts = [choice(suggestion, 1, [0], 8, 10), choice(suggestion, 2, [0], 10, 12)]
    made = studio.post(f"/projects/{project}/nodes/1/comps", {"choices": parts, "name": "Best"})

    assert (made["kind"], made["parent"], made["name"]) == ("comp", 1, "Best")
    assert made["label"] == "Drums of take 1, bars 9-10; Drums of take 2, bars 11-12"
    assert made["region"] == {"first": 8, "last": 12, "tracks": [0]}
    assert notes(made, 0, 8, 10) == notes(one, 0, 8, 10) != []
    assert notes(made, 0, 10, 12) == notes(two, 0, 10, 12) != []
    before = studio.get(f"/projects/{project}/nodes/1")
    for track in range(len(before["score"]["tracks"])):
        assert notes(made, track, 0, 8) == notes(before, track, 0, 8)
    told = provenance(studio, project, made["id"])["choices"]
    assert [(part["from"], part["names"], part["bars"]) for part in told] == [
        ("take 1", ["Drums"], [9, 10]),
        ("take 2", ["Drums"], [11, 12]),
    ]
    assert [part["take"]["take"] for part in told] == [1, 2]
    assert studio.get(f"/projects/{project}")["current"] == made["id"]
    assert list((tmp_path / "watch").glob("*best*.mid"))


def test_all_of_a_take_is_the_take_that_is_accepted(studio: Client) -> None:
    project = band(studio)
    for asked in (
        {"task": "continue", "bars": 2},
        {"task": "continue", "bars": 2, "first": 4},
        {"task": "insert", "bars": 2, "first": 4},
        {"task": "infill", "bars": None, "first": 2, "last": 4, "tracks": [1]},
        {"task": "accompany", "bars": None, "add": [48]},
    ):
        suggestion = studio.ask(project, **asked)
        ended = studio.ended(suggestion)
        n_tracks = len(ended["takes"][0]["score_tracks"])
        region = ended["region"]
        tracks = region["tracks"] or list(range(n_tracks))
        part = choice(suggestion, 2, tracks, region["first"], region["last"])
        made = studio.post(f"/projects/{project}/nodes/1/comps", {"choices": [part]})
        kept = studio.post(f"/suggestions/{suggestion}/takes/2/accept")
        assert made["score"] == kept["score"], asked
        assert made["controllers"] == kept["controllers"], asked


def test_a_composed_take_can_be_chosen_from(studio: Client) -> None:
    project = studio.post("/projects", {})["id"]
    suggestion = studio.ask(project, task="compose", bars=4, bpm=90.0)
    studio.ended(suggestion)
    part = choice(suggestion, 2, [0], 0, 2)
    made = studio.post(f"/projects/{project}/nodes/1/comps", {"choices": [part]})
    kept = studio.post(f"/suggestions/{suggestion}/takes/2/accept")
    assert notes(made, 0, 0, 2) == notes(kept, 0, 0, 2) != []
    assert made["score"]["tempos"] == kept["score"]["tempos"]
    assert made["n_notes"] == 2 * NOTES_A_BAR


def test_parts_of_an_older_take_go_into_what_was_kept_and_edited_since(studio: Client) -> None:
    project = band(studio)
    suggestion = studio.ask(project, bars=2, takes=2)
    takes = {take["number"]: take for take in studio.ended(suggestion)["takes"]}
    kept = studio.post(f"/suggestions/{suggestion}/takes/1/accept")
    bass = {"index": 1, "notes": kept["score"]["tracks"][1]["notes"], "name": "Low", "program": 35}
    edit = {"label": "another bass", "tracks": [bass]}
    edited = studio.post(f"/projects/{project}/nodes/{kept['id']}/edits", edit)
    later = studio.ask(project, edited["id"], bars=1)
    studio.ended(later)
    longer = studio.post(f"/suggestions/{later}/takes/1/accept")
    part = choice(suggestion, 2, [0], 9, 10)
    made = studio.post(f"/projects/{project}/nodes/{longer['id']}/comps", {"choices": [part]})
    assert notes(made, 0, 9, 10) == notes(takes[2], 0, 9, 10)
    assert notes(made, 0, 0, 9) == notes(longer, 0, 0, 9)
    assert notes(made, 0, 10, 11) == notes(longer, 0, 10, 11)
    for track in range(1, len(longer["score"]["tracks"])):
        assert notes(made, track, 0, 11) == notes(longer, track, 0, 11)


def test_what_does_not_go_together_is_refused(studio: Client, tmp_path: Path) -> None:
    project = band(studio)
    path = f"/projects/{project}/nodes/1/comps"
    end = studio.ask(project, bars=2)
    cut = studio.ask(project, bars=2, first=4)
    for suggestion in (end, cut):
        studio.ended(suggestion)
    mixed = [choice(end, 1, [0], 8, 10), choice(cut, 1, [0], 4, 5)]
    answer = studio.post(path, {"choices": mixed}, status=409)
    assert "do not go together" in answer["error"]["message"]
    for bad, status, words in (
        (choice(end, 1, [0], 9, 12), 409, "bars 10 to 12 are not in take 1"),
        (choice(end, 1, [99], 8, 10), 409, "has no track 100"),
        (choice(end, 7, [0], 8, 10), 404, "take 7"),
        (choice("nothing.1", 1, [0], 8, 10), 404, "nothing"),
        (choice(end, 1, [0], 9, 9), 409, "choose at least one"),
    ):
        answer = studio.post(path, {"choices": [bad]}, status=status)
        assert words in answer["error"]["message"]
    studio.post(path, {"choices": []}, status=422)
    other = band(studio)
    answer = studio.post(f"/projects/{other}/nodes/1/comps", {"choices": mixed[:1]}, status=404)
    assert len(studio.get(f"/projects/{project}")["nodes"]) == 1


# ---- more like this ------------------------------------------------------------------------------


def test_takes_like_another_vary_its_bars_beside_the_same_version(studio: Client) -> None:
    project = band(studio)
    for asked in (
        {"task": "continue", "bars": 2},
        {"task": "insert", "bars": 2, "first": 4},
        {"task": "accompany", "bars": None, "add": [48]},
    ):
        first = studio.ask(project, **asked)
        origin = studio.ended(first)
        like = {"suggestion": first, "take": 2}
        second = studio.ask(project, task="vary", bars=None, like=like, amount=0.4, takes=4)
        ended = studio.ended(second)
        assert (ended["state"], ended["node"], len(ended["takes"])) == ("done", 1, 4)
        assert ended["region"] == origin["region"]
        assert ended["asked"]["like"] == {**like, "task": asked["task"]}
        before = next(take for take in origin["takes"] if take["number"] == 2)
        for take in ended["takes"]:
            assert (take["bars"], take["resets"]) == (before["bars"], before["resets"])
            assert take["provenance"]["of"] == before["provenance"]
        kept = studio.post(f"/suggestions/{second}/takes/1/accept")
        assert (kept["parent"], kept["kind"]) == (1, "vary")
        again = studio.ask(
            project, task="vary", bars=None, like={"suggestion": second, "take": 1}, takes=1
        )
        assert studio.ended(again)["asked"]["like"]["task"] == asked["task"]


def test_takes_like_another_are_variations_of_a_take_of_the_same_version(studio: Client) -> None:
    project = band(studio)
    first = studio.ask(project, bars=2)
    studio.ended(first)
    kept = studio.post(f"/suggestions/{first}/takes/1/accept")["id"]
    like = {"suggestion": first, "take": 1}
    for node, asked, words in (
        (1, {"task": "continue", "like": like}, "ask for vary"),
        (kept, {"task": "vary", "like": like}, "another version"),
    ):
        path = f"/projects/{project}/nodes/{node}/suggestions"
        assert words in studio.post(path, asked, status=409)["error"]["message"]


# ---- takes that were stopped ---------------------------------------------------------------------


def stopped(studio: Client, project: str, **asked: Any) -> tuple[str, Json]:
    """A suggestion that is cancelled when its first take has two bars and no more."""
    suggestion = studio.ask(project, **asked)
    running_ = studio.studio.suggesting.get(suggestion)
    assert running_ is not None
    while len(running_.told.get(1, ())) < 2:
        pass
    answer: Json = studio.http.delete(f"/api/suggestions/{suggestion}").json()
    return suggestion, answer


@pytest.mark.parametrize(
    "asked",
    [
        {"task": "continue", "bars": 64},
        {"task": "insert", "bars": 64, "first": 4},
        {"task": "infill", "bars": None, "first": 0, "last": 8},
    ],
)
def test_complete_bars_of_a_stopped_take_are_a_version_like_any_other(
    tmp_path: Path, asked: Json
) -> None:
    with running(tmp_path, load=lambda: PlainComposer.quick(pause_s=0.05)) as studio:
        project = band(studio)
        suggestion, answer = stopped(studio, project, **asked)
        assert answer["state"] == "cancelled"
        (take,) = answer["takes"]
        done, first = take["bars_done"], answer["region"]["first"]
        assert 2 <= done < answer["region"]["last"] - first
        assert take["log_probability"] is None
        assert [name for _, name, _ in studio.events(suggestion)][-2:] == ["take", "cancelled"]

        before = studio.get(f"/projects/{project}/nodes/1")
        kept = studio.post(f"/suggestions/{suggestion}/takes/1/accept")
        assert kept["kind"] == asked["task"]
        assert kept["region"] == {"first": first, "last": first + done, "tracks": None}
        assert notes(kept, 0, first, first + done) == notes(take, 0, first, first + done)
        assert len(notes(kept, 0, first, first + done)) == done * NOTES_A_BAR
        if asked["task"] == "infill":
            assert notes(kept, 0, done, 8) == notes(before, 0, done, 8)
        else:
            assert kept["n_bars"] == before["n_bars"] + done
    with running(tmp_path) as studio:
        (again,) = studio.get(f"/suggestions/{suggestion}")["takes"]
        assert again == take, "another day it is still there"
        part = choice(suggestion, 1, [0], first, first + done)
        made = studio.post(f"/projects/{project}/nodes/1/comps", {"choices": [part]})
        assert notes(made, 0, first, first + done) == notes(kept, 0, first, first + done)
        json.dumps(made)
