"""What is looked for byte by byte with numpy is what plain patterns find."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.corpus import doubts

ENDS_NOTES = re.compile(rb"[\xb0-\xbf][\x78\x7b-\x7f][\x00-\x7f]")
DRUM_BANK = re.compile(rb"[\xb0-\xb8\xba-\xbf]\x00[\x78\x7e\x7f]|\xb9\x00\x79")
BETWEEN_RUNS = re.compile(rb"(?<![\x80-\xff])(?:\xff(?!\x2f)[\x00-\x7f]|\xf0)")

BYTES = st.lists(
    st.sampled_from([0, 1, 3, 0x2F, 0x51, 0x77, 0x78, 0x79, 0x7A, 0x7B, 0x7E, 0x7F])
    | st.sampled_from([0x80, 0x90, 0xAF, 0xB0, 0xB9, 0xBF, 0xC0, 0xF0, 0xF1, 0xF7, 0xFF]),
    max_size=40,
).map(bytes)


def run_goes_on(data: bytes) -> bool:
    """The oracle, by a search that begins anew behind each message."""
    found = BETWEEN_RUNS.search(data)
    while found:
        length, begin = doubts._quantity(data, found.end())
        _, following = doubts._quantity(data, begin + length)
        if following < len(data) and data[following] < 0x80:
            return True
        found = BETWEEN_RUNS.search(data, begin + length)
    return False


@given(BYTES)
def test_controllers_are_found_as_by_patterns(data: bytes) -> None:
    expected = ENDS_NOTES.search(data) is not None or DRUM_BANK.search(data) is not None
    assert doubts._controls_hint(np.frombuffer(data, np.uint8)) is expected


@given(BYTES)
def test_messages_between_runs_are_found_as_by_patterns(data: bytes) -> None:
    assert doubts._run_goes_on(data) is run_goes_on(data)
