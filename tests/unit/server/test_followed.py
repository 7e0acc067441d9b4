"""New bars that follow another piece, through the API: a file that is sent, or a project."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from segue.examples import example_path
from segue.generation.following import Following
from segue.generation.piece import Prompt
from segue.generation.request import Continue, Request
from segue.generation.take import Take
from segue.midi import score_to_bytes
from segue.score import MetreMap, Score
from segue.server import followed
from segue.server.limits import MAX_EVENTS
from segue.server.problems import Problem
from tests.composers import band
from tests.plain_composer import PlainComposer
from tests.studios import Client, Json, running
from tests.unit.server.test_limits import controllers_file


@dataclass
class Listener(PlainComposer):
    """Writes as usual, and keeps what it was asked."""

    requests: list[Request] = field(default_factory=list)

    def write(
        self, request: Request, *prompts: Prompt, following: Following | None = None
    ) -> list[Take]:
        self.requests.append(request)
        return super().write(request, *prompts, following=following)

    def liked(self) -> Any:
        """The piece that the latest takes were to be like."""
        latest = self.requests[-1]
        assert isinstance(latest, Continue)
        return latest.like


@pytest.fixture
def composer() -> Listener:
    found = Listener()
    found.go.set()
    return found


@pytest.fixture
def studio(tmp_path: Path, composer: Listener) -> Iterator[Client]:
    with running(tmp_path / "projects", load=lambda: composer) as client:
        yield client


def send(studio: Client, midi: bytes, name: str = "other.mid", status: int = 201) -> Json:
    answer = studio.http.post("/api/follow/upload", params={"name": name}, content=midi)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


def refusal(studio: Client, project: str, status: int, **asked: Any) -> str:
    asked = {"task": "continue", "bars": 2, "takes": 1} | asked
    answer = studio.post(f"/projects/{project}/nodes/1/suggestions", asked, status=status)
    return str(answer["error"]["message"])


def in_metre(numerator: int) -> bytes:
    metre = MetreMap.constant(numerator=numerator, denominator=4)
    return score_to_bytes(replace(band(4), metre_map=metre))


def test_new_bars_follow_a_file_that_was_sent_and_that_becomes_no_project(
    studio: Client, composer: Listener
) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    sent = send(studio, example_path("chiptune").read_bytes())
    assert sent["name"] == "other.mid"
    assert len(studio.get("/projects")) == 1
    suggestion = studio.ask(project, follow={"file": sent["file"]})
    asked = studio.ended(suggestion)["asked"]
    assert asked["follow"] == sent
    like = composer.liked()
    assert like.name == "other.mid"
    assert [track.name for track in like.score.tracks][:1] == ["Pulse 1"]
    again = studio.ask(project, **{key: asked[key] for key in ("bars", "takes", "seed", "follow")})
    assert studio.ended(again)["asked"] == asked


def test_new_bars_follow_a_version_of_a_project(studio: Client, composer: Listener) -> None:
    own, other = (
        studio.post("/projects", {"example": name})["id"] for name in ("band", "chiptune")
    )
    edited = studio.post(f"/projects/{other}/nodes/1/edits", {"label": "a version"})["id"]
    for node, found in ((None, edited), (1, 1)):
        follow = {"project": other} | ({} if node is None else {"node": node})
        ended = studio.ended(studio.ask(own, follow=follow))
        named = {"project": other, "node": found, "name": "Chiptune"}
        assert ended["asked"]["follow"] == named
        assert composer.liked().name == "Chiptune"
    studio.http.delete(f"/api/projects/{other}")
    assert "no project" in refusal(studio, own, 404, follow={"project": other})
    assert "no node 9" in refusal(studio, own, 404, follow={"project": own, "node": 9})


def test_what_cannot_be_followed_is_refused_when_it_is_sent(studio: Client) -> None:
    empty = score_to_bytes(Score(ticks_per_quarter=480, tracks=()))
    for midi, status, words in (
        (b"RIFF, not MIDI", 422, "other.mid"),
        (controllers_file(MAX_EVENTS), 413, f"{MAX_EVENTS:,} events"),
        (empty, 409, "other.mid has no notes"),
        (b"\0" * (8 * 2**20 + 1), 413, "8 MiB"),
    ):
        assert words in send(studio, midi, status=status)["error"]["message"]
    assert studio.get("/projects") == []


def test_what_does_not_fit_is_refused_when_it_is_asked(studio: Client) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    waltz = {"file": send(studio, in_metre(3), "waltz.mid")["file"]}
    message = refusal(studio, project, 409, follow=waltz)
    assert "the bars of waltz.mid have 3 quarters, and the new ones 4" in message
    bars = {"first": 0, "last": 2, "bars": None}
    for task, where in (("vary", bars), ("infill", bars), ("insert", {"first": 2})):
        message = refusal(studio, project, 409, follow=waltz, task=task, **where)
        assert f"{task} follows no other piece" in message
    gone = {"file": "0" * 32}
    assert "choose it again" in refusal(studio, project, 404, follow=gone)


@pytest.mark.parametrize("follow", [{}, {"file": "0" * 32, "project": "p"}, {"file": "../x"}])
def test_one_file_or_one_project_is_named(studio: Client, follow: Json) -> None:
    project = studio.post("/projects", {"example": "band"})["id"]
    assert "follow" in refusal(studio, project, 422, follow=follow)


def test_the_latest_files_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(files: followed.FollowedFiles, keys: Sequence[str]) -> list[bool]:
        found = []
        for key in keys:
            try:
                files.get(key)
            except Problem:
                found.append(False)
            else:
                found.append(True)
        return found

    monkeypatch.setattr(followed, "_MOST_FILES", 2)
    files = followed.FollowedFiles()
    keys = [files.add(bytes([n]), str(n)) for n in range(3)]
    assert kept(files, keys) == [False, True, True]
    assert files.add(bytes([1]), "again") == keys[1]
    assert files.get(keys[1]).name == "again"
    assert kept(files, [*keys, files.add(b"new", "new")]) == [False, True, False, True]
    monkeypatch.setattr(followed, "_MOST_BYTES", 1)
    assert kept(files, [*keys, files.add(b"large", "large")]) == [False, False, False, True]
