"""An update changes notes and nothing else: the cases behind the promise, one by one."""

from collections.abc import Callable

import pytest

from segue.errors import InputError
from segue.midi import MidiDocument, document_from_score, read_document, score_to_bytes
from segue.score import MetreMap, Notes, Score, TempoMap, Track, append_bars, diff
from tests.strategies import Event
from tests.unit.midi.files import END, notes_of, read, smf, track
from tests.unit.midi.judge import events

Row = tuple[int, int, int, int]


def notes(*rows: Row) -> Notes:
    """Notes from (onset, duration, pitch, velocity)."""
    return Notes.of(
        onset=[row[0] for row in rows],
        duration=[row[1] for row in rows],
        pitch=[row[2] for row in rows],
        velocity=[row[3] for row in rows],
    )


def with_notes(document: MidiDocument, index: int, change: Callable[[Notes], Notes]) -> Score:
    """The document's score with the notes of one track changed."""
    tracks = list(document.score.tracks)
    tracks[index] = tracks[index].with_notes(change(tracks[index].notes))
    return document.score.with_tracks(tracks)


def adding(*rows: Row) -> Callable[[Notes], Notes]:
    return lambda own: Notes.concat([own, notes(*rows)])


def updated(document: MidiDocument, score: Score, reset_at: int | None = None) -> list[list[Event]]:
    """The events of each track after an update."""
    after = read_document(document.updated(score, reset_at=reset_at))
    return [list(zip(t.ticks, t.messages, strict=True)) for t in after.smf.tracks]


def test_a_removed_note_takes_only_its_two_messages_along() -> None:
    document = read(
        smf(track("c005", "903c40", "b04a10", (48, "903e40"), (96, "803c40"), "803e33", END))
    )
    score = with_notes(document, 0, lambda own: own.select(own.pitch != 60))

    assert updated(document, score) == [
        track("c005", "b04a10", (48, "903e40"), (96, "803e33"), END)
    ]


def test_an_added_note_ends_before_and_begins_after_the_events_of_its_ticks() -> None:
    document = read(smf(track((0, "903c40"), (96, "803c40"), "b04a10", (192, "ff0100"), END)))
    score = with_notes(document, 0, adding((96, 96, 64, 50)))

    assert updated(document, score) == [
        track(
            (0, "903c40"), (96, "803c40"), "b04a10", "904032", (192, "804040"), "ff0100", END
        )
    ]  # fmt: skip


def test_the_end_of_track_moves_behind_what_is_new() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))
    score = with_notes(document, 0, adding((96, 300, 64, 50)))

    assert updated(document, score)[0][-1] == (396, bytes.fromhex(END))


def test_a_note_moved_to_another_velocity_is_exchanged() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))
    score = with_notes(document, 0, lambda _: notes((0, 96, 60, 10)))

    assert updated(document, score) == [track("903c0a", (96, "803c40"), END)]


# Programs


def test_a_program_is_inserted_and_restored_around_new_notes() -> None:
    document = read(
        smf(track("c007", "903c40", (96, "803c40"), "c008", "903c40", (192, "803c40"),
                  (384, "903c40"), (400, "803c40"), END))
    )  # fmt: skip
    score = with_notes(document, 0, adding((200, 10, 64, 64)))
    after = updated(document, score)[0]

    assert after[5:11] == track(
        (192, "803c40"), (200, "c007"), "904040", (210, "804040"), (384, "c008"), "903c40"
    )
    assert notes_of(read_document(document.updated(score))) == [
        (0, 96, 60, 64), (200, 10, 64, 64), (96, 96, 60, 64), (384, 16, 60, 64)
    ]  # fmt: skip


def test_a_program_inserted_for_one_track_does_not_reach_another_on_its_channel() -> None:
    document = read(
        smf(
            track("c007", "903c40", (96, "803c40"), "c008", END),
            track((10, "904040"), (20, "804040"), (300, "904040"), (310, "804040"), END),
        )
    )
    assert document.origins == ((0, 0, 7), (1, 0, 7), (1, 0, 8))
    score = with_notes(document, 0, adding((200, 10, 64, 64)))
    after = read_document(document.updated(score))

    assert diff(score, after.score) == []


# Notes on one key


