"""New bars from a bar of a piece on, or between two of its bars; new tracks over its bars."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from segue.errors import InputError
from segue.generation import Options
from segue.generation.piece import Piece
from segue.generation.request import Accompany, Continue, Insert
from segue.generation.window import Region
from segue.harmony.naming import ChordAt, chart_at, named_chords, with_chords
from segue.midi import read_document, score_to_bytes
from segue.midi.markers import with_markers
from segue.score import MetreMap, Notes, Score, TempoMap, Track, diff, slice_bars
from segue.theory.chart import parse_chart
from tests.composers import band, line, lost_notes, new_notes, read, score_of, small_composer

BAR = 384
DRUMS, BASS, VIOLIN = 128, 33, 40


def held_over(score: Score) -> Score:
    """With a note that begins in bar 2 and sounds through bar 4."""
    long = Notes.of(onset=[480], duration=[900], pitch=[90], velocity=[70])
    tracks = list(score.tracks)
    tracks[2] = tracks[2].with_notes(Notes.concat([tracks[2].notes, long]))
    return score.with_tracks(tracks)


# ---- from a bar on -------------------------------------------------------------------------------


def test_a_piece_goes_on_from_a_bar_as_if_it_had_ended_there() -> None:
    whole, beginning = band(4), slice_bars(band(4), 0, 2)
    ask: dict[str, Any] = {"bars": 3, "takes": 2, "seed": 5}
    takes = small_composer().continue_(whole, first=2, **ask)
    for take, plain in zip(takes, small_composer().continue_(beginning, **ask), strict=True):
        assert take.region == Region(2, 5)
        assert diff(take.score, plain.score) == []


def test_a_file_goes_on_from_a_bar_with_every_event_before_it() -> None:
    document = read_document(score_to_bytes(held_over(band(4))))
    (take,) = small_composer().continue_(document, first=2, bars=1, takes=1)
    written = read_document(take.to_bytes())
    assert take.join == 2 * BAR
    for own, chunk in zip(document.smf.tracks, written.smf.tracks, strict=False):
        events = list(zip(own.ticks, own.messages, strict=True))[:-1]  # the end of track moves
        kept = [event for event in events if event[0] < 2 * BAR]
        rows = iter(zip(chunk.ticks, chunk.messages, strict=True))
        assert all(event in rows for event in kept)
    lost = lost_notes(slice_bars(document.score, 0, 2), written.score)
    assert [list(notes) for notes in lost] == [[], [], [(480, 900, 90, 70)]]
    assert (480, 2 * BAR - 480, 90, 70) in new_notes(document.score, written.score)[2]
    assert written.score.last_onset < 3 * BAR


def test_chords_that_a_file_names_behind_the_bar_are_there_for_what_comes_instead() -> None:
    plain = read_document(score_to_bytes(band(4)))
    named = read_document(with_chords(plain, chords := placed("Am F/A Gm7 C E7")))
    others = read_document(with_markers(plain, without=[], add=[(0, "Am"), (800, "Em")]))
    (take,) = small_composer().continue_(named, first=2, bars=1, takes=1)
    assert named_chords(read_document(take.to_bytes())) == chords
    assert symbols(Piece.of(others).cut(1)) == ["0:Am", "800:Em"]
    assert symbols(Piece.of(plain).cut(1)) == []


def placed(text: str) -> list[ChordAt]:
    chart = parse_chart(text)
    return chart_at(chart, band(4), first=0, last=len(chart.bars))


def symbols(piece: Piece) -> list[str]:
    assert piece.document is not None
    return [f"{tick}:{chord}" for tick, chord in named_chords(piece.document)]


def test_from_the_bar_after_the_last_is_from_the_end() -> None:
    piece = band(2)
    (take,) = small_composer().continue_(piece, first=2, bars=2, takes=1)
    (plain,) = small_composer().continue_(piece, bars=2, takes=1)
    assert diff(take.score, plain.score) == []


def test_a_tempo_that_comes_later_does_not_come_and_the_usual_one_returns() -> None:
    tempo = TempoMap.of(
        ticks=[0, 3 * BAR - 96, 3 * BAR], us_per_quarter=[500_000, 900_000, 250_000]
    )
    (take,) = small_composer().continue_(
        replace(band(4), tempo_map=tempo), first=3, bars=1, takes=1
    )
    assert take.score.tempo_map.us_at(3 * BAR - 1) == 900_000
    assert take.score.tempo_map.us_at(3 * BAR) == 500_000


# ---- between two bars ----------------------------------------------------------------------------


@pytest.mark.parametrize("is_file", [False, True])
def test_bars_between_two_move_what_follows_and_lose_nothing(is_file: bool) -> None:
    piece = band(4)
    prompt = read_document(score_to_bytes(piece)) if is_file else piece
    takes = small_composer().insert(prompt, first=3, bars=2, takes=2)
    for take in takes:
        written = read(take.to_bytes()).score if is_file else take.score
        assert take.region == Region(3, 5)
        assert take.n_new_notes
        assert written.n_bars == 6
        for track, own in zip(written.tracks, piece.tracks, strict=False):
            notes = track.notes
            after = notes.select(notes.onset >= 5 * BAR).shifted(-2 * BAR)
            kept = Notes.concat([notes.select(notes.onset < 3 * BAR), after])
            assert kept == own.notes
            assert np.all(notes.offset[notes.onset < 5 * BAR] <= 5 * BAR)


def test_inserted_bars_have_the_metre_and_the_usual_tempo_before_them() -> None:
    metre = MetreMap.of(ticks=[0, 2 * BAR], numerator=[4, 3], denominator=[4, 4])
    tempo = TempoMap.of(
        ticks=[0, 2 * BAR - 96, 2 * BAR], us_per_quarter=[500_000, 800_000, 250_000]
    )
    piece = replace(band(4), metre_map=metre, tempo_map=tempo)
    document = read_document(score_to_bytes(piece))
    for prompt in (piece, document):
        placed = Insert(first=2, bars=2).placed(Piece.of(prompt))
        score, join = placed.score, 4 * BAR
        assert score.bar_grid(n_bars=4).start(4) == join
        assert score.metre_map.metre_at(join - 1) == (4, 4)
        assert score.metre_map.metre_at(join) == (3, 4)
        assert score.tempo_map.us_at(2 * BAR) == 500_000
        assert score.tempo_map.us_at(join) == 250_000


def test_a_bar_cut_short_stays_so_and_the_bars_after_it_are_whole() -> None:
    metre = MetreMap.of(ticks=[0, 96], numerator=[4, 4], denominator=[4, 4])
    piece = replace(score_of(line([60] * 9)), metre_map=metre)
    for prompt in (piece, read_document(score_to_bytes(piece))):
        placed = Insert(first=1, bars=2).placed(Piece.of(prompt))
        starts = placed.score.bar_grid(n_bars=5).starts
        assert starts[:5].tolist() == [0, 96, 96 + BAR, 96 + 2 * BAR, 96 + 3 * BAR]


@pytest.mark.parametrize("first", [0, 5, 9])
def test_a_bar_that_nothing_is_before_is_refused(first: int) -> None:
    for request in (Continue(first=first), Insert(first=first)):
        with pytest.raises(InputError, match=rf"bar {first + 1} of the piece: .* 2 to 5"):
            request.placed(Piece.of(band(4)))


def test_where_nothing_is_before_or_after_is_told() -> None:
    late = score_of(line([60] * 4, start=3 * BAR))
    with pytest.raises(InputError, match="no notes before bar 3 to go on from"):
        Continue(first=2).placed(Piece.of(late))
    with pytest.raises(InputError, match="nothing follows bar 4 of the piece, its last"):
        Insert(first=4).placed(Piece.of(band(4)))
    with pytest.raises(InputError, match="the piece has no notes"):
        Insert(first=1).placed(Piece.of(score_of()))


# ---- new tracks ----------------------------------------------------------------------------------


@pytest.mark.parametrize("is_file", [False, True])
def test_new_tracks_play_in_the_bars_that_are_named_and_nothing_else_changes(is_file: bool) -> None:
    piece = band(6)
    prompt = read_document(score_to_bytes(piece)) if is_file else piece
    composer = small_composer(longing_for_bars=-1.0)
    takes = composer.accompany(prompt, add=["violin", 68], first=1, last=5, takes=3)
    for take in takes:
        score = read(take.to_bytes()).score if is_file else take.score
        fresh = new_notes(piece, score)
        assert lost_notes(piece, score) == [{}, {}, {}]
        assert not any(fresh[:3])
        assert [t.program for t in score.tracks[3:]] == [VIOLIN, 68]
        assert [t.name for t in score.tracks[3:]] == ["Violin", "Oboe"]
        for notes in fresh[3:]:
            assert notes
            assert all(BAR <= n[0] < n[0] + n[1] <= 5 * BAR for n in notes)
        assert take.provenance["add"] == [VIOLIN, 68]
        assert take.provenance["tracks"] == [4, 5]
        assert take.new_bars.n_notes == sum(notes.total() for notes in fresh)


def test_a_long_piece_is_accompanied_to_its_end() -> None:
    told: list[tuple[int, int]] = []
    (take,) = small_composer(longing_for_bars=-1.0).accompany(
        band(24), add=["drums"], takes=1, on_bar=lambda *bar: told.append(bar)
    )
    assert told == [(1, bar + 1) for bar in range(24)]
    assert take.score.tracks[-1].is_drum
    assert take.score.tracks[-1].notes.onset[-1] > 12 * BAR


def test_a_second_track_of_an_instrument_that_plays_already_is_another_track() -> None:
    request = Accompany(add=("bass", 33, 33))
    placed = request.placed(Piece.of(band(2)))
    assert [t.program for t in placed.score.tracks[3:]] == [32, 33, 33]
    assert placed.region == Region(0, 2, (3, 4, 5))


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"add": ()}, r"the number of tracks to add must be in 1\.\.16, got 0"),
        ({"add": ("bass",) * 17}, "got 17; add further ones later"),
        ({"add": ("kazoo",)}, "no instrument 'kazoo'"),
        ({"add": (129,)}, "or 128 for drums, got 129"),
        ({"add": (0,), "options": Options(instruments=(0,))}, "name no other instruments"),
        ({"add": (0,), "options": Options(density="denser")}, "plays nothing yet"),
    ],
)
def test_tracks_that_cannot_be_added_are_refused(wishes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Accompany(**wishes)


def test_bars_that_are_not_there_have_no_room_for_a_new_track() -> None:
    with pytest.raises(InputError, match="bars 1 to 9 are not in the piece"):
        Accompany(add=("bass",), last=9).placed(Piece.of(band(2)))
    with pytest.raises(InputError, match="no notes"):
        Accompany(add=("bass",)).placed(Piece.of(score_of(Track(notes=Notes.empty()))))
