"""Where music is appended: what held goes on, what was done in passing is undone, nothing rings on.

Judged by mido, an independent parser.
"""

import pytest

from segue.midi import MidiDocument
from segue.score import Notes, Score, Track
from tests.strategies import Event
from tests.unit.midi.files import END, read, smf, track
from tests.unit.midi.judge import events, opened, setting

BAR = 384
N_BARS = 4
JOIN = BAR * N_BARS


def part(channel: int, *more: Event, program: int = 5, pitch: int = 60) -> list[Event]:
    """Four bars of quarters with further events between them."""
    notes = [
        event
        for tick in range(0, JOIN, 96)
        for event in (
            (tick, bytes((0x90 | channel, pitch, 80))),
            (tick + 90, bytes((0x80 | channel, pitch, 64))),
        )
    ]
    body = [(0, bytes((0xC0 | channel, program))), *more, *notes]
    end = max(JOIN, *(tick for tick, _ in body))
    return [*sorted(body, key=lambda event: event[0]), (end, bytes.fromhex(END))]


def appended(document: MidiDocument, *going_on: int, until: int = JOIN + 2 * BAR) -> bytes:
    """The file with quarters in the tracks that go on."""
    score = document.score
    tracks = list(score.tracks)
    for index in going_on:
        own = tracks[index].notes
        more = Notes.of(
            onset=list(range(JOIN, until, 96)),
            duration=[90] * len(range(JOIN, until, 96)),
            pitch=[62] * len(range(JOIN, until, 96)),
            velocity=[80] * len(range(JOIN, until, 96)),
        )
        tracks[index] = tracks[index].with_notes(Notes.concat([own, more]))
    return document.updated(score.with_tracks(tracks), reset_at=JOIN, end_at=JOIN + 2 * BAR)


def bends(value: int) -> bytes:
    return bytes((0xE0, value & 0x7F, value >> 7))


@pytest.mark.parametrize(
    ("what", "message", "value"),
    [
        (1, b"\xb0\x01\x50", 80),
        (11, b"\xb0\x0b\x50", 80),
        (65, b"\xb0\x41\x7f", 127),
        (64, b"\xb0\x40\x7f", 127),
        (0, b"\xb0\x00\x08", 8),
        (74, b"\xb0\x4a\x20", 32),
        ("pitchwheel", bends(0x2180), 0x180),
    ],
)
def test_what_held_through_the_piece_goes_on_holding(
    what: int | str, message: bytes, value: int
) -> None:
    document = read(smf(part(0, (0, message))))
    taken = appended(document, 0)

    assert setting(taken, 0, what, JOIN + BAR) == value
    assert len(list(events(taken, 0))) == len(list(events(appended(read(smf(part(0)))), 0))) + 17


@pytest.mark.parametrize(
    ("what", "message", "value"),
    [
        (1, b"\xb0\x01\x64", 0),
        (7, b"\xb0\x07\x00", 100),
        (11, b"\xb0\x0b\x05", 127),
        (64, b"\xb0\x40\x7f", 0),
        (65, b"\xb0\x41\x7f", 0),
        (74, b"\xb0\x4a\x05", 64),
        ("aftertouch", b"\xd0\x78", 0),
        ("pitchwheel", bends(0x2EE0), 0),
    ],
)
@pytest.mark.parametrize("tick", [JOIN - 20, JOIN, JOIN + 40])
def test_what_the_ending_did_in_passing_is_undone_where_the_part_goes_on(
    what: int | str, message: bytes, value: int, tick: int
) -> None:
    taken = appended(read(smf(part(0, (tick, message)))), 0)

    assert setting(taken, 0, what, JOIN + BAR) == value


def test_a_long_fade_goes_back_to_the_volume_before_it() -> None:
    fade = [(JOIN - BAR + 8 * i, bytes((0xB0, 7, 90 - 2 * i))) for i in range(45)]
    taken = appended(read(smf(part(0, (0, b"\xb0\x07\x5a"), *fade))), 0)

    assert setting(taken, 0, 7, JOIN) == 90


def test_a_pedal_that_comes_and_goes_is_released() -> None:
    pedals = [
        event
        for bar in range(N_BARS)
        for event in ((bar * BAR, b"\xb0\x40\x7f"), (bar * BAR + 370, b"\xb0\x40\x00"))
    ][:-1]
    taken = appended(read(smf(part(0, *pedals))), 0)

    assert setting(taken, 0, 64, JOIN) == 0


