"""The client in thirty lines does what it says with a running studio."""

import subprocess
import sys
from pathlib import Path

from segue.examples import example_path
from segue.midi import read_document
from tests.servers import Server

CLIENT = Path(__file__).parents[3] / "daw" / "studio_client.py"


def test_takes_lie_beside_the_song(tmp_path: Path) -> None:
    song = tmp_path / "song.mid"
    song.write_bytes(example_path("band").read_bytes())
    server = Server(tmp_path / "projects")
    try:
        done = subprocess.run(
            [sys.executable, CLIENT, song, server.address],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        server.kill()
    assert done.stderr == ""
    takes = sorted(tmp_path.glob("song-take-*.mid"))
    assert [take.name for take in takes] == ["song-take-1.mid", "song-take-2.mid"]
    assert [read_document(take).score.n_bars for take in takes] == [16, 16]
    assert done.stdout.count("new notes") == 2


def test_it_is_thirty_lines() -> None:
    assert len(CLIENT.read_text().splitlines()) <= 32
