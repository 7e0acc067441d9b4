"""Endless music over the API: each suggestion goes on from another, and little of it is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.midi import read_document, score_to_bytes
from segue.server.actions.suggestions import _ENDLESS_KEPT
from tests.composers import band
from tests.studios import Client, running
from tests.unit.server.test_inside import BAR, node


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path) as client:
        yield client


def onsets(take: dict[str, Any]) -> list[int]:
    return [onset for track in take["score_tracks"] for onset in track["notes"]["onset"]]


def test_music_goes_on_from_a_take_that_nobody_kept(studio: Client) -> None:
    project, _ = node(studio, score_to_bytes(band(4)))
    wish: dict[str, Any] = {"task": "continue", "bars": 2, "takes": 1, "endless": True}
    first = studio.ask(project, **wish)
    assert studio.ended(first)["region"] == {"first": 4, "last": 6, "tracks": None}
    second = studio.ask(project, after=first, **wish)
    ended = studio.ended(second)
    assert ended["region"] == {"first": 6, "last": 8, "tracks": None}
    assert min(onsets(ended["takes"][0])) >= 6 * BAR
    turned = studio.ask(project, after=second, first=7, **wish)
    ended = studio.ended(turned)
    assert ended["region"] == {"first": 7, "last": 9, "tracks": None}
    whole = read_document(studio.midi(f"/suggestions/{turned}/takes/1/midi"))
    assert whole.score.n_bars == 9
    assert studio.get(f"/projects/{project}/nodes/1/suggestions") == []
    assert studio.get(f"/projects/{project}")["suggestions"] == []


def test_of_endless_music_only_the_latest_stays(studio: Client) -> None:
    project, _ = node(studio, score_to_bytes(band(2)))
    wish: dict[str, Any] = {"task": "continue", "bars": 1, "takes": 1, "endless": True}
    asked = [studio.ask(project, **wish)]
    studio.ended(asked[0])
    kept = studio.ask(project, task="continue", bars=1, takes=1)
    studio.ended(kept)
    for _ in range(_ENDLESS_KEPT + 2):
        asked.append(studio.ask(project, after=asked[-1], **wish))
        studio.ended(asked[-1])
    listed = studio.get(f"/projects/{project}/nodes/1/suggestions")
    assert [each["id"] for each in listed] == [kept]
    studio.midi(f"/suggestions/{asked[-_ENDLESS_KEPT]}/takes/1/midi")
    path = f"/projects/{project}/nodes/1/suggestions"
    answer = studio.post(path, wish | {"after": asked[0]}, status=404)
    assert asked[0] in answer["error"]["message"]


def test_nothing_goes_on_from_another_piece(studio: Client) -> None:
    project, _ = node(studio, score_to_bytes(band(2)))
    other, _ = node(studio, score_to_bytes(band(3)))
    suggestion = studio.ask(other, task="continue", bars=1, takes=1)
    studio.ended(suggestion)
    path = f"/projects/{project}/nodes/1/suggestions"
    wish = {"task": "continue", "bars": 1, "takes": 1, "after": suggestion}
    studio.post(path, wish, status=404)
