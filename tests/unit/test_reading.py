"""Only regular files are read, only so far, and JSON of any kind ends in one kind of error."""

import os
from pathlib import Path

import pytest

from segue.reading import is_regular, open_regular, parse_json, read_json, read_regular

posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are a matter of POSIX")


@posix
def test_a_pipe_that_nobody_writes_to_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    os.mkfifo(path)
    with pytest.raises(OSError, match="a pipe, a socket or a device"):
        open_regular(path)
    assert not is_regular(path)


@posix
def test_a_device_is_refused() -> None:
    with pytest.raises(OSError, match="not a regular file"):
        read_regular("/dev/zero", max_bytes=10)


def test_a_folder_and_a_name_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "absent")
    assert not is_regular("nul\0l")


@posix
def test_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(b"MThd")
    (tmp_path / "link.mid").symlink_to("song.mid")
    assert read_regular(tmp_path / "link.mid", max_bytes=4) == b"MThd"
    assert is_regular(tmp_path / "link.mid")


def test_more_bytes_than_allowed_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(11))
    with pytest.raises(ValueError, match="larger than 10 bytes"):
        read_regular(tmp_path / "x", max_bytes=10)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a":' * 200_000, "nested too deeply"),
        (b"9" * 5000, "thousands of digits"),
        (b"\xff", "not UTF-8 text at byte 0"),
        (b"{", "not JSON: "),
        (b"", "not JSON: "),
    ],
)
def test_json_that_cannot_be_read_is_a_value_error(text: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_json(text)


def test_json_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text('{"a": [1, 2.5, "é"]}', encoding="utf-8")
    assert read_json(tmp_path / "card.json") == {"a": [1, 2.5, "é"]}