@pytest.mark.parametrize(
    ("what", "message"), [(64, b"\xb0\x40\x7f"), (66, b"\xb0\x42\x7f"), ("aftertouch", b"\xd0\x40")]
)
def test_what_rings_is_released_where_a_part_stops(what: int | str, message: bytes) -> None:
    document = read(smf(part(0, (0, message)), part(1)))

    assert setting(appended(document, 1), 0, what, JOIN) == 0


def test_a_filter_that_the_ending_swept_goes_back_where_a_part_stops() -> None:
    document = read(
        smf(part(0, (JOIN - 20, b"\xb0\x4a\x05"), (JOIN - 20, b"\xb0\x01\x40")), part(1))
    )
    taken = appended(document, 1)

    assert setting(taken, 0, 74, JOIN) == 64
    assert setting(taken, 0, 1, JOIN) == 64  # a wheel does not ring


def test_a_pedal_held_all_along_is_released_where_the_part_stops_in_the_new_bars() -> None:
    taken = appended(read(smf(part(0, (0, b"\xb0\x40\x7f")))), 0, until=JOIN + BAR)

    assert setting(taken, 0, 64, JOIN + BAR - 20) == 127
    assert setting(taken, 0, 64, JOIN + BAR) == 0


def test_every_track_ends_on_the_last_bar_line() -> None:
    taken = appended(read(smf(track("ff510307a120", END), part(0), part(1))), 1)

    assert [sum(m.time for m in track) for track in opened(taken).tracks] == [JOIN + 2 * BAR] * 3


def test_a_track_that_ends_later_keeps_its_end() -> None:
    taken = appended(read(smf(part(0, (5000, b"\xb0\x07\x40")))), 0)

    assert sum(message.time for message in opened(taken).tracks[0]) == 5000


# Instruments that change inside a channel


def changing() -> MidiDocument:
    """Strings with a bank, volume, pan and reverb, then a flute on the same channel."""
    setup = [(0, bytes((0xB0, *pair))) for pair in ((0, 8), (32, 3), (7, 50), (10, 20), (91, 80))]
    setup.append((0, b"\xc0\x30"))
    body = part(0, *setup, program=48)
    later = 3 * BAR
    change = [(later, b"\xb0\x00\x00"), (later, b"\xb0\x07\x6e"), (later, b"\xc0\x49")]
    at = next(i for i, (tick, _) in enumerate(body) if tick >= later)
    return read(smf([*body[:at], *change, *body[at:]], part(1)))


def test_a_part_that_comes_back_on_its_channel_has_its_bank_and_mix_again() -> None:
    document = changing()
    assert [t.program for t in document.score.tracks] == [48, 73, 5]
    taken = appended(document, 0)

    settings = {what: setting(taken, 0, what, JOIN) for what in (0, 32, 7, 10, 91, "program")}
    assert settings == {0: 8, 32: 3, 7: 50, 10: 20, 91: 80, "program": 48}


def test_a_part_that_comes_back_on_a_new_track_has_its_bank_and_mix() -> None:
    document = changing()
    notes = Notes.of(onset=[JOIN], duration=[96], pitch=[60], velocity=[80])
    strings = Track(name="Strings", program=48, notes=notes)
    score: Score = document.score.with_tracks([*document.score.tracks, strings])
    taken = document.updated(score, reset_at=JOIN)
    new = list(events(taken, 2))
    (channel,) = {m.channel for _, m in new if m.type == "note_on"}
    settings = {what: setting(taken, channel, what, JOIN) for what in (0, 32, 7, 10, 91, "program")}

    assert channel not in (0, 1)
    assert settings == {0: 8, 32: 3, 7: 50, 10: 20, 91: 80, "program": 48}
    kinds = [message.type for _, message in new]
    assert kinds.index("program_change") > kinds.index("control_change")
    assert kinds.index("note_on") > kinds.index("program_change")


def filled(document: MidiDocument, index: int, onsets: list[int]) -> bytes:
    """The file with quarters of a track at some ticks, as an infill writes them."""
    tracks = list(document.score.tracks)
    new = Notes.of(
        onset=onsets,
        duration=[90] * len(onsets),
        pitch=[72] * len(onsets),
        velocity=[80] * len(onsets),
    )
    tracks[index] = tracks[index].with_notes(Notes.concat([tracks[index].notes, new]))
    return document.updated(document.score.with_tracks(tracks))


