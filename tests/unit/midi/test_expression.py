"""What a part did with pedal, controllers and bends goes on in new bars; nothing hangs there."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given

from segue.midi import MidiDocument
from segue.midi.cutting import open_document
from segue.midi.setups import BEND, REST, Settings, settings_of
from segue.midi.smf import Smf
from segue.score import Notes
from tests.strategies import SEEDS, Event
from tests.unit.midi.files import END, read, smf

BAR = 384
JOIN = 8 * BAR
FINISH = 12 * BAR
PEDAL = 64


def control(number: int, value: int) -> bytes:
    return bytes((0xB0, number, value))


def bend(value: int) -> bytes:
    return bytes((0xE0, value & 0x7F, value >> 7))


def piece(*more: Event, onsets: range = range(0, JOIN, 96), program: int = 0) -> MidiDocument:
    """Eight bars of quarters, or of other notes, with further events before those of their tick."""
    notes = [
        event
        for tick in onsets
        for event in ((tick, b"\x90\x3c\x50"), (tick + onsets.step - 6, b"\x80\x3c\x40"))
    ]
    body = sorted([(0, bytes((0xC0, program))), *more, *notes], key=lambda event: event[0])
    return read(smf([*body, (max(JOIN, body[-1][0]), bytes.fromhex(END))]))


def went_on(document: MidiDocument, onsets: range = range(JOIN, FINISH, 96)) -> bytes:
    """The file with four bars more."""
    return _with(document, onsets, reset_at=JOIN, end_at=FINISH, expressed=(JOIN, FINISH))


def _with(document: MidiDocument, onsets: range, **joined: object) -> bytes:
    score, own = document.score, document.score.tracks[0]
    more = Notes.of(
        onset=list(onsets),
        duration=[onsets.step - 6] * len(onsets),
        pitch=[62] * len(onsets),
        velocity=[80] * len(onsets),
    )
    longer = own.with_notes(Notes.concat([own.notes, more]))
    return document.updated(score.with_tracks([longer, *score.tracks[1:]]), **joined)  # type: ignore[arg-type]


def sent(data: bytes, item: int, *, since: int = JOIN) -> list[tuple[int, int]]:
    """(tick, value) of the changes of an item from a tick on."""
    found = [(tick, value) for tick, value in line(data, item) if tick >= since]
    return found


def line(data: bytes, item: int) -> list[tuple[int, int]]:
    settings = states(data)
    return list(zip(settings.ticks.get(item, []), settings.values.get(item, []), strict=True))


def states(data: bytes) -> Settings:
    document = read(data)
    return settings_of(document.channels.controllers()).get(document.channels.tracks[0], Settings())


def per_bar(*events: tuple[int, bytes]) -> list[Event]:
    return [(bar + tick, message) for bar in range(0, JOIN, BAR) for tick, message in events]


def test_a_pedal_of_every_bar_goes_on_with_every_bar_and_is_up_at_the_end() -> None:
    document = piece(*per_bar((4, control(PEDAL, 127)), (BAR - 8, control(PEDAL, 0))))

    expected = [
        event for bar in range(JOIN, FINISH, BAR) for event in ((bar + 4, 127), (bar + BAR - 8, 0))
    ]
    assert sent(went_on(document), PEDAL) == expected


def test_a_legato_pedal_changes_after_the_new_onsets_not_on_the_grid() -> None:
    document = piece(*per_bar((0, control(PEDAL, 0)), (10, control(PEDAL, 127))))
    late = range(JOIN + 24, FINISH, 96)

    changes = sent(went_on(document, late), PEDAL)

    assert (JOIN + 24 + 10, 127) in changes
    assert all(tick - 24 in range(JOIN, FINISH, 96) or value for tick, value in changes[:-1])
    assert changes[-1] == (FINISH, 0)


def test_without_the_switch_nothing_goes_on() -> None:
    document = piece(*per_bar((4, control(PEDAL, 127)), (BAR - 8, control(PEDAL, 0))))
    data = _with(document, range(JOIN, FINISH, 96), reset_at=JOIN, end_at=FINISH)

    assert not sent(data, PEDAL)


def test_a_held_pedal_is_held_and_then_released() -> None:
    document = piece((0, control(PEDAL, 127)))

    assert sent(went_on(document), PEDAL) == [(FINISH, 0)]


def test_one_press_in_passing_is_no_habit() -> None:
    document = piece((5 * BAR, control(PEDAL, 127)), (6 * BAR, control(PEDAL, 0)))

    assert not sent(went_on(document), PEDAL)


def test_a_pedal_does_not_hang_in_a_silence_that_was_never_heard() -> None:
    document = piece(*per_bar((0, control(PEDAL, 0)), (10, control(PEDAL, 127))))

    changes = sent(went_on(document, range(JOIN, JOIN + BAR, 96)), PEDAL)

    assert changes[-1][1] == 0
    assert changes[-1][0] <= JOIN + 2 * BAR


@pytest.mark.parametrize("number", [1, 11])
def test_swells_go_on_in_the_same_range(number: int) -> None:
    swell = [(tick, control(number, 40 + min(tick, BAR - tick) // 4)) for tick in range(0, BAR, 16)]

    changes = sent(went_on(piece(*per_bar(*swell))), number)
    values = [value for _, value in changes[:-1]]

    assert len(changes) > 4 * 16
    assert (min(values), max(values)) == (40, 40 + BAR // 8)


def test_a_fade_does_not_go_on() -> None:
    fade = [(4 * BAR + 24 * step, control(11, 127 - 2 * step)) for step in range(60)]

    values = {value for _, value in sent(went_on(piece(*fade)), 11)}

    assert values == {127}


def test_a_swell_is_stretched_over_a_longer_note() -> None:
    swell = [(tick, control(11, 60 + min(tick, 96 - tick))) for tick in range(0, 96, 8)]
    events = [(beat + tick, message) for beat in range(0, JOIN, 96) for tick, message in swell]

    changes = sent(went_on(piece(*events), range(JOIN, FINISH, 192)), 11)

    tops = [tick for tick, value in changes if value == 60 + 48]
    assert tops[0] == JOIN + 96  # the middle of the new note


def test_a_bend_returns_to_the_centre_within_each_new_note() -> None:
    scoop = ((0, bend(0x1000)), (24, bend(0x1800)), (48, bend(0x2000)))

    changes = sent(went_on(piece(*per_bar(*scoop))), BEND)

    assert [tick - JOIN for tick, value in changes if value == 0x1000] == [0, BAR, 2 * BAR, 3 * BAR]
    assert changes[-1][1] == REST[BEND]


def test_a_bend_that_lies_over_many_notes_does_not_go_on() -> None:
    glide = [(tick, bend(0x2000 + 40 * (tick // 96 % 24) + 400)) for tick in range(0, JOIN, 96)]

    assert all(value == REST[BEND] for _, value in sent(went_on(piece(*glide)), BEND))


def test_what_was_done_long_ago_does_not_go_on() -> None:
    presses = [
        e for e in per_bar((4, control(PEDAL, 127)), (90, control(PEDAL, 0))) if e[0] < BAR * 4
    ]

    assert not sent(went_on(piece(*presses)), PEDAL)


def test_what_the_file_sends_after_its_last_note_does_not_end_what_goes_on() -> None:
    presses = per_bar((0, control(PEDAL, 0)), (10, control(PEDAL, 127)))
    document = piece(*presses, (JOIN + 2 * BAR + 50, control(PEDAL, 0)))

    state = states(went_on(document))

    assert state.value_at(PEDAL, JOIN + 2 * BAR + 60) == 127
    assert state.value_at(PEDAL, FINISH) == 0


def test_new_bars_inside_a_piece_end_as_the_file_has_it_there() -> None:
    presses = per_bar((4, control(PEDAL, 127)), (BAR - 8, control(PEDAL, 0)))
    opened = open_document(piece(*presses), 4 * BAR, 2 * BAR)
    new = range(4 * BAR, 6 * BAR, 96)

    data = _with(opened, new, expressed=(4 * BAR, 6 * BAR))

    inside = [(t, v) for t, v in line(data, PEDAL) if 4 * BAR <= t < 6 * BAR]
    assert [v for _, v in inside] == [127, 0, 127, 0]
    assert [each for each in line(data, PEDAL) if each not in inside] == [
        (t, v) for t, v in line(opened.updated(opened.score), PEDAL)
    ]


def test_instruments_that_share_a_channel_are_left_alone() -> None:
    presses = per_bar((4, control(PEDAL, 127)), (BAR - 8, control(PEDAL, 0)))
    document = piece(*presses, (4 * BAR, b"\xc0\x05"))

    assert not [value for _, value in sent(went_on(document), PEDAL) if value]


def random_piece(random: Random) -> MidiDocument:
    """Eight bars with habits of all sorts, or none."""
    found: list[Event] = []
    for number in (1, 11, PEDAL, 7, None):
        share, step = random.random(), random.choice((12, 48, 96, 200))
        for tick in range(0, JOIN + random.choice((0, BAR)), step):
            if random.random() < share:
                value = random.choice((0, 64, 127, random.randrange(128)))
                message = bend(value << 7) if number is None else control(number, value)
                found.append((tick, message))
    onsets = range(random.choice((0, 24)), JOIN, random.choice((36, 96, 384)))
    return piece(*found, onsets=onsets)


@given(SEEDS)
def test_nothing_hangs_and_nothing_of_the_piece_is_touched(seed: int) -> None:
    random = Random(seed)
    document = random_piece(random)
    step = random.choice((36, 96, 384))
    new = range(JOIN + random.choice((0, 24, 2 * BAR)), FINISH, step)

    data = went_on(document, new)
    plain = _with(document, new, reset_at=JOIN, end_at=FINISH)

    own, added = (Counter(_rows(each)) for each in (document.smf, read(data).smf))
    assert not own - added
    assert all(tick >= JOIN for tick, message in (added - own) if message[0] >> 4 in (0xB, 0xE))
    state, without = states(data), states(plain)
    last = max(FINISH, *(tick for tick, _ in _rows(document.smf)))
    assert (state.value_at(PEDAL, last) or 0) < 64 or without.value_at(PEDAL, last) == (
        state.value_at(PEDAL, last)
    )
    for item in (1, 11, BEND):
        assert state.value_at(item, last) == without.value_at(item, last)
    for item in (1, 7, 11, PEDAL, BEND):
        before = [(t, v) for t, v in line(data, item) if t < JOIN]
        assert before == [(t, v) for t, v in line(plain, item) if t < JOIN]
    changes = sent(data, PEDAL)
    assert all(a[0] <= b[0] for a, b in pairwise(changes))


def _rows(smf_: Smf) -> list[Event]:
    """The messages of a file but for the ends of its tracks."""
    return [
        (tick, message)
        for chunk in smf_.tracks
        for tick, message in zip(chunk.ticks, chunk.messages, strict=True)
        if message[:2] != b"\xff\x2f"
    ]
