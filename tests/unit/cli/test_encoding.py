"""`--tracks` finds names in the encoding of their file, or in one that is named."""

from pathlib import Path

import pytest

from segue.cli.asking import parse_tracks, read_prompt
from tests.strategies import encode_smf


def song(folder: Path, name: bytes) -> Path:
    path = folder / "song.mid"
    notes = [(0, b"\x90\x3c\x50"), (96, b"\x80\x3c\x40"), (96, b"\xff\x2f\0")]
    path.write_bytes(encode_smf([[(0, b"\xff\x03" + bytes((len(name),)) + name), *notes]]))
    return path


def test_a_japanese_name_is_found(tmp_path: Path) -> None:
    document = read_prompt(song(tmp_path, "メロディー".encode("cp932")))

    assert parse_tracks("メロディー", document) == (0,)


@pytest.mark.parametrize("encoding", ["cp1251", "windows-1251"])
def test_a_name_in_a_named_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    path = song(tmp_path, "Скрипка".encode("cp1251"))

    assert parse_tracks("скрипка", read_prompt(path, encoding=encoding)) == (0,)
