"""The virtual port: what would be sent and when; and, where JACK is, that it arrives."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from segue.examples import example_path
from segue.midi import read_document
from segue.server.midi_port import PORT_NAME, timeline
from tests.studios import running


@pytest.fixture
def jack() -> Iterator[None]:
    """A JACK server without sound."""
    jackd = shutil.which("jackd")
    if jackd is None:
        pytest.skip("jackd is not installed")
    command = [jackd, "-r", "-d", "dummy", "-r", "44100", "-p", "1024"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(1)
        yield
        process.terminate()


def test_a_piece_is_sent_in_time_from_any_tick() -> None:
    document = read_document(example_path("band"))
    score = document.score
    whole = timeline(document, 0)
    assert [at for at, _ in whole] == sorted(at for at, _ in whole)
    assert whole[-1][0] == pytest.approx(score.duration_s, abs=0.01)
    ons = [message for _, message in whole if message[0] & 0xF0 == 0x90 and message[2]]
    assert len(ons) == score.n_notes

    start = score.bar_grid().start(4)
    late = timeline(document, start)
    since = float(score.tempo_map.seconds_at(start, score.ticks_per_quarter))
    assert late[-1][0] == pytest.approx(whole[-1][0] - since)
    assert min(at for at, _ in late) == 0
    programs = [message for _, message in late if message[0] & 0xF0 == 0xC0]
    assert programs == [message for _, message in whole if message[0] & 0xF0 == 0xC0]


def test_without_the_library_the_way_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rtmidi", None)
    with running(tmp_path) as studio:
        assert studio.get("/info")["midi_port"]["available"] is False
        project = studio.post("/projects", {"example": "band"})["id"]
        answer = studio.post(f"/projects/{project}/nodes/1/port", status=409)
        assert "pip install 'segue[midi-port]'" in answer["error"]["message"]
        assert studio.http.delete("/api/port").status_code == 204


@pytest.mark.slow
@pytest.mark.usefixtures("jack")
def test_what_is_sent_arrives_through_jack(tmp_path: Path) -> None:
    rtmidi: Any = pytest.importorskip("rtmidi")
    heard: list[list[int]] = []
    with running(tmp_path) as studio:
        project = studio.post("/projects", {"example": "band"})["id"]
        play = f"/api/projects/{project}/nodes/1/port"
        assert studio.http.post(play, json={}).status_code == 204
        listener = rtmidi.MidiIn(rtapi=rtmidi.API_UNIX_JACK, name="listener")
        names = listener.get_ports()
        index = next(i for i, name in enumerate(names) if PORT_NAME in name)
        listener.set_callback(lambda event, _: heard.append(event[0]))
        listener.open_port(index)
        assert studio.http.post(play, json={"from_tick": 1920}).status_code == 204
        time.sleep(2)
        assert studio.http.delete("/api/port").status_code == 204
        time.sleep(0.5)
        listener.delete()
    assert any(message[0] & 0xF0 == 0x90 for message in heard)
    assert any(message[0] & 0xF0 == 0xC0 for message in heard)
    assert [message[1:] for message in heard if message[0] & 0xF0 == 0xB0][-1] == [120, 0]
