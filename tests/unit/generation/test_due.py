"""Which parts have to play in bars that are replaced: what plays around them, and what is named."""

import numpy as np
import pytest

from segue.generation import Options
from segue.generation.due import due_again, due_along, due_parts, part_grid
from segue.generation.piece import Piece
from segue.generation.replacing import Vary
from segue.generation.task import task_of
from segue.generation.window import Region
from segue.midi import read_document
from segue.score import Score
from tests.composers import band, line, score_of, small_composer
from tests.strategies import Event, encode_smf

BASS, VIOLIN, FLUTE = range(3)
"""The tracks of the piece below."""


def coming_and_going() -> Score:
    """Sixteen bars: a bass in all, a violin in the first half, a flute in the second."""
    return score_of(
        line([40] * 64, program=33),
        line([60] * 32, program=40),
        line([80] * 32, start=8 * 384, program=73),
    )


def only(*tracks: int) -> np.ndarray:
    allowed = np.zeros(3, bool)
    allowed[list(tracks)] = True
    return allowed


def due(region: Region, *tracks: int, named: bool = False) -> list[list[bool]]:
    allowed = only(*(tracks or (BASS, VIOLIN, FLUTE)))
    found = due_parts(coming_and_going(), region, allowed=allowed, named=named)
    return [[bool(value) for value in bar] for bar in found]


def test_who_plays_in_all_bars_around_is_due_in_every_bar() -> None:
    assert due(Region(2, 4)) == [[True, True, False]] * 2
    assert due(Region(2, 4), BASS) == [[True, False, False]] * 2


def test_who_plays_on_both_sides_is_due_in_the_first_bar_at_least() -> None:
    assert due(Region(5, 7)) == [[True, True, False], [True, False, False]]
    assert due(Region(4, 7)) == [[True, True, False]] + [[True, False, False]] * 2


@pytest.mark.parametrize("region", [Region(7, 9), Region(8, 10), Region(0, 4)])
def test_who_plays_on_one_side_alone_may_keep_silent(region: Region) -> None:
    assert not any(bar[VIOLIN] or bar[FLUTE] for bar in due(region))


def test_after_a_piece_who_has_played_all_the_time_goes_on_for_a_bar_at_least() -> None:
    assert due(Region(16, 18)) == [[True, False, True], [False] * 3]
    assert due(Region(16, 17), VIOLIN) == [[False] * 3]
    assert due(Region(10, 16)) == [[True, False, False]] + [[False] * 3] * 5
    assert due(Region(16, 17), VIOLIN, named=True) == [[False, True, False]]


def test_what_is_named_is_due_whoever_plays_around() -> None:
    assert due(Region(0, 2), FLUTE, named=True) == [[False, False, True], [False] * 3]


def test_a_grid_says_in_which_bars_each_track_begins_a_note() -> None:
    grid = part_grid(coming_and_going(), 17)
    assert grid.sum(axis=0).tolist() == [16, 8, 8]
    assert not grid[16].any()


@pytest.mark.parametrize(
    ("tracks", "options"),
    [
        (None, Options()),
        (None, Options(new_instruments=True)),
        ([1], Options()),
        ([0, 2], Options()),
    ],
)
def test_an_infill_writes_notes_in_every_track_that_plays_around_it(
    tracks: list[int] | None, options: Options
) -> None:
    """By a model that would rather end every bar at once."""
    takes = small_composer(longing_for_bars=5.0).infill(
        band(6), first=2, last=4, tracks=tracks, options=options
    )
    for take in takes:
        assert all(len(take.new_bars.tracks[track].notes) for track in tracks or range(3))


@pytest.mark.parametrize("of_channel_1", [False, True])
def test_all_tracks_go_on_though_they_share_a_program_or_a_channel(of_channel_1: bool) -> None:
    """By a model that would rather end every bar at once."""

    def part(number: int) -> list[Event]:
        channel = 0 if of_channel_1 else number
        program = 27 if number < 2 else (33, 48)[number - 2]
        notes = [
            event
            for at in range(0, 4 * 384, 96)
            for event in (
                (at, bytes((0x90 | channel, 40 + 12 * number, 80))),
                (at + 90, bytes((0x80 | channel, 40 + 12 * number, 64))),
            )
        ]
        return [(0, bytes((0xC0 | channel, program))), *notes, (4 * 384, b"\xff\x2f\0")]

    document = read_document(encode_smf([part(number) for number in range(4)]))
    assert [track.program for track in document.score.tracks] == [27, 27, 33, 48]
    takes = small_composer(longing_for_bars=5.0).continue_(document, bars=2)
    for take in takes:
        again = read_document(take.to_bytes()).score
        assert [track.program for track in again.tracks] == [27, 27, 33, 48]
        assert all((track.notes.onset >= 4 * 384).any() for track in again.tracks)


def test_a_new_part_is_due_wherever_others_play() -> None:
    piece = score_of(line([40] * 8, start=384), line([60] * 4, start=4 * 384), line([]))
    found = due_along(piece, Region(0, 5), allowed=only(2))
    assert found[:, 2].tolist() == [False, True, True, False, True]
    assert not found[:, :2].any()


def test_new_parts_keep_on_playing_in_a_long_piece() -> None:
    (take,) = small_composer().accompany(coming_and_going(), add=["tuba", "drums"], takes=1)
    played = part_grid(take.score, 16)
    assert played[:, 3:].all()


def test_who_is_varied_plays_again_where_it_played() -> None:
    found = due_again(coming_and_going(), Region(6, 10), allowed=only(BASS, VIOLIN))
    assert found.tolist() == [[True, True, False]] * 2 + [[True, False, False]] * 2
    for take in small_composer().vary(band(4), amount=1.0, takes=[1, 2]):
        assert part_grid(take.score, 4).all()


@pytest.mark.parametrize(("amount", "known"), [(0.5, True), (1.0, False)])
def test_who_plays_is_told_unless_bars_are_varied_altogether(amount: float, known: bool) -> None:
    request = Vary(first=6, last=10, amount=amount)
    task = task_of(request, request.placed(Piece.of(coming_and_going())))
    assert task.parts_are_known is known
    assert task.cells is not None
    assert task.cells(1).all() is np.bool_(not known)
