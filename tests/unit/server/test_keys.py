"""The key that the studio shows: the file's, or one that is sure, or none."""

from collections.abc import Sequence

import pytest

from segue.midi import read_document
from segue.server.keys import key_of

TICKS = 480
WHITE = (60, 62, 64, 65, 67, 69, 71, 72)
E_MINOR = (64, 66, 67, 69, 71, 72, 74, 76)
CHROMATIC = tuple(range(60, 72))


def piece(pitches: Sequence[int], *, signature: tuple[int, int] | None = None) -> bytes:
    """Quarters of the pitches, one after another, with a key signature before them."""
    events = b""
    if signature is not None:
        sharps, minor = signature
        events += b"\x00\xff\x59\x02" + sharps.to_bytes(1, signed=True) + bytes([minor])
    for pitch in pitches:
        events += bytes([0, 0x90, pitch, 80, 0x83, 0x60, 0x80, pitch, 0])
    events += b"\x00\xff\x2f\x00"
    header = b"MThd" + (6).to_bytes(4) + b"\x00\x00\x00\x01" + TICKS.to_bytes(2)
    return header + b"MTrk" + len(events).to_bytes(4) + events


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ((1, 0), "G major"),
        ((1, 1), "E minor"),
        ((-6, 0), "Gb major"),
        ((-3, 1), "C minor"),
        ((7, 0), "C# major"),
    ],
)
def test_the_key_is_the_one_that_the_file_names(signature: tuple[int, int], expected: str) -> None:
    assert key_of(read_document(piece(E_MINOR * 4, signature=signature))) == expected


def test_c_major_that_nobody_chose_is_not_believed() -> None:
    assert key_of(read_document(piece(WHITE * 4, signature=(0, 0)))) == "C major"
    assert key_of(read_document(piece(E_MINOR * 4, signature=(0, 0)))) != "C major"
    assert key_of(read_document(piece(CHROMATIC, signature=(0, 0)))) is None


def test_nothing_is_said_where_it_is_not_sure() -> None:
    assert key_of(read_document(piece(CHROMATIC))) is None
    assert key_of(read_document(piece((60, 62, 64, 67, 69) * 4))) is None
    assert key_of(read_document(piece(()))) is None


def test_a_broken_signature_is_passed_over() -> None:
    assert key_of(read_document(piece(CHROMATIC, signature=(99, 0)))) is None
    assert key_of(read_document(piece(CHROMATIC, signature=(2, 7)))) is None
