"""Bulk reading: symusic's music as a Score, and a reason for what symusic cannot read."""

import pytest

from segue.errors import FormatError
from segue.midi.bulk import parse_bulk
from segue.score import diff
from tests.unit.midi.files import END, read, smf, track


def test_the_bulk_reader_agrees_with_the_lossless_one() -> None:
    data = smf(
        track("ff0304536f6e67", "ff5103061a80", "ff580407031808", (700, "ff580411041808"), END),
        track("ff030442617373", "c021", "903c40", (96, "803c40"), "903c20", (192, "903c00"), END),
        track("992440", (9, "892440"), END),
    )
    own = read(data).score

    assert diff(own.with_tracks(own.tracks), parse_bulk(data)) == ["name: 'Song' became ''"]


def test_notes_of_no_length_get_one_tick() -> None:
    score = parse_bulk(smf(track("903c40", "803c40", (9, END))))

    assert score.tracks[0].notes.duration.tolist() == [1]


def test_impossible_tempo_and_metre_events_are_left_out() -> None:
    events = track("ff5103000000", "ff580400021808", "ff580404ff1808", "903c40", (9, "803c40"), END)
    score = parse_bulk(smf(events))

    assert score.tempo_map.bpm_at(0) == 120
    assert score.metre_map.metre_at(0) == (4, 4)


def test_a_file_without_notes_has_no_tracks() -> None:
    assert parse_bulk(smf(track(END))).tracks == ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a MIDI file that symusic reads"),
        (b"hello", "not a MIDI file that symusic reads"),
        (smf(track(END))[:-1], "not a MIDI file that symusic reads"),
        (smf(track(END), division=0), "the header says 0 ticks a quarter"),
        (smf(track(END), division=0xE728), "ticks per quarter"),
    ],
)
def test_what_symusic_cannot_read_is_refused_with_a_reason(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse_bulk(data)
