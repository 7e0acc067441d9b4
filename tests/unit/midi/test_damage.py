"""Damaged, huge and hostile files: read as far as a DAW would, or refused with a reason."""

from pathlib import Path

import pytest

from segue.errors import FormatError, InputError
from segue.midi import read_document, reader
from segue.midi.track_reader import TooManyEventsError
from segue.score import Notes
from tests.unit.midi.files import END, chunk, header, notes_of, read, smf, track

ONE_NOTE = track("903c40", (96, "803c40"), END)
BODY = "00903c4060803c4000ff2f00"
NOTE = (0, 96, 60, 64)


# Damage that a DAW opens


def test_a_file_without_notes_is_an_empty_piece() -> None:
    document = read(smf(track(END)))

    assert document.score.n_notes == 0
    assert document.score.n_bars == 0
    assert document.warnings == ()


def test_a_header_alone_is_an_empty_piece_if_it_announces_no_tracks() -> None:
    assert read(header(n_tracks=0)).score.tracks == ()


def test_a_truncated_track_is_read_as_far_as_it_goes() -> None:
    document = read(header(), chunk(BODY)[:-5])

    assert notes_of(document) == [(0, 0 + 1, 60, 64)]
    assert any("cut off" in warning for warning in document.warnings)


@pytest.mark.parametrize("length", [0, 3, 13, 5000, 2**32 - 1])
def test_a_wrong_chunk_length_loses_nothing(length: int) -> None:
    document = read(header(n_tracks=2), chunk(BODY, length=length), chunk(BODY))

    assert notes_of(document) == [NOTE, NOTE]
    assert any("length is given as" in warning for warning in document.warnings)


def test_a_missing_end_of_track_is_set() -> None:
    document = read(header(), chunk("00903c40 60803c40"))

    assert notes_of(document) == [NOTE]
    assert "no end of track" in document.warnings[0]
    assert document.smf.tracks[0].messages[-1] == bytes.fromhex(END)


def test_bytes_after_the_end_of_track_are_dropped() -> None:
    document = read(header(n_tracks=2), chunk(BODY + "00914040"), chunk(BODY))

    assert notes_of(document) == [NOTE, NOTE]
    assert "4 bytes after the end of track" in document.warnings[0]


def test_garbage_between_chunks_is_skipped() -> None:
    document = read(header(n_tracks=2), chunk(BODY), b"\x00\xff garbage", chunk(BODY))

    assert notes_of(document) == [NOTE, NOTE]
    assert any("belong to no chunk" in warning for warning in document.warnings)


def test_garbage_after_the_announced_tracks_is_not_searched() -> None:
    document = read(header(n_tracks=1), chunk(BODY), b"\x00\xff the rest of ", chunk(BODY))

    assert notes_of(document) == [NOTE]


def test_unknown_chunks_are_kept() -> None:
    unknown = b"XFIH\0\0\0\3abc"
    document = read(header(), unknown, chunk(BODY))

    assert notes_of(document) == [NOTE]
    assert document.warnings == ()
    assert document.updated(document.score) == header() + unknown + chunk(BODY)


def test_data_bytes_over_127_are_read_as_127() -> None:
    document = read(header(), chunk("00c0f0 0090c840 6080c840 00ff2f00"))

    assert notes_of(document) == [(0, 96, 127, 64)]
    assert document.origins == ((0, 0, 127),)
    assert "3 data bytes over 127" in document.warnings[0]


def test_messages_that_may_not_stand_in_a_file_are_dropped() -> None:
    document = read(header(), chunk("00f8 00f205 06 00903c40 60803c40 00fe 00ff2f00"))

    assert notes_of(document) == [NOTE]
    assert "3 messages that may not stand in a file" in document.warnings[0]


def test_a_damaged_track_does_not_take_the_others_along() -> None:
    document = read(header(n_tracks=2), chunk("00903c40 60803c40 00ff7f ffffffff"), chunk(BODY))

    assert notes_of(document) == [NOTE, NOTE]
    assert "longer than four bytes" in document.warnings[0]


@pytest.mark.parametrize("body", ["00 40 40", "00", "ffffffffff", "00ff", "00ff01", "00f07f00"])
def test_a_track_that_is_nothing_but_damage_is_an_empty_track(body: str) -> None:
    document = read(header(), chunk(body))

    assert document.score.n_notes == 0
    assert "were dropped" in document.warnings[0]


def test_a_riff_wrapper_is_taken_off() -> None:
    data = smf(ONE_NOTE)
    riff = b"RIFF" + (len(data) + 12).to_bytes(4, "little") + b"RMIDdata"
    document = read(riff + len(data).to_bytes(4, "little") + data)

    assert notes_of(document) == [NOTE]
    assert "RIFF (.rmi) wrapper" in document.warnings[0]


