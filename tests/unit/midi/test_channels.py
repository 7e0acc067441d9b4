"""Channels and ports: who plays drums, where new tracks go, what shares a port with what."""

import pytest

from segue.midi import MidiDocument, read_document
from segue.midi.channels import Place
from segue.score import Notes, Score, Track
from tests.strategies import Event
from tests.unit.midi.files import END, read, smf, track
from tests.unit.midi.judge import events, opened

GS_RESET = "f00a4110421240007f0041f7"
XG_ON = "f00843104c00007e00f7"
GM2_ON = "f0057e7f0903f7"


def plays(channel: int, *before: str, pitch: int = 60) -> list[Event]:
    """A track with messages before its one note."""
    on, off = bytes((0x90 | channel, pitch, 64)), bytes((0x80 | channel, pitch, 64))
    return track(*before, on.hex(), (96, off.hex()), END)


def is_drum(*messages: str, channel: int) -> bool:
    """Whether a part on a channel is drums after messages in the first track and its own."""
    return read(smf(plays(channel, *messages))).score.tracks[0].is_drum


def one_note(program: int = 33, *, is_drum: bool = False) -> Track:
    notes = Notes.of(onset=[0], duration=[10], pitch=[36], velocity=[70])
    return Track(name="New", program=program, is_drum=is_drum, notes=notes)


def with_new(document: MidiDocument, *new: Track) -> MidiDocument:
    score = document.score
    return read_document(document.updated(score.with_tracks([*score.tracks, *new])))


# Drums


@pytest.mark.parametrize(
    "messages",
    [
        (GS_RESET, "f00a41104212401a150110f7"),
        ("f00a41104212401a150110f7",),
        (XG_ON, "ba007f", "ca00"),
        (XG_ON, "f00843104c080a070100f7"),
        (GM2_ON, "ba0078", "ba2000", "ca00"),
        ("ba0078", "ca00"),
        ("ba007f", "ca18"),
    ],
)
def test_messages_make_channel_11_drums(messages: tuple[str, ...]) -> None:
    assert is_drum(*messages, channel=10)


@pytest.mark.parametrize(
    "messages",
    [
        (GS_RESET, "f00a411042124010150018f7"),
        (XG_ON, "f00843104c0809070000f7"),
        (XG_ON, "b90040", "c930"),
        (GM2_ON, "b90079", "c930"),
    ],
)
def test_messages_make_channel_10_melodic(messages: tuple[str, ...]) -> None:
    assert not is_drum(*messages, channel=9)


@pytest.mark.parametrize(
    ("messages", "channel"),
    [
        ((GS_RESET, "ba007f", "ca30"), 10),  # a variation: the sounds of an older synthesizer
        ((XG_ON, "ba007f", "ca00", XG_ON), 10),
        ((XG_ON, "ba007f", "ca00", "ba0000", "ca05"), 10),
        (("ba007f", "ca3d"), 10),
        ((GM2_ON, "ba0079", "ca00"), 10),
    ],
)
def test_other_banks_leave_a_channel_melodic(messages: tuple[str, ...], channel: int) -> None:
    assert not is_drum(*messages, channel=channel)


@pytest.mark.parametrize(
    "messages", [(XG_ON, "b90000", "c900"), (GS_RESET, "b9003e", "c930"), (GM2_ON, "c900")]
)
def test_channel_10_stays_drums_where_nothing_else_is_said(messages: tuple[str, ...]) -> None:
    assert is_drum(*messages, channel=9)


def test_new_drums_go_where_the_file_has_its_drums_if_channel_10_is_melodic() -> None:
    system = track(GS_RESET, "f00a411042124010150018f7", "f00a41104212401a150110f7", END)
    document = read(smf(system, plays(9), plays(10, pitch=36)))
    assert [t.is_drum for t in document.score.tracks] == [False, True]
    after = with_new(document, one_note(0, is_drum=True))

    assert after.origins[-1].channel == 10
    assert after.score.tracks[-1].is_drum


def test_a_new_melodic_part_stays_off_a_channel_that_was_made_drums() -> None:
    document = read(smf(track("f00a411042124011150119f7", END), plays(1)))
    after = with_new(document, one_note())

    assert after.origins[-1].channel == 2


# Ports and devices


def on_port(number: int, *parts: list[Event]) -> list[list[Event]]:
    return [[(0, bytes((0xFF, 0x21, 1, number))), *part] for part in parts]


def on_device(name: str, part: list[Event]) -> list[Event]:
    return [(0, bytes((0xFF, 0x09, len(name))) + name.encode()), *part]


def test_tracks_of_different_devices_do_not_share_a_channel() -> None:
    document = read(
        smf(on_device("Synth A", plays(0, "c005")), on_device("Synth B", plays(0)),
            on_device("Synth A", plays(0)))
    )  # fmt: skip

    assert [track.program for track in document.score.tracks] == [5, 0, 5]
    assert document.channels.tracks == (Place(0, 0), Place(1, 0), Place(0, 0))


