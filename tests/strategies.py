"""Hypothesis strategies for music and for MIDI files, shared by all tests.

`scores` draws small, hostile music: any metre, tempo and metre changes anywhere, overlapping and
nested notes. `smf_files` draws well-formed MIDI files through an encoder of its own, so that the
reader is not tested against its own writer; `damaged` breaks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from struct import pack

from hypothesis import strategies as st

from segue.score import MetreMap, Notes, Score, TempoMap, Track

RESOLUTIONS = (1, 24, 96, 120, 480, 960, 32767)
METRES = ((4, 4), (3, 4), (2, 2), (6, 8), (7, 8), (17, 16), (1, 4), (5, 64), (255, 1))


SEEDS = st.integers(0, 2**32 - 1)
"""Contents come from a seed, structure from hypothesis: drawing every number takes too long."""


@st.composite
def notes(
    draw: st.DrawFn, *, max_notes: int = 12, max_tick: int = 4000, max_duration: int = 2000
) -> Notes:
    """Up to `max_notes` notes; often on few pitches and onsets, so that they overlap and nest."""
    n = draw(st.integers(0, max_notes))
    return random_notes(Random(draw(SEEDS)), n=n, max_tick=max_tick, max_duration=max_duration)


def random_notes(random: Random, *, n: int, max_tick: int, max_duration: int) -> Notes:
    """`n` notes; the first of them are the same for every `n`."""
    pitches = random.choice((range(60, 62), range(36, 96), range(128)))
    step = random.choice((1, 120, max_tick))
    rows = [
        (
            random.randrange(0, max_tick + 1, step),
            random.choice((1, 120, random.randint(1, max_duration))),
            random.choice(pitches),
            random.choice((1, 64, random.randint(1, 127))),
        )
        for _ in range(n)
    ]
    return Notes.of(
        onset=[row[0] for row in rows],
        duration=[row[1] for row in rows],
        pitch=[row[2] for row in rows],
        velocity=[row[3] for row in rows],
    )


def random_track(random: Random, *, n_notes: int, max_tick: int) -> Track:
    """A track with a name that survives a MIDI file."""
    return Track(
        program=random.choice((0, 1, 127, random.randrange(128))),
        is_drum=random.random() < 0.25,
        name=random.choice(("", "Bass", "Flöte", "ピアノ", "a b")),
        notes=random_notes(random, n=n_notes, max_tick=max_tick, max_duration=2000),
    )


@st.composite
def tempo_maps(draw: st.DrawFn, *, max_tick: int = 4000, max_events: int = 4) -> TempoMap:
    """Any number of tempo changes, anywhere, from absurdly fast to the slowest."""
    n = draw(st.integers(0, max_events))
    random = Random(draw(SEEDS))
    return TempoMap.of(
        ticks=[random.randint(0, max_tick) for _ in range(n)],
        us_per_quarter=[
            random.choice((1, 2**24 - 1, random.randint(10**5, 10**6))) for _ in range(n)
        ],
    )


@st.composite
def metre_maps(draw: st.DrawFn, *, max_tick: int = 4000, max_events: int = 4) -> MetreMap:
    """Any number of metre changes, anywhere, on bar lines or not."""
    n = draw(st.integers(0, max_events))
    random = Random(draw(SEEDS))
    metres = [random.choice(METRES) for _ in range(n)]
    return MetreMap.of(
        ticks=[random.randint(0, max_tick) for _ in range(n)],
        numerator=[numerator for numerator, _ in metres],
        denominator=[denominator for _, denominator in metres],
    )


@st.composite
def scores(
    draw: st.DrawFn,
    *,
    min_tracks: int = 0,
    max_tracks: int = 4,
    max_notes: int = 12,
    max_tick: int = 4000,
    ticks_per_quarter: Sequence[int] = RESOLUTIONS,
) -> Score:
    """A small piece with any metre and tempo."""
    n_notes = draw(st.lists(st.integers(0, max_notes), min_size=min_tracks, max_size=max_tracks))
    random = Random(draw(SEEDS))
    return Score(
        ticks_per_quarter=draw(st.sampled_from(ticks_per_quarter)),
        tracks=tuple(random_track(random, n_notes=n, max_tick=max_tick) for n in n_notes),
        tempo_map=draw(tempo_maps(max_tick=max_tick)),
        metre_map=draw(metre_maps(max_tick=max_tick)),
        name=random.choice(("", "Title")),
    )


Event = tuple[int, bytes]
"""A tick and a message with its status byte."""


@dataclass(frozen=True)
class SmfFile:
    """A MIDI file, and what a reader must find in it."""

    data: bytes
    tracks: tuple[tuple[Event, ...], ...]
    """Every message of every track, the end of track included."""


@st.composite
def smf_files(
    draw: st.DrawFn, *, max_tracks: int = 4, max_events: int = 40, with_pairs: bool = False
) -> SmfFile:
    """A well-formed type 0 or 1 file with every kind of message, running status or not.

    With `with_pairs`, every note-on has its note-off, later and in the same track, and there are no
    escape messages (0xF7), which symusic misreads.
    """
    random = Random(draw(SEEDS))
    n_tracks = draw(st.integers(1, max_tracks))
    n_events = draw(st.integers(0, max_events))
    division = random.choice((24, 96, 480, 32767))
    gaps = (0, 0, 1, 7, 48, 130, 17_000 if division > 96 else 200)
    bodies = [
        smf_events(random, n_events=n_events, gaps=gaps, with_pairs=with_pairs)
        for _ in range(n_tracks)
    ]
    format = 0 if n_tracks == 1 and random.random() < 0.5 else 1
    return SmfFile(
        data=encode_smf(
            bodies, format=format, division=division, running_status=draw(st.booleans())
        ),
        tracks=tuple(tuple(body) for body in bodies),
    )


def smf_events(
    random: Random, *, n_events: int, gaps: Sequence[int], with_pairs: bool
) -> list[Event]:
    """Random messages of one track in the order of time."""
    events: list[tuple[int, int, bytes]] = []
    tick = 0
    for order in range(n_events):
        tick += random.choice(gaps)
        message = random_message(random, notes=not with_pairs)
        events.append((tick, 2 * order, message))
        if with_pairs and random.random() < 0.6:
            on = bytes((0x90 | random.choice((0, 1, 9)), random.choice((60, 61)), 1 + order % 127))
            events.append((tick, 2 * order, on))
            off = random.choice((bytes((on[0] & 0x8F, on[1], 64)), bytes((on[0], on[1], 0))))
            events.append((tick + random.choice((1, 24, 300)), -1, off))
    events.sort(key=lambda event: event[:2])
    end = events[-1][0] + random.choice([0, 5]) if events else 0
    return [(tick, message) for tick, _, message in events] + [(end, b"\xff\x2f\x00")]


def random_message(random: Random, *, notes: bool) -> bytes:
    """One message of any kind."""
    channel = random.choice((0, 1, 9, 15))
    kind = random.randrange(1 if notes else 3, 12)
    low = random.randrange(128)
    if kind in (1, 2):
        return bytes((random.choice((0x80, 0x90)) | channel, random.choice((60, 61)), low))
    if kind in (3, 4):
        status = random.choice((0xA0, 0xB0, 0xE0)) | channel
        return bytes((status, random.randrange(128), low))
    if kind in (5, 6):
        return bytes((random.choice((0xC0, 0xD0)) | channel, low))
    payload = random.randbytes(random.choice((0, 1, 5, 200)))
    if kind == 7:
        status = random.choice((0xF0, 0xF7)) if notes else 0xF0
        return bytes((status,)) + quantity(len(payload)) + payload
    if kind == 8:
        return b"\xff\x51\x03" + random.randrange(1, 2_000_000).to_bytes(3, "big")
    if kind == 9:
        numerator, power = random.choice(((4, 2), (7, 3), (17, 4), (1, 6)))
        return bytes((0xFF, 0x58, 4, numerator, power, 24, 8))
    if kind == 10:
        return bytes((0xFF, 0x21, 1, random.randrange(3)))
    meta = random.choice((0x00, 0x01, 0x03, 0x04, 0x05, 0x06, 0x20, 0x54, 0x59, 0x7F))
    return bytes((0xFF, meta)) + quantity(len(payload)) + payload


def encode_smf(
    bodies: Sequence[Sequence[Event]],
    *,
    format: int = 1,
    division: int = 96,
    running_status: bool = False,
) -> bytes:
    """The bytes of a file with these tracks."""
    parts = [b"MThd" + pack(">IHHH", 6, format, len(bodies), division)]
    for body in bodies:
        chunk = bytearray()
        previous, status = 0, -1
        for tick, message in body:
            chunk += quantity(tick - previous)
            previous = tick
            if running_status and message[0] == status:
                chunk += message[1:]
            else:
                chunk += message
            status = message[0] if message[0] < 0xF0 else -1
        parts.append(b"MTrk" + pack(">I", len(chunk)) + chunk)
    return b"".join(parts)


def quantity(number: int) -> bytes:
    """A variable-length quantity."""
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return bytes(reversed(digits))


@st.composite
def damaged(draw: st.DrawFn, files: st.SearchStrategy[SmfFile] | None = None) -> bytes:
    """A MIDI file with bytes changed, cut out, doubled or missing at the end."""
    data = bytearray(draw(files or smf_files()).data)
    random = Random(draw(SEEDS))
    for _ in range(draw(st.integers(0, 8))):
        at = random.randrange(len(data)) if data else 0
        match random.randrange(5):
            case 0:
                data[at : at + 1] = random.randbytes(1)
            case 1:
                del data[at : at + random.choice((1, 4, 50))]
            case 2:
                data[at:at] = data[at : at + random.choice((1, 8, 50))]
            case 3:
                data[at:at] = random.choice((b"MTrk", b"MThd", b"\xff\xff\xff\x7f", b"\xff\x2f\0"))
            case _:
                del data[at:]
    return bytes(data)
