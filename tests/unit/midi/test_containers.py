"""MIDI files in wrappers, events behind an end of track, type 2, SMPTE, gaps; judged by mido."""

import struct
import zlib

import pytest

from segue.errors import FormatError, InputError
from segue.midi import read_document
from segue.score import Notes
from tests.unit.midi.files import END, chunk, header, notes_of, read, smf, track
from tests.unit.midi.judge import events, opened

SONG = smf(track("903c40", (96, "803c40"), END))
NOTE = (0, 96, 60, 64)


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """An RMID file of these chunks."""
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"RMID" + body


@pytest.mark.parametrize(
    "data",
    [
        riff((b"data", SONG)),
        riff((b"LIST", b"INFOINAM" + b"x" * 6001), (b"data", SONG)),
        riff((b"RIFF", b"DLS " + b"\x11" * 9000), (b"data", SONG)),
        riff((b"data", SONG), (b"LIST", b"INFOIENG" + b"x" * 40)),
        riff((b"data", SONG))[:12] + b"LIST\xff\xff\xff\x7f" + b"x" * 5000 + SONG,
    ],
    ids=["plain", "titles first", "sounds first", "titles last", "damaged"],
)
def test_an_rmid_file_is_read_without_what_is_around_the_music(data: bytes) -> None:
    document = read(data)

    assert notes_of(document) == [NOTE]
    assert len(document.smf.chunks) == 1
    assert "RIFF (.rmi) wrapper, its titles and sounds" in document.warnings[0]
    assert opened(document.updated(document.score)).tracks


@pytest.mark.parametrize(
    "body", [b"\0" * 5000 + SONG, b"\0\x78\xda" + b"\0" * 90 + zlib.compress(SONG)]
)
def test_an_xmf_file_is_read_packed_or_not(body: bytes) -> None:
    document = read(b"XMF_2.00\0\0\0\2" + body)

    assert notes_of(document) == [NOTE]
    assert "XMF wrapper" in document.warnings[0]


def test_an_xmf_file_whose_music_cannot_be_found_is_named() -> None:
    with pytest.raises(
        FormatError, match="this is not a MIDI file but an XMF file whose music is packed"
    ):
        read(b"XMF_2.00" + b"\0" * 500)


def test_what_an_xmf_file_unpacks_to_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segue.midi.reader.MAX_BYTES", 10_000)
    bomb = zlib.compress(SONG + b"\0" * 10_000_000)
    assert notes_of(read(b"XMF_2.00" + bomb[:9000])) == [NOTE]


# The end of track


def test_events_behind_an_end_of_track_are_kept_where_they_lead_to_another() -> None:
    body = "00903c40 60803c40 00ff2f00 00904040 60804040 00ff2f00"
    document = read(header(n_tracks=2), chunk(body), chunk("00ff2f00"))

    assert notes_of(document) == [NOTE, (96, 96, 64, 64)]
    assert "2 events after an end of track in its middle (byte" in document.warnings[0]
    kinds = [m.type for _, m in events(document.updated(document.score), 0)]
    assert kinds.count("end_of_track") == 1


def test_a_text_behind_an_end_of_track_is_kept() -> None:
    document = read(header(), chunk("00903c40 60803c40 00ff2f00 00ff020141"))

    assert "1 events after an end of track" in document.warnings[0]
    assert document.smf.tracks[0].messages[-2] == b"\xff\x02\x01A"


@pytest.mark.parametrize("rest", ["000000", "00904040", "00ff02ff41", "00f6 00ff2f00"])
def test_what_is_no_music_behind_an_end_of_track_is_dropped_and_told(rest: str) -> None:
    document = read(header(), chunk("00903c40 60803c40 00ff2f00" + rest))

    assert notes_of(document) == [NOTE]
    assert f"{len(bytes.fromhex(rest))} bytes after the end of track" in document.warnings[0]


# All notes off


