"""How `segue studio` opens the browser: without the token on a command line."""

import stat
import webbrowser
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import unquote, urlparse

import pytest

from segue.cli.studio import _open

Addresses = SimpleQueue[str]
"""Those that the browser was told to open; it is told by a thread of its own."""


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Addresses:
    found: Addresses = SimpleQueue()
    monkeypatch.setattr(webbrowser, "open", found.put)
    return found


def test_the_token_is_in_a_file_that_only_its_owner_reads(
    tmp_path: Path, opened: Addresses
) -> None:
    address = "http://192.0.2.7:8765/?token=secret&project=mine"
    _open(address, tmp_path)
    given = opened.get(timeout=60)
    assert "secret" not in given
    path = Path(unquote(urlparse(given).path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "url=http://192.0.2.7:8765/?token=secret&amp;project=mine" in path.read_text()


def test_without_a_token_the_address_itself_is_opened(tmp_path: Path, opened: Addresses) -> None:
    _open("http://127.0.0.1:8765/?project=mine", tmp_path)
    assert opened.get(timeout=60) == "http://127.0.0.1:8765/?project=mine"
    assert not list(tmp_path.iterdir())
