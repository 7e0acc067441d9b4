"""Notes of which only the instrument is known go to tracks that could have played them."""

import numpy as np

from segue.encoding.events import Field
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, IntArray
from segue.generation.piece import Piece
from segue.generation.voices import NEW_TRACK, choose_tracks, with_doublings
from segue.generation.window import Region, cut_window
from segue.midi import read_document
from segue.score import Notes, Score, Track
from tests.composers import line, score_of
from tests.strategies import encode_smf


def table(part: int, pitches: list[int], *, bar: int = 2) -> IntArray:
    rows = np.zeros((len(pitches), len(Field)), np.int64)
    rows[:, Field.BAR], rows[:, Field.PART], rows[:, Field.PITCH] = bar, part, pitches
    return rows


def chosen(
    piece: Piece | Score, rows: IntArray, region: Region, version: Score | None = None
) -> list[int]:
    piece = Piece.of(piece) if isinstance(piece, Score) else piece
    window = cut_window(piece.score, region, events=500, max_bars=64)
    version = version or piece.score
    owners = choose_tracks(rows, version, region=region, window=window, piece=piece)
    return [int(owner) for owner in owners]


def test_of_a_quartet_on_one_program_each_plays_what_is_near_to_it() -> None:
    quartet = score_of(*(line([pitch] * 8, program=48) for pitch in (79, 72, 62, 48)))
    assert chosen(quartet, table(48, [81, 70, 60, 40, 90]), Region(2, 3)) == [0, 1, 2, 3, 0]


def test_a_drum_goes_to_the_track_that_plays_it() -> None:
    kit = score_of(*(line([pitch] * 8, is_drum=True) for pitch in (36, 40, 42)))
    drums = [DRUM_PITCH_OFFSET + pitch for pitch in (36, 42, 40, 39, 57)]
    assert chosen(kit, table(DRUMS, drums), Region(2, 3)) == [0, 2, 1, 1, 2]


def test_a_track_that_fell_silent_long_ago_gives_way_to_one_that_plays() -> None:
    score = score_of(line([60] * 2), line([75] * 400, start=384))
    window = Region(101, 102)
    assert chosen(score, table(0, [60]), window) == [1]


def test_an_instrument_without_a_track_gets_a_new_one() -> None:
    assert chosen(score_of(line([60] * 8)), table(40, [60]), Region(2, 3)) == [NEW_TRACK]


def test_named_tracks_are_the_only_ones_and_keep_their_register_when_emptied() -> None:
    score = score_of(line([60] * 4), line([80] * 4), line([61] * 4))
    empty = score.with_tracks(
        [score.tracks[0], *(t.with_notes(Notes.empty()) for t in score.tracks[1:])]
    )
    assert chosen(score, table(0, [60, 78], bar=0), Region(0, 1, (1, 2)), empty) == [2, 1]


def test_two_programs_of_one_channel_do_not_play_at_once() -> None:
    def note(tick: int, length: int) -> list[tuple[int, bytes]]:
        return [(tick, b"\x90\x3c\x50"), (tick + length, b"\x80\x3c\x40")]

    body = [
        (0, b"\xc0\x18"),
        *note(0, 96),
        (384, b"\xc0\x1e"),
        *note(384, 96),
        (500, b"\xff\x2f\0"),
    ]
    piece = Piece.of(read_document(encode_smf([body])))
    assert [t.program for t in piece.score.tracks] == [0x18, 0x1E]
    both = np.concatenate([table(0x18, [60]), table(0x1E, [60])])
    assert chosen(piece, both, Region(2, 3)) == [NEW_TRACK, 1]  # the guitar is distorted by now
    assert chosen(piece, table(0x18, [60]), Region(2, 3)) == [0]


def test_a_doubled_guitar_is_doubled_on() -> None:
    riff = [64, 67, 69, 71] * 4
    score = score_of(line(riff, program=29), line(riff, program=29), line([40] * 16, program=33))
    region = Region(4, 5)
    piece = Piece.of(score)
    rows = np.concatenate([table(29, [66, 62], bar=4), table(33, [38], bar=4)])
    owners = np.array(chosen(score, rows, region))
    _, doubled = with_doublings(rows, owners, version=score, region=region, piece=piece)

    assert owners.tolist() == [0, 0, 2]
    assert doubled.tolist() == [0, 0, 2, 1, 1]
    assert chosen(score, rows[:1], Region(4, 5, (1,))) == [1]


def test_two_guitars_in_one_place_that_play_different_things_take_turns() -> None:
    score = score_of(line([64, 67] * 8, program=29), line([67, 64] * 8, program=29))
    rows = table(29, [60, 62, 64, 66], bar=4)
    owners = np.array(chosen(score, rows, Region(4, 5)))

    assert owners.tolist() == [0, 1, 0, 1]
    piece = Piece.of(score)
    _, doubled = with_doublings(rows, owners, version=score, region=Region(4, 5), piece=piece)
    assert doubled.tolist() == owners.tolist()


def test_tracks_that_a_daw_wrote_on_one_channel_all_stay_where_they_play() -> None:
    def part(program: int, pitch: int) -> list[tuple[int, bytes]]:
        notes = [
            (tick, message)
            for at in range(0, 768, 96)
            for tick, message in (
                (at, bytes((0x90, pitch, 80))),
                (at + 90, bytes((0x80, pitch, 64))),
            )
        ]
        return [(0, bytes((0xC0, program))), *notes, (768, b"\xff\x2f\0")]

    piece = Piece.of(read_document(encode_smf([part(73, 72), part(48, 60), part(33, 40)])))
    rows = np.concatenate([table(73, [74]), table(48, [62]), table(33, [38])])

    assert chosen(piece, rows, Region(2, 3)) == [0, 1, 2]


def test_tracks_of_one_channel_and_program_share_it_freely() -> None:
    track = Track(notes=Notes.of(onset=[0], duration=[9], pitch=[60], velocity=[80]))
    assert len(set(Piece.of(score_of(track, track)).channels(score_of(track, track)).tolist())) == 2
