"""Who plays in bars that are replaced: what plays on both sides does in between."""

from itertools import product

import numpy as np
import pytest

from segue.generation import Options
from segue.generation.arrangement import part_grid
from segue.generation.between import arrangement_between
from segue.generation.window import Region
from segue.score import Notes, Score, Track
from tests.composers import band, line, score_of, small_composer

BASS, VIOLIN, FLUTE = range(3)
"""The tracks of the piece below."""


def only(*tracks: int, of: int = 3) -> np.ndarray:
    allowed = np.zeros(of, bool)
    allowed[list(tracks)] = True
    return allowed


def coming_and_going() -> Score:
    """Sixteen bars: a bass in all, a violin in the first half, a flute in the second."""
    return score_of(
        line([40] * 64, program=33),
        line([60] * 32, program=40),
        line([80] * 32, start=8 * 384, program=73),
    )


@pytest.mark.parametrize("region", [Region(6, 8), Region(7, 9), Region(2, 14), Region(9, 10)])
def test_a_part_that_plays_on_both_sides_plays_in_between(region: Region) -> None:
    piece = coming_and_going()
    allowed = only(BASS, VIOLIN, FLUTE)
    beside = part_grid(piece, 16)
    before, after = beside[: region.first][-4:], beside[region.last :][:4]
    both = before.any(axis=0) & after.any(axis=0)
    for take in range(1, 33):
        plays = arrangement_between(piece, region, allowed=allowed, named=False, seed=1, take=take)
        assert plays.shape == (region.last - region.first, 3)
        assert plays[:, both].any(axis=0).all()
        assert not plays[:, ~allowed].any()


def test_bars_that_follow_say_who_stays_away() -> None:
    """The violin has left by bar 9: between bar 5 and 9 it plays less than one that comes back."""
    gone, region = coming_and_going(), Region(4, 8)
    back = gone.with_tracks([gone.tracks[0], line([60] * 64, program=40), gone.tracks[2]])
    heard = [
        np.mean(
            [
                arrangement_between(
                    piece, region, allowed=only(BASS, VIOLIN), named=False, seed=2, take=take
                )[:, VIOLIN].mean()
                for take in range(1, 65)
            ]
        )
        for piece in (gone, back)
    ]
    assert heard[0] < heard[1] - 0.1


@pytest.mark.parametrize("region", [Region(0, 16), Region(0, 4), Region(12, 16), Region(5, 6)])
def test_a_track_that_is_named_never_keeps_silent(region: Region) -> None:
    piece = coming_and_going()
    for track in (BASS, VIOLIN, FLUTE):
        chosen = Region(region.first, region.last, (track,))
        for take in range(1, 17):
            plays = arrangement_between(
                piece, chosen, allowed=only(track), named=True, seed=3, take=take
            )
            assert plays[:, track].any()
            assert plays.sum() == plays[:, track].sum()


def test_a_named_track_plays_whether_it_was_heard_or_not() -> None:
    doubled = score_of(line([60] * 64), line([72] * 16, start=4 * 384))
    empty = Track(notes=Notes.empty(), program=40)
    piece = doubled.with_tracks([*doubled.tracks, empty])
    for take, track in product(range(1, 17), (1, 2)):
        plays = arrangement_between(
            piece, Region(8, 12, (track,)), allowed=only(track), named=True, seed=1, take=take
        )
        assert plays[:, track].any()


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
