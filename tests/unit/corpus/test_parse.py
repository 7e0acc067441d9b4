"""A parsed song is what the bulk reader makes of the file, or is refused with a reason."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segue.corpus import CorpusOptions
from segue.corpus.parse import ParsedSong, Rejected, parse_song
from segue.corpus.to_score import song_to_score
from segue.errors import ConfigError, FormatError
from segue.midi.bulk import parse_bulk
from segue.score import Score, diff
from tests.strategies import SmfFile, damaged, encode_smf, smf_files
from tests.tunes import Version, tune

ANY_SIZE = CorpusOptions(min_notes=1)


def nameless(score: Score) -> Score:
    """The score as the store keeps it: without names."""
    tracks = tuple(replace(track, name="") for track in score.tracks)
    return replace(score, tracks=tracks, name="")


def obeys_the_rules(parsed: ParsedSong) -> bool:
    song = parsed.song
    order = [tuple(row) for row in np.stack([song.onset, song.track, song.pitch], axis=1).tolist()]
    return (
        order == sorted(order)
        and song.duration.min() >= 1
        and song.velocity.min() >= 1
        and song.onset.min() >= 0
        and set(song.track.tolist()) == set(range(song.n_tracks))
        and song.tempo_ticks[0] == 0
        and song.metre_ticks[0] == 0
    )


@given(smf_files(with_pairs=True))
@settings(max_examples=60)
def test_parsing_keeps_the_music_of_the_bulk_reader(file: SmfFile) -> None:
    expected = nameless(parse_bulk(file.data))
    try:
        parsed = parse_song(file.data, ANY_SIZE)
    except Rejected:
        assert expected.n_notes == 0 or expected.duration_s > 3 * 3600
        return
    assert diff(expected, song_to_score(parsed.song)) == []
    assert parsed.n_bars == expected.n_bars
    assert parsed.seconds == pytest.approx(expected.duration_s)
    assert parsed.song.end_tick == expected.end_tick


@given(damaged() | st.binary(max_size=200))
@settings(max_examples=100)
def test_whatever_the_bytes_they_are_refused_or_become_a_sound_song(data: bytes) -> None:
    with suppress(Rejected):
        assert obeys_the_rules(parse_song(data, ANY_SIZE))


def test_notes_without_a_length_get_one_tick_and_are_counted() -> None:
    on, off = bytes((0x90, 60, 80)), bytes((0x80, 60, 0))
    data = encode_smf([[(0, on), (0, off), (10, on), (20, off), (20, b"\xff\x2f\x00")]])
    parsed = parse_song(data, ANY_SIZE)
    assert parsed.song.duration.tolist() == [1, 10]
    assert parsed.repairs == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (CorpusOptions(min_notes=301), "300 notes, fewer than 301"),
        (CorpusOptions(max_notes=299), "300 notes, more than 299"),
        (CorpusOptions(max_tracks=2), "3 tracks with notes, more than 2"),
        (CorpusOptions(max_hours=0.001), "0.0 h, more than 0.001 h"),
    ],
)
def test_a_song_out_of_bounds_is_refused_with_its_figure(
    options: CorpusOptions, reason: str
) -> None:
    with pytest.raises(Rejected, match=reason):
        parse_song(tune(1), options)


def test_a_header_without_a_resolution_is_refused() -> None:
    data = bytearray(tune(1))
    data[12:14] = b"\0\0"
    with pytest.raises(Rejected):
        parse_song(bytes(data), ANY_SIZE)
    with pytest.raises(FormatError):
        parse_bulk(bytes(data))


def test_options_out_of_range_are_all_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"min_notes.*max_hours.*similarity"):
        CorpusOptions(min_notes=0, max_hours=-1.0, similarity=2.0)


def test_the_resolution_is_the_file_s_own() -> None:
    version = Version(ticks_per_quarter=96)
    assert parse_song(tune(1, version), ANY_SIZE).song.ticks_per_quarter == 96


# What symusic does not read


def tune_bytes(*before: tuple[int, bytes], channel: int = 0) -> bytes:
    """Eight notes on a channel after some messages."""
    notes = [
        event
        for tick in range(0, 768, 96)
        for event in (
            (tick, bytes((0x90 | channel, 60 + tick // 96, 80))),
            (tick + 90, bytes((0x80 | channel, 60 + tick // 96, 64))),
        )
    ]
    return encode_smf([[*before, *notes, (768, b"\xff\x2f\0")]])


@pytest.mark.parametrize("error", [-5, 7, 1000])
def test_wrong_track_lengths_lose_no_notes(error: int) -> None:
    data = tune_bytes()
    length = int.from_bytes(data[18:22], "big") + error
    parsed = parse_song(data[:18] + length.to_bytes(4, "big") + data[22:], ANY_SIZE)

    assert (len(parsed.song), parsed.repairs) == (8, 8)


def test_running_status_after_a_meta_event_loses_no_notes() -> None:
    body = bytes.fromhex("00903c50 00ff010141 603c00 004050 00f00105 604000 004250 00ff0600 604200")
    body += b"\0\xff\x2f\0"
    data = encode_smf([[(0, b"\xff\x2f\0")]])[:14] + b"MTrk" + len(body).to_bytes(4, "big") + body

    assert len(parse_song(data, ANY_SIZE).song) == 3


def test_notes_that_a_controller_ends_are_kept() -> None:
    data = encode_smf([[(0, b"\x90\x3c\x50"), (96, b"\xb0\x7b\0"), (96, b"\xff\x2f\0")]])
    parsed = parse_song(data, ANY_SIZE)

    assert (len(parsed.song), int(parsed.song.duration[0])) == (1, 96)


def test_rmid_and_xmf_files_are_read() -> None:
    data = tune_bytes()
    riff = b"RIFF" + bytes(4) + b"RMIDdata" + len(data).to_bytes(4, "little") + data

    assert len(parse_song(riff, ANY_SIZE).song) == 8
    assert len(parse_song(b"XMF_2.00" + bytes(40) + data, ANY_SIZE).song) == 8


def test_drums_on_another_channel_are_drums() -> None:
    rhythm = (0, bytes.fromhex("f00a41104212401a150110f7"))
    parsed = parse_song(tune_bytes(rhythm, channel=10), ANY_SIZE)

    assert parsed.song.track_is_drum.tolist() == [True]


def test_files_that_count_in_frames_are_refused() -> None:
    data = tune_bytes()

    with pytest.raises(Rejected):
        parse_song(data[:12] + b"\xe7\x28" + data[14:], ANY_SIZE)
