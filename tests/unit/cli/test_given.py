"""Standard input is a piece of bounded size; wrong wishes are told in one short line."""

import io
import sys
from types import SimpleNamespace

import pytest

from segue.cli.asking import parse_bars
from segue.cli.given import read_standard_input, shown
from segue.errors import FormatError, InputError
from segue.midi import reader


@pytest.mark.parametrize(
    "text", ["²:³", "1:²", "1:" + "9" * 5000, "9" * 5000, ":", "1:2:3", "\x1b"]
)
def test_bars_that_are_none_are_told_in_one_short_line(text: str) -> None:
    with pytest.raises(InputError, match="bars must") as caught:
        parse_bars(text)
    assert len(str(caught.value)) < 150
    assert str(caught.value).isprintable()


def test_what_is_shown_is_short_and_plain() -> None:
    assert shown("bass") == "'bass'"
    assert shown("\x1b[2J") == "'\\\\x1b[2J'"
    assert len(shown("x" * 10_000)) < 60


def test_standard_input_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"MThd")))
    assert read_standard_input() == b"MThd"
    monkeypatch.setattr(reader, "MAX_BYTES", 3)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"MThd")))
    with pytest.raises(FormatError, match="standard input: larger than 3 bytes"):
        read_standard_input()