def test_a_new_note_inside_an_old_one_lasts_as_long_and_leaves_it_alone() -> None:
    document = read(smf(track("903c40", (200, "803c40"), END)))
    score = with_notes(document, 0, adding((50, 50, 60, 9)))

    assert notes_of(read_document(document.updated(score))) == [(0, 200, 60, 64), (50, 150, 60, 9)]


def test_a_new_note_around_an_old_one_ends_with_it_and_leaves_it_alone() -> None:
    document = read(smf(track((50, "903c40"), (100, "803c40"), (300, END))))
    score = with_notes(document, 0, adding((0, 200, 60, 9)))

    assert notes_of(read_document(document.updated(score))) == [(0, 100, 60, 9), (50, 50, 60, 64)]


def test_a_stray_note_off_does_not_cut_a_new_note() -> None:
    document = read(smf(track("903c40", (96, "803c40"), "803c40", (150, "803c40"), (300, END))))
    score = with_notes(document, 0, adding((120, 100, 60, 9)))

    assert notes_of(read_document(document.updated(score)))[1] == (120, 100, 60, 9)


def test_a_note_without_an_end_gets_one_before_something_new_would_end_it() -> None:
    document = read(smf(track("903c40", (96, END))))
    score = with_notes(document, 0, adding((96, 48, 60, 9), (96, 48, 64, 9)))

    assert notes_of(read_document(document.updated(score))) == [
        (0, 96, 60, 64), (96, 48, 60, 9), (96, 48, 64, 9)
    ]  # fmt: skip


def test_a_note_without_an_end_does_not_grow_with_the_track() -> None:
    document = read(smf(track("903c40", "904040", (96, "804040"), END)))
    score = with_notes(document, 0, adding((96, 48, 67, 9)))

    assert diff(score, read_document(document.updated(score)).score) == []


# New tracks


def bass(*rows: Row, **more: object) -> Track:
    return Track(name="Bass", program=33, notes=notes(*rows), **more)  # type: ignore[arg-type]


def test_a_new_track_gets_a_chunk_a_free_channel_its_program_and_its_name() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))
    score = document.score.with_tracks([*document.score.tracks, bass((96, 10, 36, 70))])

    assert updated(document, score)[1] == track(
        "ff030442617373", (96, "c121"), "912446", (106, "812440"), END
    )


def test_a_type_0_file_stays_one_and_names_the_new_channel() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END), format=0))
    score = document.score.with_tracks([*document.score.tracks, bass((96, 10, 36, 70))])
    after = read_document(document.updated(score))

    assert after.smf.format == 0
    assert len(after.smf.tracks) == 1
    assert diff(score, after.score) == []


def test_a_seventeenth_instrument_goes_to_the_next_port() -> None:
    full = [track(f"9{channel:x}3c40", (96, f"8{channel:x}3c40"), END) for channel in range(16)]
    document = read(smf(*full))
    score = document.score.with_tracks([*document.score.tracks, bass((0, 10, 36, 70))])

    assert updated(document, score)[16][:2] == track("ff030442617373", "ff210101")
    assert diff(score, read_document(document.updated(score)).score) == []


def test_new_drums_share_the_drum_channel() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))
    drums = Track(is_drum=True, notes=notes((0, 10, 36, 70)))
    after = read_document(
        document.updated(document.score.with_tracks([*document.score.tracks, drums]))
    )

    assert after.origins[1] == (1, 9, 0)


def test_new_tracks_without_notes_are_left_out() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))

    assert len(updated(document, document.score.with_tracks([*document.score.tracks, bass()]))) == 1


def test_a_file_that_is_a_header_alone_can_be_written_into() -> None:
    document = read(smf())
    after = read_document(document.updated(document.score.with_tracks([bass((0, 10, 36, 70))])))

    assert notes_of(after) == [(0, 10, 36, 70)]


# What else may be added


def test_text_goes_to_the_start_of_the_first_track() -> None:
    document = read(smf(track("ff030154", (5, "903c40"), (96, "803c40"), END)))
    after = read_document(document.updated(document.score, text="é"))

    assert after.smf.tracks[0].messages[:2] == [b"\xff\x03\x01T", b"\xff\x01\x02\xc3\xa9"]


