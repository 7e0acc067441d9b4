"""Examples of what real files bring, written by hand: each goes on with everything it held."""

import re
from collections.abc import Callable

import pytest

from segue.errors import InputError
from segue.midi import read_document
from tests.composers import small_composer
from tests.field import require_continued, require_sound
from tests.strategies import Event
from tests.unit.midi.files import END, chunk, header, smf, track
from tests.unit.midi.test_containers import riff

BAR = 384


def line(
    channel: int, program: int, pitch: int, *more: tuple[int, str], bars: int = 4
) -> list[Event]:
    """A track of quarters in 4/4, with further events."""
    body: list[tuple[int, str]] = [(0, f"{0xC0 | channel:02x}{program:02x}"), *more]
    for tick in range(0, bars * BAR, 96):
        body.append((tick, f"{0x90 | channel:02x}{pitch:02x}50"))
        body.append((tick + 90, f"{0x80 | channel:02x}{pitch:02x}40"))
    body.sort(key=lambda event: event[0])
    return track(*body, (max(bars * BAR, body[-1][0]), END))


def text(kind: int, words: bytes) -> str:
    """A meta event that holds words."""
    return (bytes((0xFF, kind, len(words))) + words).hex()


def body_of(events: list[Event]) -> str:
    """A chunk's bytes as hexadecimal, delta times included."""
    whole = smf(events)
    return whole[22:].hex()


PIANO, BASS = line(0, 5, 60), line(1, 33, 40)
PLAIN = smf(PIANO, BASS)

KINDS: dict[str, Callable[[], bytes]] = {
    "band": lambda: smf(PIANO, BASS, line(9, 0, 36)),
    "running status after a meta event": lambda: (
        header() + chunk("00903c40 00ff0101 41 603c00 003e40 603e00 00ff2f00")
    ),
    "length too short": lambda: header() + chunk(body_of(PIANO), length=40),
    "length too long": lambda: header() + chunk(body_of(PIANO), length=4000),
    "RMID": lambda: riff((b"LIST", b"INFOINAM" + b"x" * 300), (b"data", PLAIN)),
    "Shift-JIS": lambda: smf(track((0, text(3, "ピアノ".encode("shift_jis"))), END), PIANO),
    "karaoke": lambda: smf(
        track(
            (0, text(1, b"@KMIDI KARAOKE FILE")), (96, text(1, b"\\La")), (192, text(5, b"la")), END
        ),
        PIANO,
    ),
    "drums by GS": lambda: smf(track((0, "f00a41104212401a15020ff7"), END), PIANO, line(10, 0, 36)),
    "drums by XG": lambda: smf(PIANO, line(10, 0, 36, (0, "ba007f"))),
    "drums by GM2": lambda: smf(PIANO, line(10, 0, 36, (0, "ba0078"))),
    "two ports": lambda: smf(
        line(0, 5, 60, (0, "ff210100")), line(0, 48, 67, (0, "ff210101"), (0, "b00740"))
    ),
    "instruments that change": lambda: smf(
        line(0, 48, 60, (0, "b00732"), (2 * BAR, "c049"), (2 * BAR, "b0076e")), BASS
    ),
    "loop markers": lambda: smf(
        track((0, text(6, b"loopStart")), (4 * BAR, text(6, b"loopEnd")), END), PIANO
    ),
    "loop controllers": lambda: smf(line(0, 5, 60, (BAR, "b06f00")), BASS),
    "a pickup": lambda: smf(track((0, "ff580401021808"), (96, "ff580403021808"), END), PIANO, BASS),
    "bends and touch": lambda: smf(
        line(0, 27, 60, (0, "b00150"), (1500, "e00060"), (1500, "d070"), (1500, "b0407f"))
    ),
    "all notes off": lambda: smf(track((0, "903c50"), (0, "904050"), (96, "b07b00"), END), BASS),
    "drums alone": lambda: smf(line(9, 0, 36)),
    "control characters": lambda: smf(line(0, 5, 60, (0, text(3, b"\x1b[31mred\x07\r\n")))),
    "doubled guitars": lambda: smf(line(0, 27, 60), line(1, 27, 60)),
    "all on one channel": lambda: smf(line(0, 5, 60), line(0, 48, 67), line(0, 33, 40)),
    "a held pedal": lambda: smf(line(0, 89, 60, (0, "b0407f"), (0, "b00728"))),
    "a gap around a dropped message": lambda: (
        header() + chunk("00903c40 603c00 ffffff7ff6 ffffff7fb00740 00ff2f00")
    ),
    "events after the end": lambda: (
        header() + chunk("00903c40 60803c40 00ff2f00 00904040 60804040 00ff2f00")
    ),
    "type 0": lambda: smf(PIANO, format=0),
    "frames": lambda: smf(PIANO, division=0xE728),
    "no notes": lambda: smf(track((0, "ff58040302 1808".replace(" ", "")), END)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_each_kind_goes_on_with_everything_it_held(kind: str) -> None:
    require_sound(KINDS[kind](), "test.mid")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (smf(PIANO, BASS, format=2), "type 2 file of 2 independent sequences"),
        (b"", "the file is empty"),
        (b"PK\x03\x04" + b"\0" * 60, "not a MIDI file"),
    ],
)
def test_what_cannot_go_on_is_refused_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refusal:
        require_sound(data, "test.mid")
    assert "\n" not in str(refusal.value)
    assert str(refusal.value).startswith("test.mid: ")


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        (rb"(?<=\xc0)\x05", "track 0 lost events"),  # another program
        (rb"[\x00-\x7e](?=\xff\x2f\x00)", "end of track 0"),  # a tick later
    ],
)
def test_the_judge_of_these_files_sees_what_is_lost(what: bytes, reason: str) -> None:
    document = read_document(PLAIN)
    (take,) = small_composer().continue_(document, bars=2, takes=1, seed=1)
    taken = take.to_bytes()
    require_continued(PLAIN, document, taken)

    changed = re.sub(what, lambda found: bytes([found[0][0] + 1]), taken)
    with pytest.raises(AssertionError, match=reason):
        require_continued(PLAIN, document, changed)