def test_a_device_with_a_number_is_the_same_without_it() -> None:
    tracks = [[(0, bytes((0xFF, 0x21, 1, 3))), *on_device("A", plays(0))], on_device("A", plays(1))]

    assert read(smf(*tracks)).channels.ports == (3, 3)


def test_two_devices_of_one_number_are_two_ports() -> None:
    tracks = on_port(1, on_device("A", plays(0)), on_device("B", plays(0)), plays(1))

    assert read(smf(*tracks)).channels.ports == (1, 2, 1)


def test_a_new_track_names_the_device_of_its_port() -> None:
    document = read(smf(on_device("Synth A", plays(0))))
    after = with_new(document, one_note())
    names = [m.name for _, m in events(document.updated(after.score), 1) if m.type == "device_name"]

    assert names == ["Synth A"]


def test_a_new_track_avoids_the_channels_of_all_ports() -> None:
    document = read(smf(*on_port(0, plays(0)), *on_port(1, plays(0), plays(1))))

    assert with_new(document, one_note()).channels.tracks[-1] == Place(0, 2)


def test_in_a_full_file_a_new_track_shares_the_number_of_one_of_its_program() -> None:
    full = [plays(channel, f"c{channel:x}{channel:02x}") for channel in range(16)]
    document = read(smf(*full))

    assert with_new(document, one_note(5)).channels.tracks[-1] == Place(1, 5)
    assert with_new(document, one_note(100)).channels.tracks[-1] == Place(1, 0)


def test_everybody_is_given_the_same_place_for_a_new_track() -> None:
    document = read(smf(plays(0), plays(1)))
    new = [one_note(), one_note(0, is_drum=True), one_note(7)]
    score = document.score.with_tracks([*document.score.tracks, *new])

    assert document.channels.of(score) == list(with_new(document, *new).channels.tracks)


def test_on_one_port_each_place_has_its_own_channel() -> None:
    document = read(smf(*on_port(0, plays(0), plays(9)), *on_port(1, plays(0), plays(1), plays(9))))

    assert document.channels.on_one_port() == {
        Place(0, 0): 0, Place(0, 9): 9, Place(1, 0): 1, Place(1, 1): 2, Place(1, 9): 9
    }  # fmt: skip


def test_controllers_stay_with_the_port_of_their_track() -> None:
    document = read(smf(*on_port(0, plays(0)), *on_port(1, plays(0, "b00740"))))

    assert [event[1:] for event in document.channels.controllers()] == [
        (Place(1, 0), bytes.fromhex("b00740"))
    ]


def test_a_part_in_a_full_file_says_what_it_shares() -> None:
    document = read(smf(*(plays(channel) for channel in range(16))))
    score = document.score.with_tracks([*document.score.tracks, one_note(100)])
    (remark,) = document.remarks(score)

    assert remark.startswith("no channel is free for 'New': it is on channel 1 of port 2")
    assert document.remarks(document.score) == []


def longer(document: MidiDocument) -> Score:
    """The music with a bar more."""
    late = one_note().with_notes(Notes.of(onset=[384], duration=[9], pitch=[60], velocity=[80]))
    return document.score.with_tracks([*document.score.tracks, late])


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("ff06096c6f6f705374617274", "ff06076c6f6f70456e64"),  # markers
        ("b06e00", "b06f00"),  # controllers of HMI
        ("b07400", "b0757f"),  # and of EMIDI
    ],
)
def test_new_bars_outside_the_loop_are_named(start: str, end: str) -> None:
    document = read(smf(track(start, (384, end), END), plays(0)))
    (remark,) = document.remarks(longer(document))

    assert remark.startswith("the file loops, and its loop ends after bar 1: the new bars lie out")
    assert document.remarks(document.score) == []


@pytest.mark.parametrize("start", ["b06f00", "ff06096c6f6f705374617274"])
def test_new_bars_inside_a_loop_to_the_end_are_named(start: str) -> None:
    document = read(smf(track(start, (384, END)), plays(0)))
    (remark,) = document.remarks(longer(document))

    assert remark.startswith("the file loops from bar 1 to its end: the new bars are part of what")
    assert document.remarks(document.score) == []


# What can be read can be written


def test_a_file_of_as_many_tracks_as_are_read_takes_another_in() -> None:
    tracks = [plays(0)] + [track(END)] * 2047
    document = read(smf(*tracks))
    after = with_new(document, one_note())

    assert len(after.smf.tracks) == 2048
    assert [t.program for t in after.score.tracks] == [0, 33]
    assert len(opened(document.updated(after.score)).tracks) == 2048


def test_controllers_are_the_events_without_notes_in_the_order_of_time() -> None:
    first = track("b00732", "a03c20", "903c40", (96, "803c40"), (200, "e00060"), END)
    second = track((96, "c105"), (96, "d110"), (100, "914040"), (190, "814040"), END)
    channels = read(smf(first, second)).channels

    events = channels.events()
    assert [event.message.hex() for event in events] == [
        *("b00732", "a03c20", "903c40", "803c40", "c105", "d110", "914040", "814040", "e00060"),
    ]
    assert channels.controllers() == [e for e in events if e.message[0] >= 0xA0]
    assert {event.place for event in events} == {Place(0, 0), Place(0, 1)}