def test_a_second_file_behind_the_first_is_left_out() -> None:
    document = read(smf(ONE_NOTE), smf(ONE_NOTE))

    assert notes_of(document) == [NOTE]
    assert "a second MIDI file" in document.warnings[0]


@pytest.mark.parametrize("length", [0, 5, 2**31])
def test_a_wrong_header_length_is_read_as_6(length: int) -> None:
    data = smf(ONE_NOTE)
    document = read(data[:4] + length.to_bytes(4, "big") + data[8:])

    assert notes_of(document) == [NOTE]


def test_a_longer_header_is_kept() -> None:
    data = smf(ONE_NOTE)
    longer = data[:4] + (8).to_bytes(4, "big") + data[8:14] + b"xy" + data[14:]
    document = read(longer)

    assert document.updated(document.score) == longer


def test_hundreds_of_warnings_are_summed_up() -> None:
    document = read(header(n_tracks=500), *[chunk("00")] * 500)

    assert len(document.warnings) < 50
    assert "more of this kind" in document.warnings[-1]


# Hopeless files


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"hello, world", "this is not a MIDI file; export the piece again"),
        (
            b"<?xml version='1.0'?><score-partwise/>",
            "this is not a MIDI file but XML (perhaps MusicXML); export",
        ),
        (b"PK\3\4", "zip archive"),
        (b"MThd\0\0\0\6\0", "cut off at byte 9"),
        (header(n_tracks=3), "announces 3 tracks, but none follows"),
    ],
)
def test_what_holds_no_music_is_refused_with_a_way_out(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match="export the piece again") as error:
        read(data)

    assert str(error.value).startswith("test.mid: ")
    assert message in str(error.value)


def test_a_file_of_too_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_BYTES", 100)
    with pytest.raises(FormatError, match="101 bytes are more than 100"):
        read(bytes(101))


def test_a_file_of_too_many_events_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_EVENTS", 1000)
    body = "00904040" + "004040" * 2000
    with pytest.raises(FormatError, match=r"test\.mid: track 0: more than"):
        read(header(), chunk(body))


def test_dropped_messages_count_as_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_EVENTS", 1000)
    dropped = "00f8"  # a clock tick of a live stream, which may not stand in a file
    read(header(), chunk(dropped * 900 + "00904040" + "0080404000ff2f00"))
    with pytest.raises(TooManyEventsError, match=r"track 0: more than 1,000 events"):
        read(header(), chunk(dropped * 1001))
    with pytest.raises(TooManyEventsError, match=r"track 1: more than 1,000 events"):
        read(header(n_tracks=2), *[chunk(dropped * 600 + "00ff2f00")] * 2)


def test_a_reader_may_take_fewer_events() -> None:
    data = smf(track("903c40", (96, "803c40"), END))
    assert read_document(data, max_events=3).score.n_notes == 1
    with pytest.raises(TooManyEventsError, match="more than 2 events"):
        read_document(data, max_events=2)


def test_a_file_of_too_many_chunks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_CHUNKS", 10)
    with pytest.raises(FormatError, match="more than 10 chunks"):
        read(header(), *[chunk("00ff2f00")] * 11)


def test_a_file_of_many_hours_is_refused() -> None:
    with pytest.raises(FormatError, match=r"most of its notes end after 3 hours.* tick 4000000"):
        read(smf(track("903c40", (4_000_000, "803c40"), END)))


def test_notes_that_a_damaged_time_moved_by_hours_are_not_read_and_not_lost() -> None:
    document = read(smf(track("903c40", (96, "803c40"), (4_000_000, "903e40"), END), ONE_NOTE))

    assert notes_of(document) == [NOTE, NOTE]
    assert "track 0: 1 notes that end after 3 hours" in document.warnings[1]
    assert document.updated(document.score.with_tracks(
        [played.with_notes(Notes.empty()) for played in document.score.tracks]
    )) == smf(track((4_000_000, "903e40"), END), track((96, END)))  # fmt: skip


def test_a_million_bars_are_refused() -> None:
    fast = ("ff5103000001", "ff580401061808")
    with pytest.raises(FormatError, match="bars"):
        read(smf(track(*fast, (20_000_000, "903c40"), (20_000_001, "803c40"), END), division=96))


def test_three_hours_and_200_tracks_are_read() -> None:
    tracks = [track((i, "903c40"), (1_900_000 + i, "803c40"), END) for i in range(200)]
    document = read(smf(*tracks))

    assert len(document.score.tracks) == 200


# Paths


def test_a_path_is_read(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(smf(ONE_NOTE))
    document = read_document(path)

    assert notes_of(document) == [NOTE]
    assert document.source == str(path)


def test_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.mid: there is no such file"):
        read_document(tmp_path / "none.mid")


def test_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is a folder"):
        read_document(tmp_path)


def test_a_null_character_in_a_path_is_told() -> None:
    with pytest.raises(InputError, match="null characters"):
        read_document("a\0.mid")
