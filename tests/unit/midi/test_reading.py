"""What is found in a MIDI file: notes, instruments, names, tempo, metre, time, type."""

import pytest

from segue.errors import FormatError
from tests.unit.midi.files import END, chunk, header, notes_of, read, smf, track

ONE_NOTE = track("903c40", (96, "803c40"), END)
NOTE_HERE = ("903c40", (9, "803c40"))
BODY = "00903c4060803c4000ff2f00"
NOTE = (0, 96, 60, 64)


def test_a_sound_file_gives_no_warning() -> None:
    document = read(smf(ONE_NOTE))

    assert notes_of(document) == [NOTE]
    assert document.warnings == ()
    assert document.score.ticks_per_quarter == 96


# Notes


def test_a_note_on_with_velocity_0_ends_a_note() -> None:
    assert notes_of(read(smf(track("903c40", (96, "903c00"), END)))) == [NOTE]


def test_notes_on_one_key_end_in_the_order_of_their_beginning() -> None:
    events = track("903c01", (50, "903c02"), (100, "803c40"), (200, "803c40"), END)

    assert notes_of(read(smf(events))) == [(0, 100, 60, 1), (50, 150, 60, 2)]


def test_a_note_without_an_end_lasts_to_the_end_of_the_track() -> None:
    document = read(smf(track("903c40", (300, END))))

    assert notes_of(document) == [(0, 300, 60, 64)]
    assert "1 notes without an end" in document.warnings[0]


def test_a_note_of_no_length_has_one_tick() -> None:
    document = read(smf(track("903c40", "803c40", (10, END))))

    assert notes_of(document) == [(0, 1, 60, 64)]
    assert "no length" in document.warnings[0]


def test_a_note_off_that_ends_nothing_is_ignored() -> None:
    assert notes_of(read(smf(track("803c40", *["903c40"], (96, "803c40"), END)))) == [NOTE]


def test_running_status_goes_on_after_a_meta_message() -> None:
    document = read(header(), chunk("00903c40 00ff0100 00 4040 60 3c00 00 4000 00ff2f00"))

    assert notes_of(document) == [(0, 96, 60, 64), (0, 96, 64, 64)]


def test_a_track_s_own_program_comes_before_that_of_others_on_its_channel() -> None:
    document = read(
        smf(
            track("c007", "c105", END),
            track("c009", "903c40", (96, "803c40"), END),
            track("913c40", (96, "813c40"), END),
        )
    )

    assert document.origins == ((1, 0, 9), (2, 1, 5))


def test_a_program_change_splits_a_channel_into_two_tracks() -> None:
    document = read(
        smf(track("c007", "903c40", (96, "803c40"), "c008", "903c40", (192, "803c40"), END))
    )

    assert document.origins == ((0, 0, 7), (0, 0, 8))
    assert notes_of(document) == [NOTE, (96, 96, 60, 64)]


def test_channel_10_is_drums() -> None:
    assert read(smf(track("992440", (9, "892440"), END))).score.tracks[0].is_drum


# Names


def test_a_track_is_called_by_its_chunk_and_the_piece_by_the_first() -> None:
    document = read(smf(track("ff0304536f6e67", END), track("ff030442617373", *NOTE_HERE, END)))

    assert document.score.name == "Song"
    assert document.score.tracks[0].name == "Bass"


def test_a_name_that_is_not_utf8_is_read_as_latin1() -> None:
    assert read(smf(track("ff0302e974", *NOTE_HERE, END))).score.tracks[0].name == "ét"


def test_channel_prefixes_name_the_channels_of_a_type_0_file() -> None:
    document = read(
        smf(
            track("ff030154", "ff200100", "ff040141", "ff200101", "ff040142", "903c40", "913c40",
                  (96, "803c40"), "813c40", END),
            format=0,
        )
    )  # fmt: skip

    assert document.score.name == "T"
    assert [played.name for played in document.score.tracks] == ["A", "B"]


# Tempo and metre


def test_tempo_0_is_not_obeyed() -> None:
    document = read(smf(track("ff5103000000", *NOTE_HERE, END)))

    assert document.score.tempo_map.bpm_at(0) == 120
    assert "tempo events of 0" in document.warnings[0]


@pytest.mark.parametrize("payload", ["00021808", "04081808", "04ff1808"])
def test_a_metre_that_cannot_be_is_not_obeyed(payload: str) -> None:
    document = read(smf(track("ff5804" + payload, *NOTE_HERE, END)))

    assert document.score.metre_map.metre_at(0) == (4, 4)
    assert "metre events" in document.warnings[0]


def test_odd_metres_and_a_pickup_make_their_bars() -> None:
    document = read(
        smf(track("ff580401021808", (96, "ff580407031808"), (432, "ff580411041808"),
                  (900, "903c40"), (910, "803c40"), END))
    )  # fmt: skip

    assert document.score.bar_grid().starts.tolist() == [0, 96, 432, 840, 1248]


def test_a_first_metre_a_few_ticks_late_counts_from_the_start() -> None:
    document = read(smf(track((3, "ff580403021808"), (300, "903c40"), (301, "803c40"), END)))

    assert document.score.bar_grid().starts.tolist() == [0, 288, 576]


# Resolution


@pytest.mark.parametrize(
    ("division", "ticks_per_second"), [(0xE728, 1000), (0xE804, 96), (0xE250, 2400), (0xE764, 2500)]
)
def test_smpte_time_is_exact(division: int, ticks_per_second: int) -> None:
    events = track(
        "ff5103100000", (ticks_per_second, "903c40"), (2 * ticks_per_second, "803c40"), END
    )
    document = read(smf(events, division=division))
    score = document.score

    assert score.duration_s == pytest.approx(2)
    assert 100 < score.tempo_map.bpm_at(0) < 140
    assert any("SMPTE" in warning for warning in document.warnings)


def test_drop_frame_time_is_30000_by_1001_frames() -> None:
    score = read(
        smf(track((80 * 30_000, "903c40"), (80 * 60_000, "803c40"), END), division=0xE350)
    ).score

    assert score.duration_s == pytest.approx(2002)


@pytest.mark.parametrize("division", [0, 0xE700])
def test_a_division_of_0_is_refused(division: int) -> None:
    with pytest.raises(
        FormatError, match=r"test\.mid: the header's time division is 0 \(byte 12\)"
    ):
        read(smf(ONE_NOTE, division=division))


# Types


def test_the_sequences_of_a_type_2_file_come_one_after_another() -> None:
    document = read(smf(ONE_NOTE, ONE_NOTE, format=2))

    assert notes_of(document) == [NOTE, (96, 96, 60, 64)]
    assert document.smf.format == 1
    assert "type 2" in document.warnings[0]


def test_a_type_0_file_with_two_tracks_is_read_as_type_1() -> None:
    document = read(smf(ONE_NOTE, ONE_NOTE, format=0))

    assert notes_of(document) == [NOTE, NOTE]
    assert "type 0 with 2 tracks" in document.warnings[0]


def test_an_unknown_type_is_read_as_type_1() -> None:
    assert "type 7" in read(smf(ONE_NOTE, format=7)).warnings[0]


@pytest.mark.parametrize("n_tracks", [0, 5])
def test_a_wrong_number_of_tracks_does_not_matter(n_tracks: int) -> None:
    document = read(header(n_tracks=n_tracks), chunk(BODY))

    assert notes_of(document) == [NOTE]
    assert f"announces {n_tracks} tracks" in document.warnings[0]
