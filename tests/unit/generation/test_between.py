"""Who plays in bars that are replaced: what plays on both sides does in between."""

import numpy as np
import pytest

from segue.encoding.vocabulary import N_PARTS
from segue.generation import Options
from segue.generation.arrangement import part_grid
from segue.generation.between import arrangement_between
from segue.generation.task import palette_of
from segue.generation.window import Region
from segue.score import Notes, Score, Track
from tests.composers import band, line, score_of, small_composer

BASS, VIOLIN, FLUTE = 33, 40, 73


def only(*parts: int) -> np.ndarray:
    allowed = np.zeros(N_PARTS, bool)
    allowed[list(parts)] = True
    return allowed


def coming_and_going() -> Score:
    """Sixteen bars: a bass in all, a violin in the first half, a flute in the second."""
    return score_of(
        line([40] * 64, program=BASS),
        line([60] * 32, program=VIOLIN),
        line([80] * 32, start=8 * 384, program=FLUTE),
    )


@pytest.mark.parametrize("region", [Region(6, 8), Region(7, 9), Region(2, 14), Region(9, 10)])
def test_a_part_that_plays_on_both_sides_plays_in_between(region: Region) -> None:
    piece = coming_and_going()
    allowed = only(*palette_of(piece))
    beside = part_grid(piece, 16)
    before, after = beside[: region.first][-4:], beside[region.last :][:4]
    both = before.any(axis=0) & after.any(axis=0)
    for take in range(1, 33):
        plays = arrangement_between(piece, region, allowed=allowed, named=False, seed=1, take=take)
        assert plays.shape == (region.last - region.first, N_PARTS)
        assert plays[:, both].any(axis=0).all()
        assert not plays[:, ~allowed].any()


def test_bars_that_follow_say_who_stays_away() -> None:
    """The violin has left by bar 9: between bar 5 and 9 it plays less than one that comes back."""
    gone, region = coming_and_going(), Region(4, 8)
    back = gone.with_tracks([gone.tracks[0], line([60] * 64, program=VIOLIN), gone.tracks[2]])
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
    for track, part in enumerate((BASS, VIOLIN, FLUTE)):
        chosen = Region(region.first, region.last, (track,))
        for take in range(1, 17):
            plays = arrangement_between(
                piece, chosen, allowed=only(part), named=True, seed=3, take=take
            )
            assert plays[:, part].any()
            assert plays.sum() == plays[:, part].sum()


def test_of_two_tracks_of_one_program_the_named_one_is_looked_at() -> None:
    doubled = score_of(line([60] * 64), line([72] * 16, start=4 * 384))
    empty = Track(notes=Notes.empty(), program=VIOLIN)
    piece = doubled.with_tracks([*doubled.tracks, empty])
    for take in range(1, 17):
        second = arrangement_between(
            piece, Region(8, 12, (1,)), allowed=only(0), named=True, seed=1, take=take
        )
        assert second[:, 0].any()
        new = arrangement_between(
            piece, Region(8, 12, (2,)), allowed=only(VIOLIN), named=True, seed=1, take=take
        )
        assert new[:, VIOLIN].any()


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