def test_resets_undo_what_an_ending_left_on() -> None:
    document = read(
        smf(track("b00764", "b0407f", "e00000", "b00105", "903c40", (90, "b00700"), (96, "803c40"),
                  END))
    )  # fmt: skip
    score = with_notes(document, 0, adding((384, 96, 64, 64)))

    assert updated(document, score, reset_at=384)[0][7:13] == track(
        (384, "b04000"), "b00100", "e00040", "b00764", "904040", (480, "804040")
    )


def test_resets_leave_alone_what_is_at_rest() -> None:
    document = read(smf(track("b00764", "903c40", (96, "803c40"), END)))
    score = with_notes(document, 0, adding((384, 96, 64, 64)))
    before = [list(zip(t.ticks, t.messages, strict=True)) for t in document.smf.tracks]
    after = updated(document, score, reset_at=384)

    assert after[0][:3] == before[0][:3]
    assert len(after[0]) == len(before[0]) + 2


def test_further_tempo_and_metre_events_are_added() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))
    more = Score(
        ticks_per_quarter=96,
        tracks=(bass((0, 10, 60, 64)),),
        tempo_map=TempoMap.constant(400_000),
        metre_map=MetreMap.constant(numerator=7, denominator=8),
    )
    score = append_bars(document.score, more.with_tracks([document.score.tracks[0]]))

    assert diff(score, read_document(document.updated(score)).score) == []


# What is refused


def test_another_resolution_is_refused() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))
    with pytest.raises(InputError, match="resample the score first"):
        document.updated(Score(ticks_per_quarter=480, tracks=document.score.tracks))


def test_fewer_tracks_are_refused() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))
    with pytest.raises(InputError, match="to silence a track, give it no notes"):
        document.updated(document.score.with_tracks([]))


def test_another_instrument_on_an_old_track_is_refused() -> None:
    document = read(smf(track("903c40", (96, "803c40"), END)))
    with pytest.raises(InputError, match="add another instrument as a new track"):
        document.updated(document.score.with_tracks([bass((0, 10, 36, 70))]))


# Scores that come from no file


def test_a_score_becomes_a_type_1_file_with_a_conductor_track() -> None:
    score = Score(ticks_per_quarter=480, name="T", tracks=(bass((0, 480, 36, 70)),))
    document = document_from_score(score)

    assert diff(score, document.score) == []
    assert document.smf.format == 1
    assert document.smf.tracks[0].messages == [
        b"\xff\x03\x01T",
        b"\xff\x51\x03\x07\xa1\x20",
        b"\xff\x58\x04\x04\x02\x18\x08",
        bytes.fromhex(END),
    ]


def test_a_gap_that_no_file_can_hold_is_told() -> None:
    score = Score(ticks_per_quarter=480, tracks=(bass((2**28, 1, 36, 70)),))
    with pytest.raises(InputError, match="cannot hold a gap of 268435456 ticks"):
        score_to_bytes(score)


def test_more_instruments_than_midi_has_channels_are_refused() -> None:
    score = Score(ticks_per_quarter=480, tracks=(bass((0, 1, 36, 70)),) * 1921)
    with pytest.raises(InputError, match="room for 1920 melodic tracks"):
        score_to_bytes(score)


# Where it came from


@pytest.mark.parametrize("lyric", ["ff05026c61", "ff01065c4d616e6120", "ff010640564d494449"])
def test_in_karaoke_files_the_provenance_is_no_lyric(lyric: str) -> None:
    document = read(smf(track("903c40", lyric, (96, "803c40"), END)))
    after = document.updated(document.score, text='segue {"seed":1}')
    messages = [message for _, message in events(after, 0)]
    texts = [m for m in messages if m.type in ("text", "lyrics")]

    assert len(texts) == 1
    (ours,) = [bytes(m.data) for m in messages if m.type == "sequencer_specific"]
    assert ours == b'\x7dsegue {"seed":1}'


@pytest.mark.parametrize("lyric", ["ff7f0100", "ff05026c61"])
def test_the_provenance_of_a_take_of_a_take_stands_there_once(lyric: str) -> None:
    document = read(smf(track("903c40", lyric, (96, "803c40"), END)))
    for seed in (1, 2):
        taken = document.updated(document.score, text=f'segue {{"seed":{seed}}}')
        document = read(taken)

    assert taken.count(b"segue {") == 1
    assert b'segue {"seed":2}' in taken
