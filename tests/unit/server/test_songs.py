"""Songs over the API: written like other takes, kept as one version, with their sections."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from segue.midi import read_document, score_to_bytes
from tests.composers import band
from tests.studios import Client, running
from tests.unit.server.test_inside import BAR, node


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Client]:
    with running(tmp_path) as client:
        yield client


def test_a_song_is_one_version_with_its_sections(studio: Client) -> None:
    project, before = node(studio, score_to_bytes(band(4)))
    assert before["score"]["sections"] == []
    suggestion = studio.ask(project, task="arrange", form="A A' B", bars=4, takes=2)
    ended = studio.ended(suggestion)
    assert ended["region"] == {"first": 4, "last": 12, "tracks": None}
    marks = [{"tick": n * 4 * BAR, "name": name} for n, name in enumerate(("A", "A'", "B"))]
    assert [take["sections"] for take in ended["takes"]] == [marks, marks]
    kept = studio.post(f"/suggestions/{suggestion}/takes/2/accept")
    assert (kept["kind"], kept["label"]) == ("arrange", "a song of 12 bars, take 2")
    assert kept["score"]["sections"] == marks
    midi = studio.midi(f"/projects/{project}/nodes/{kept['id']}/midi")
    assert [name for _, name in read_document(midi).sections] == ["A", "A'", "B"]
    again = studio.ask(project, kept["id"], task="infill", bars=None, first=4, last=8, takes=1)
    kept = studio.post(
        f"/suggestions/{again}/takes/{studio.ended(again)['takes'][0]['number']}/accept"
    )
    assert kept["score"]["sections"] == marks


def test_a_form_that_cannot_be_written_is_refused_at_once(studio: Client) -> None:
    project, _ = node(studio, score_to_bytes(band(4)))
    path = f"/projects/{project}/nodes/1/suggestions"
    for asked, word in (
        ({"form": "A Q?"}, "form: 'Q?' is no section"),
        ({"form": "B A"}, "the first section is your own music"),
        ({"bars": 2}, "cannot hold the 4 bars"),
        ({"options": {"density": "denser"}}, "its sections decide"),
    ):
        answer = studio.post(path, {"task": "arrange", **asked}, status=409)
        assert word in answer["error"]["message"]
    studio.post(path, {"task": "arrange", "form": "A " * 200}, status=422)


def test_what_a_song_may_be_is_published(studio: Client) -> None:
    asking = studio.get("/info")["asking"]
    assert asking["forms"][0] | {"words": ""} == {"name": "AABA", "form": "A A' B A''", "words": ""}
    assert (asking["section_bars"]["lowest"], asking["loop_bars"]["highest"]) == (2, 32)