@pytest.mark.parametrize("controller", ["78", "7b", "7e"])
def test_controllers_that_silence_a_channel_end_its_notes(controller: str) -> None:
    body = track("903c40", "914040", (48, f"b0{controller}00"), (96, "814040"), END)

    assert notes_of(read(smf(body))) == [(0, 48, 60, 64), (0, 96, 64, 64)]


def test_removing_a_note_leaves_the_controller_that_ended_it() -> None:
    document = read(smf(track("903c40", "904040", (48, "b07b00"), END)))
    (piano,) = document.score.tracks
    less = piano.with_notes(piano.notes.select(piano.notes.pitch == 64))
    after = document.updated(document.score.with_tracks([less]))

    assert notes_of(read(after)) == [(0, 48, 64, 64)]
    assert [m.type for _, m in events(after, 0)].count("control_change") == 1


def test_a_new_note_ends_where_all_notes_are_ended() -> None:
    document = read(smf(track("903c40", (48, "b07b00"), (192, END))))
    (piano,) = document.score.tracks
    new = Notes.of(onset=[24], duration=[100], pitch=[67], velocity=[70])
    more = piano.with_notes(Notes.concat([piano.notes, new]))
    after = document.updated(document.score.with_tracks([more]))

    assert notes_of(read(after)) == [(0, 48, 60, 64), (24, 24, 67, 70)]
    assert max(tick for tick, m in events(after, 0) if m.type == "note_off") == 48


# Type 2 and SMPTE


def test_a_type_2_file_of_several_sequences_is_refused_for_takes() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END), track(END), format=2))

    with pytest.raises(InputError, match=r"test\.mid: a type 2 file of 2 .* export the one"):
        document.require_one_piece()
    read(smf(track("903c40", (96, "803c40"), END), format=2)).require_one_piece()


@pytest.mark.parametrize(("division", "second"), [(0xE728, 1000), (0xE250, 2400)])
def test_a_changed_smpte_file_is_one_that_others_open(division: int, second: int) -> None:
    document = read(
        smf(track("ff5103100000", (second, "903c40"), (2 * second, "803c40"), END),
            division=division)
    )  # fmt: skip
    (piano,) = document.score.tracks
    more = Notes.of(onset=[2 * second], duration=[second], pitch=[64], velocity=[70])
    changed = piano.with_notes(Notes.concat([piano.notes, more]))
    judged = opened(document.updated(document.score.with_tracks([changed])))

    assert judged.ticks_per_beat == document.score.ticks_per_quarter
    assert judged.length == pytest.approx(3, rel=1e-4)
    assert any("ticks a quarter" in warning for warning in document.warnings)
    assert document.updated(document.score) == smf(
        *[list(zip(t.ticks, t.messages, strict=True)) for t in document.smf.tracks],
        division=division,
    )


# Gaps


def test_gaps_that_join_to_more_than_a_file_holds_can_be_written() -> None:
    dropped = read(header(), chunk("00903c40 603c00 ffffff7f f6 ffffff7f b00740 00ff2f00"))
    joined = read(
        header(format=2, n_tracks=2),
        chunk("00903c40 603c00 ffffff7f ff2f00"),
        chunk("ffffff7f b00740 00ff2f00"),
    )
    for document in (dropped, joined):
        written = opened(document.updated(document.score))
        last = max(sum(message.time for message in track) for track in written.tracks)
        assert last == 2 * (2**28 - 1) + 96


def test_a_gap_that_a_removed_note_leaves_can_be_written() -> None:
    far = 2**28 - 1
    document = read_document(
        smf(track("903c40", (96, "803c40"), "c005", (far, "903e40"), (far + 9, "803e40"),
                  (2 * far, "b00740"), END), division=32767)
    )  # fmt: skip
    tracks = [t.with_notes(Notes.empty()) for t in document.score.tracks]
    written = opened(document.updated(document.score.with_tracks(tracks)))

    assert sum(message.time for message in written.tracks[0]) == 2 * far
