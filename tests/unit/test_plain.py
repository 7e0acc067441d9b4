"""What is shown of a name acts on nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.plain import plain, well_formed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bass", "Bass"),
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("a\rb\nc\td", "a\\x0db c d"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202etxt", "abc\\u202etxt"),
        ("caf\udce9.mid", "caf\\xe9.mid"),
        ("ピアノ, Ünïcode, 🎹", "ピアノ, Ünïcode, 🎹"),
    ],
)
def test_what_would_act_is_written_out(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_line_breaks_that_are_meant_stay() -> None:
    assert plain("two problems:\n  a\x1b", lines=True) == "two problems:\n  a\\x1b"


@given(st.text(st.characters()))
def test_plain_text_is_printable_and_stays_what_it_is(text: str) -> None:
    shown = plain(text)
    shown.encode()
    assert all(c.isprintable() or c.isspace() or ord(c) > 0x9F for c in shown)
    assert plain(shown) == shown


def test_a_name_without_an_encoding_gets_one() -> None:
    assert well_formed("caf\udce9\ud800.mid") == "caf\\xe9\\ud800.mid"
    assert well_formed("café\x1b.mid") == "café\x1b.mid"
