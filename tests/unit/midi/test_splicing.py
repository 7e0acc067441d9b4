"""Bars of a file in another order: what is in them comes along, and nothing hangs over."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segue.errors import InputError
from segue.midi import MidiDocument, read_document, score_to_bytes
from segue.midi.setups import settings_of
from segue.midi.splicing import Stretch, spliced
from segue.score import Score, diff, slice_bars
from tests.composers import band
from tests.unit.midi.files import END, read, smf

BAR = 384


def bars(document: MidiDocument, *ranges: tuple[int, int]) -> bytes:
    grid = document.score.bar_grid()
    return spliced(document, [Stretch(document, grid.start(a), grid.start(b)) for a, b in ranges])


def ranges_of(n_bars: int) -> Any:
    bar = st.integers(0, n_bars)
    pair = st.tuples(bar, bar).filter(lambda each: each[0] < each[1])
    return st.lists(pair, min_size=1, max_size=4)


def shifted(score: Score, first: int, last: int, to: int) -> set[tuple[int, ...]]:
    """The notes of some bars of each track, at another bar."""
    cut = slice_bars(score, first, last)
    return {
        (number, onset + to * BAR, pitch, velocity)
        for number, track in enumerate(cut.tracks)
        for onset, pitch, velocity in zip(
            track.notes.onset.tolist(),
            track.notes.pitch.tolist(),
            track.notes.velocity.tolist(),
            strict=True,
        )
    }


@settings(max_examples=40, deadline=None)
@given(ranges_of(4))
def test_each_bar_has_its_notes_where_it_has_come_to(ranges: list[tuple[int, int]]) -> None:
    document = read_document(score_to_bytes(band(4)))
    after = read_document(bars(document, *ranges))
    wanted: set[tuple[int, ...]] = set()
    at = 0
    for first, last in ranges:
        wanted |= shifted(document.score, first, last, at)
        at += last - first
    assert shifted(after.score, 0, at, 0) == wanted
    assert after.score.n_bars == at
    assert len(after.score.tracks) == len(document.score.tracks)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3))
def test_bars_that_follow_each_other_are_as_they_were(bar: int) -> None:
    document = read_document(score_to_bytes(band(4)))
    assert not diff(read_document(bars(document, (0, bar), (bar, 4))).score, document.score)


def song() -> MidiDocument:
    """Four bars; a pedal that goes down in the second and up in the third, a flute from there."""
    piano = [
        (0, b"\xc0\x00"),
        (0, b"\x90\x3c\x50"),
        (90, b"\x80\x3c\x40"),
        (BAR, b"\xb0\x40\x7f"),
        (BAR + 10, b"\x90\x3e\x50"),
        (2 * BAR + 20, b"\x80\x3e\x40"),
        (2 * BAR + 24, b"\xb0\x40\x00"),
        (2 * BAR + 96, b"\x90\x40\x50"),
        (2 * BAR + 190, b"\x80\x40\x40"),
        (3 * BAR, b"\x90\x41\x50"),
        (4 * BAR - 1, b"\x80\x41\x40"),
    ]
    tempo = [
        (0, b"\xff\x51\x03\x06\x1a\x80"),
        (2 * BAR, b"\xff\x51\x03\x0c\x35\x00"),
        (2 * BAR, b"\xff\x06\x05Verse"),
    ]
    end = (4 * BAR, bytes.fromhex(END))
    return read(smf([*tempo, end], [*piano, end]))


def test_a_pedal_ends_with_the_bars_that_pressed_it_and_is_down_again_where_they_go_on() -> None:
    after = read(bars(song(), (0, 2), (0, 1), (2, 4)))
    place = after.channels.tracks[0]
    pedal = settings_of(after.channels.controllers())[place]
    assert [pedal.value_at(64, tick) for tick in (BAR, 2 * BAR, 3 * BAR, 3 * BAR + 30)] == [
        *(127, 0, 127, 0)
    ]
    (track,) = after.score.tracks
    assert track.notes.onset.tolist() == [0, BAR + 10, 2 * BAR, 3 * BAR + 96, 4 * BAR]
    assert track.notes.duration.tolist()[1] == BAR - 10  # it rings no further than its bars


def test_tempo_and_markers_come_along() -> None:
    after = read(bars(song(), (2, 3), (0, 1), (2, 3)))
    tempo = after.score.tempo_map
    assert [tempo.us_at(bar * BAR) for bar in range(3)] == [800_000, 400_000, 800_000]
    assert after.sections == [(0, "Verse"), (2 * BAR, "Verse")]
    assert all(chunk.end_tick == 3 * BAR for chunk in after.smf.tracks)
    assert all(one <= other for c in after.smf.tracks for one, other in pairwise(c.ticks))


def test_bars_of_another_version_are_put_in() -> None:
    before, now = song(), read(bars(song(), (0, 1), (3, 4)))
    after = read(
        spliced(
            now,
            [
                Stretch(now, 0, BAR),
                Stretch(before, 2 * BAR, 3 * BAR),
                Stretch(now, BAR, 2 * BAR),
            ],
        )
    )
    assert after.score.tracks[0].notes.pitch.tolist() == [60, 64, 65]


def test_no_bars_and_other_tracks_are_refused() -> None:
    with pytest.raises(InputError, match="all bars would be gone"):
        spliced(song(), [])
    other = read_document(score_to_bytes(band(4)))
    with pytest.raises(InputError, match="other tracks than the piece has now; copy them again"):
        spliced(song(), [Stretch(other, 0, BAR)])
