"""Suggestions inside a piece: from a bar of it on, between two bars, in a new track."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.generation.bounds import BRIDGE_BARS
from segue.midi import read_document, score_to_bytes
from segue.score import slice_bars
from tests.composers import band
from tests.strategies import encode_smf
from tests.studios import Client, running

BAR = 384


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path) as client:
        yield client


def late_violin() -> bytes:
    """Four bars of piano, and a violin before it in the file that comes in with the third."""
    piano = [
        event
        for tick in range(0, 4 * BAR, 96)
        for event in ((tick, b"\x90\x3c\x50"), (tick + 90, b"\x80\x3c\x40"))
    ]
    piano[8:8] = [(384, b"\xb0\x40\x7f")]
    violin = [(0, b"\xc1\x28"), (768, b"\x91\x45\x50"), (860, b"\x81\x45\x40")]
    end = (4 * BAR, b"\xff\x2f\x00")
    return encode_smf([[*violin, end], [*piano, end]])


def node(studio: Client, midi: bytes) -> tuple[str, Any]:
    project = studio.upload(midi)["id"]
    return project, studio.get(f"/projects/{project}/nodes/1")


def test_a_take_from_a_bar_on_has_the_tracks_of_the_version_and_drops_what_followed(
    studio: Client,
) -> None:
    project, before = node(studio, late_violin())
    suggestion = studio.ask(project, first=2, bars=1, takes=1)
    (take,) = studio.ended(suggestion)["takes"]
    assert studio.get(f"/suggestions/{suggestion}")["region"] == {
        "first": 2,
        "last": 3,
        "tracks": None,
    }
    names = [track["instrument"] for track in before["score"]["tracks"]]
    assert [track["instrument"] for track in take["score_tracks"]] == names
    assert take["score_tracks"][0]["notes"]["onset"] == []
    assert min(take["score_tracks"][1]["notes"]["onset"]) >= 2 * BAR
    assert take["bars"] == [0, BAR, 2 * BAR, 3 * BAR]
    assert take["resets"] == [[2 * BAR, 0, 0xB0, 64, 0]]
    told = {name: data for _, name, data in studio.events(suggestion)}
    assert told["started"]["resets"] == take["resets"]
    assert len(told["bar"]["tracks"]) == 2

    kept = studio.post(f"/suggestions/{suggestion}/takes/1/accept")
    assert kept["kind"] == "continue"
    assert kept["label"] == "1 bar more, take 1"
    assert kept["n_bars"] == 3
    assert [track["instrument"] for track in kept["score"]["tracks"]] == names[1:]


def test_bars_between_two_move_what_follows(studio: Client) -> None:
    project, before = node(studio, late_violin())
    suggestion = studio.ask(project, task="insert", first=2, bars=1, takes=1)
    (take,) = studio.ended(suggestion)["takes"]
    # The pedal is up in the new bar, and down again after it.
    assert take["resets"] == [[2 * BAR, 0, 0xB0, 64, 0], [3 * BAR, 0, 0xB0, 64, 127]]
    assert len(take["bars"]) == 6
    told = {name: data for _, name, data in studio.events(suggestion)}
    assert told["started"]["resets"] == take["resets"]
    kept = studio.post(f"/suggestions/{suggestion}/takes/1/accept")
    assert kept["kind"] == "insert"
    assert kept["label"] == "1 bar put in as bar 3, take 1"
    assert kept["n_bars"] == before["n_bars"] + 1
    violin, moved = (d["score"]["tracks"][0]["notes"]["onset"] for d in (before, kept))
    assert moved[-1] == violin[-1] + BAR
    messages = sorted([*take["resets"], *before["controllers"]])
    assert sorted(kept["controllers"]) == messages


def test_as_many_bars_are_put_in_as_is_published(studio: Client) -> None:
    project, _ = node(studio, score_to_bytes(band(4)))
    suggestion = studio.ask(project, task="insert", first=2, bars=None, takes=1)
    region = studio.ended(suggestion)["region"]
    published = studio.get("/info")["asking"]["inserted_bars"]
    assert region["last"] - region["first"] == published["default"] == BRIDGE_BARS.default


def test_a_new_part_is_a_further_track_and_can_be_written_once_more(studio: Client) -> None:
    project, before = node(studio, score_to_bytes(band(4)))
    wish: dict[str, Any] = {"task": "accompany", "add": [40], "bars": None}
    suggestion = studio.ask(project, first=1, last=3, **wish)
    takes = studio.ended(suggestion)["takes"]
    for take in takes:
        *own, new = take["score_tracks"]
        assert not any(track["notes"]["onset"] for track in own)
        assert (new["name"], new["program"], new["is_drum"]) == ("Violin", 40, False)
        assert new["channel"] not in {track["channel"] for track in own}
        assert BAR <= min(new["notes"]["onset"]) <= max(new["notes"]["onset"]) < 3 * BAR
        assert take["n_notes"] == len(new["notes"]["onset"])
    kept = studio.post(f"/suggestions/{suggestion}/takes/2/accept")
    assert kept["kind"] == "accompany"
    assert kept["label"] == "a new part in bars 2-3, take 2"
    assert kept["region"] == {"first": 1, "last": 3, "tracks": [3]}
    assert [t["name"] for t in kept["score"]["tracks"][3:]] == ["Violin"]
    again = studio.ask(project, kept["id"], task="redo", bars=None, takes=1)
    assert studio.ended(again)["region"] == kept["region"]
    midi = studio.midi(f"/projects/{project}/nodes/{kept['id']}/midi")
    assert read_document(midi).score.n_notes == before["n_notes"] + takes[1]["n_notes"]


def test_what_has_to_be_said_is_told(studio: Client) -> None:
    project, _ = node(studio, score_to_bytes(band(4)))
    path = f"/projects/{project}/nodes/1/suggestions"
    for asked, word in (
        ({"task": "accompany"}, "accompany needs add"),
        ({"task": "insert"}, "insert needs first"),
        ({"task": "insert", "first": 4}, "nothing follows bar 4"),
        ({"task": "continue", "first": 7}, "bars 1 to 4"),
        ({"task": "accompany", "add": [40], "last": 9}, "bars 1 to 9 are not in"),
        ({"task": "accompany", "add": [40], "options": {"density": "denser"}}, "nothing yet"),
    ):
        answer = studio.post(path, asked, status=409)
        assert word in answer["error"]["message"]
    studio.post(path, {"task": "accompany", "add": [129]}, status=422)


def test_some_bars_of_a_version_are_a_file_of_their_own(studio: Client) -> None:
    project, before = node(studio, late_violin())
    n_bars = len(before["score"]["bars"]) - 1
    path = f"/projects/{project}/nodes/1/midi"

    found = read_document(studio.midi(f"{path}?first=2")).score
    expected = slice_bars(read_document(late_violin()).score, 2, n_bars)
    assert found.n_notes == expected.n_notes > 0
    assert read_document(studio.midi(f"{path}?first=2&last=3&tracks=0")).score.n_bars <= 1
    answer = studio.http.get(f"/api{path}?first=2&last=99")
    assert answer.status_code == 409
    assert f"bars 1 to {n_bars}" in answer.text