STRINGS: dict[int | str, int] = {0: 8, 32: 3, 7: 50, 10: 20, 91: 80, "program": 48}
FLUTE: dict[int | str, int] = {0: 0, 32: 3, 7: 110, 10: 20, 91: 80, "program": 73}


def heard_by(taken: bytes, pitch: int, *, channel: int = 0) -> list[dict[int | str, int]]:
    """The bank, mix and program under which each note of a pitch begins, in the file's order."""
    now: dict[int | str, int] = {}
    found: list[dict[int | str, int]] = []
    banks: dict[int | str, int] = {0: 0, 32: 0}
    for _, message in events(taken, 0):
        if getattr(message, "channel", None) != channel:
            continue
        if message.type == "control_change":
            now[message.control] = message.value
        elif message.type == "program_change":
            banks = {bank: now.get(bank, 0) for bank in banks}
            now["program"] = message.program
        elif message.type == "note_on" and message.note == pitch:
            found.append({item: (now | banks)[item] for item in STRINGS})
    return found


@pytest.mark.parametrize(
    ("index", "onsets", "setting"),
    [
        (0, [3 * BAR + 48, 3 * BAR + 144], STRINGS),  # strings after the change
        (1, [BAR + 48, BAR + 144], FLUTE),  # the flute before it
        (0, [BAR + 48], STRINGS),
        (1, [3 * BAR + 48], FLUTE),
    ],
)
def test_a_part_written_inside_the_piece_has_its_bank_and_mix_wherever_it_stands(
    index: int, onsets: list[int], setting: dict[int | str, int]
) -> None:
    taken = filled(changing(), index, onsets)

    assert heard_by(taken, 72) == [setting] * len(onsets)
    assert heard_by(taken, 60) == [STRINGS] * 12 + [FLUTE] * 4  # and the file's own notes theirs


def test_two_parts_written_at_once_on_one_channel_each_have_their_bank_and_mix() -> None:
    document = changing()
    once = read(filled(document, 0, [3 * BAR + 48, 3 * BAR + 240]))
    strings, flute = (t.notes for t in once.score.tracks[:2])
    assert (len(strings), len(flute)) == (14, 4)
    more = Notes.of(onset=[3 * BAR + 48], duration=[20], pitch=[79], velocity=[80])
    tracks = list(once.score.tracks)
    tracks[1] = tracks[1].with_notes(Notes.concat([flute, more]))
    taken = document.updated(document.score.with_tracks(tracks))

    assert heard_by(taken, 72) == [STRINGS] * 2
    assert heard_by(taken, 79) == [FLUTE]
    assert heard_by(taken, 60) == [STRINGS] * 12 + [FLUTE] * 4


def test_a_channel_is_not_set_where_all_new_notes_have_their_own_program() -> None:
    document = changing()
    before = [m.type for _, m in events(document.updated(document.score), 0)]
    taken = [m.type for _, m in events(filled(document, 0, [48, 144]), 0)]

    assert taken.count("control_change") == before.count("control_change")


def test_both_parts_of_a_channel_go_on_with_their_own_bank_and_mix() -> None:
    document = changing()
    both = document.score
    tracks = list(both.tracks)
    for index, at in ((0, JOIN), (1, JOIN + 96), (0, JOIN + 192)):
        note = Notes.of(onset=[at], duration=[90], pitch=[71 + index], velocity=[80])
        tracks[index] = tracks[index].with_notes(Notes.concat([tracks[index].notes, note]))
    taken = document.updated(both.with_tracks(tracks), reset_at=JOIN, end_at=JOIN + BAR)

    assert heard_by(taken, 71) == [STRINGS] * 2
    assert heard_by(taken, 72) == [FLUTE]


def test_a_new_track_inside_the_piece_sounds_as_its_instrument_did_just_before() -> None:
    volumes = [(0, b"\xb0\x07\x32"), (3 * BAR, b"\xb0\x07\x6e")]
    document = read(smf(part(0, *volumes), part(1, program=33)))
    note = Notes.of(onset=[BAR], duration=[96], pitch=[80], velocity=[80])
    new = Track(name="Another", program=5, notes=note)
    taken = document.updated(document.score.with_tracks([*document.score.tracks, new]))
    (channel,) = {m.channel for _, m in events(taken, 2) if m.type == "note_on"}

    assert setting(taken, channel, 7, BAR) == 50
