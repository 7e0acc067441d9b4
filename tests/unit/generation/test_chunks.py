"""Long regions are cut where the model would lose sight of what it must fit."""

from itertools import pairwise

import pytest

from segue.generation.chunks import chunks, without
from segue.generation.window import Region
from tests.composers import band, lost_notes


def cut(region: Region, *, bars: int = 24, events: int = 96) -> list[tuple[int, int]]:
    found = chunks(band(bars), region, events=events, max_bars=64)
    assert all(chunk.tracks == region.tracks for chunk in found)
    return [(chunk.first, chunk.last) for chunk in found]


def test_what_nothing_follows_is_written_in_one_go() -> None:
    assert cut(Region(24, 280)) == [(24, 280)]
    assert cut(Region(0, 24)) == [(0, 24)]


@pytest.mark.parametrize("tracks", [None, (1,), (0, 2)])
def test_chunks_tile_the_region(tracks: tuple[int, ...] | None) -> None:
    found = cut(Region(2, 20, tracks))
    assert len(found) > 1
    assert found[0][0] == 2
    assert found[-1][1] == 20
    assert all(a[1] == b[0] for a, b in pairwise(found))


def test_a_chunk_leaves_room_for_what_is_shown_and_for_what_is_written() -> None:
    assert cut(Region(2, 20)) == [(2, 9), (9, 16), (16, 20)]  # 12 notes a bar are replaced
    assert cut(Region(2, 14, (1,)))[0] == (2, 7)  # 8 notes a bar of two other tracks are shown


def test_a_bar_that_is_too_full_is_a_chunk_of_its_own() -> None:
    assert cut(Region(2, 5), events=4) == [(2, 3), (3, 4), (4, 5)]


def test_without_takes_away_the_region_alone() -> None:
    piece = band(4)
    left = without(piece, Region(1, 3, (1,)))
    lost = lost_notes(piece, left)
    assert [sum(c.values()) for c in lost] == [0, 8, 0]
    assert all(384 <= onset < 3 * 384 for onset, *_ in lost[1])
