"""Uploads that mean harm or are broken end in a reason, and the studio goes on."""

import struct
from collections.abc import Iterator
from random import Random
from urllib.parse import quote

import pytest

from segue.examples import NAMES, example_path
from segue.server.limits import MAX_BARS, MAX_NOTES
from tests.strategies import Event, encode_smf
from tests.studios import Client, running

END: Event = (0, b"\xff\x2f\x00")
N_MUTATED = 30


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with running(tmp_path_factory.mktemp("projects")) as client:
        yield client


def smf(body: bytes, *, division: int = 480, announced: int | None = None) -> bytes:
    """A type 0 file with any bytes as its track."""
    header = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, division)
    return (
        header + b"MTrk" + struct.pack(">I", len(body) if announced is None else announced) + body
    )


def notes_file(n_notes: int, step: int) -> bytes:
    events: list[Event] = []
    for i in range(n_notes):
        events += [(i * step, b"\x90\x3c\x40"), (i * step + 1, b"\x80\x3c\x40")]
    return encode_smf([[*events, (n_notes * step, b"\xff\x2f\x00")]], division=480)


def bombs() -> dict[str, bytes]:
    """Small files that ask for much, and large ones of nothing."""
    longest = b"\xff\xff\xff\x7f"
    note = b"\x00\x90\x3c\x40\x01\x80\x3c\x40"
    return {
        "empty": b"",
        "zeros": bytes(100_000),
        "html": b"<html>" * 1000,
        "zip": b"PK\x03\x04" + bytes(1000),
        "header alone, many tracks": struct.pack(">4sIHHH", b"MThd", 6, 1, 0xFFFF, 480),
        "no time": smf(note + b"\x00\xff\x2f\x00", division=0),
        "a chunk of 4 GB": smf(b"", announced=0xFFFFFFFF),
        "a meta of 256 MB": smf(b"\x00\xff\x01" + longest),
        "a sysex of 256 MB": smf(b"\x00\xf0" + longest),
        "notes at the end of time": smf(longest * 1 + note[1:4] + longest + b"\x80\x3c\x40"),
        "too many notes": notes_file(MAX_NOTES + 1, 1),
        "too many bars": notes_file(MAX_BARS // 2, 1920 * 4),
        "fast metres": smf(
            b"".join(b"\x01\xff\x58\x04\x01\x06\x18\x08" for _ in range(50_000)) + note
        ),
        "many chunks": struct.pack(">4sIHHH", b"MThd", 6, 1, 5000, 480)
        + 5000 * (b"MTrk" + struct.pack(">I", 4) + b"\x00\xff\x2f\x00"),
        "running status without status": smf(b"\x00\x3c\x40" * 10_000),
    }


def upload(studio: Client, data: bytes) -> int:
    """The status of an upload; an error has its reason."""
    answer = studio.http.post(
        "/api/projects/upload", content=data, headers={"Content-Type": "audio/midi"}
    )
    if answer.status_code != 201:
        error = answer.json()["error"]
        assert error["message"], data[:80]
        assert 400 <= answer.status_code < 500, (answer.status_code, error, data[:80])
    return answer.status_code


@pytest.mark.parametrize("name", sorted(bombs()))
def test_a_bomb_is_refused_with_a_reason_or_read_for_what_it_is(studio: Client, name: str) -> None:
    status = upload(studio, bombs()[name])
    refused = {"empty", "zeros", "html", "zip", "no time", "header alone, many tracks"}
    refused |= {"too many notes", "too many bars", "many chunks"}
    assert (status != 201) >= (name in refused)
    assert studio.get("/info")["version"]


def test_mutated_files_are_refused_with_a_reason_or_can_be_worked_with(studio: Client) -> None:
    upload_mutated(studio, count=N_MUTATED)


@pytest.mark.slow
def test_two_hundred_mutated_files_are_refused_or_can_be_worked_with(studio: Client) -> None:
    upload_mutated(studio, count=200)


def upload_mutated(studio: Client, *, count: int) -> None:
    """What is taken in can be shown and exported, whatever it is."""
    random = Random(1)
    statuses = []
    for _ in range(count):
        data = bytearray(example_path(random.choice(NAMES)).read_bytes())
        for _ in range(random.choice((1, 3, 30, 300))):
            data[random.randrange(len(data))] = random.randrange(256)
        if random.random() < 0.3:
            del data[random.randrange(len(data)) :]
        if random.random() < 0.2:
            at = random.randrange(len(data) + 1)
            data[at:at] = random.randbytes(random.randrange(1, 200))
        if random.random() < 0.1:
            data = bytearray(random.randbytes(random.randrange(1, 2000)))
        answer = studio.http.post("/api/projects/upload", content=bytes(data))
        statuses.append(answer.status_code)
        assert answer.status_code < 500, answer.text
        if answer.status_code == 201:
            node = f"/projects/{answer.json()['id']}/nodes/1"
            assert studio.get(node)["score"]["bars"][0] == 0
            assert studio.midi(f"{node}/midi") == data
        else:
            assert answer.json()["error"]["message"]
    assert 201 in statuses
    assert set(statuses) & {413, 422}


@pytest.mark.parametrize(
    "project",
    ["..", "../../etc/passwd", "%2e%2e%2fx", "a/b", "a\\b", "x\x00y", "trash", "~", "💥"],
)
def test_no_name_of_a_project_leads_out_of_the_folder(studio: Client, project: str) -> None:
    quoted = quote(project, safe="").replace(".", "%2E")
    for path in (f"/api/projects/{quoted}", f"/api/projects/{quoted}/file"):
        assert studio.http.get(path).status_code in (404, 422)
