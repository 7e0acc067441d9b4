"""Bars that come back: which are found, and what is written of them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.cells import MAX_CELL_NOTES
from segue.generation import Options, recall
from segue.generation.chunks import without
from segue.generation.composer import Composer
from segue.generation.nearness import FILLED
from segue.generation.piece import Piece
from segue.generation.recall import heard_of
from segue.generation.take import Take
from segue.generation.window import Region
from segue.models.latent_levels import level_of_recalled
from segue.recall.heard import FEATURES, Where
from segue.recall.likeliest import WEIGHTS, weights_of
from segue.score import MetreMap, Notes, Score, Track, diff
from tests.composers import lost_notes, new_notes, score_of
from tests.unit.generation.test_other_networks import Monotone, pitches_of

BAR = 384
FORM = "ABACABADABACABAD"
"""Each letter is a bar of its own kind."""


def song(form: str = FORM, *, seed: int = 0) -> Score:
    """Three tracks that play the same in all bars of one letter."""
    figures = {
        letter: np.random.default_rng([seed, ord(letter)]).integers(0, 24, (3, 8))
        for letter in set(form)
    }
    tracks = [
        Track(
            notes=Notes.of(
                onset=[BAR * bar + 48 * step for bar in range(len(form)) for step in range(8)],
                duration=[40] * 8 * len(form),
                pitch=[36 + 12 * index + int(p) for each in form for p in figures[each][index]],
                velocity=[80] * 8 * len(form),
            ),
            program=program,
        )
        for index, program in enumerate((33, 0, 40))
    ]
    return score_of(*tracks)


def filled(score: Score, region: Region) -> recall.Recalled:
    found = recall.recall(Piece.of(score), score, region)
    assert found is not None
    return found


@pytest.mark.parametrize("tracks", [(0,), (1, 2), None])
@pytest.mark.parametrize("bars", [(5, 6), (4, 6), (9, 11)])
def test_bars_that_come_back_are_found(bars: tuple[int, int], tracks: tuple[int, ...]) -> None:
    region = Region(*bars, tracks)
    found = filled(without(song(), region), region)
    assert [FORM[source] for source in found.likeliest.sources] == list(FORM[slice(*bars)])
    assert diff(found.score, song()) == []


def test_what_follows_a_piece_is_found_as_well() -> None:
    region = Region(10, 14)
    found = filled(song(FORM[:10]), region)
    assert [FORM[source] for source in found.likeliest.sources] == list(FORM[10:14])
    assert diff(found.score, song(FORM[:14])) == []


def test_what_is_there_already_is_no_news() -> None:
    region = Region(5, 6, (1,))
    found = recall.recall(Piece.of(song()), song(), region)
    assert found is None or FORM[found.likeliest.sources[0]] != FORM[5]
    assert FORM[filled(without(song(), region), region).likeliest.sources[0]] == FORM[5]
    unlike = "ABCDEFGHIJKLMNOP"
    assert recall.recall(Piece.of(song(unlike)), song(unlike), region) is None


def test_a_bar_comes_back_only_where_it_is_as_long() -> None:
    longer = MetreMap.of(ticks=[0, BAR], numerator=[4, 3], denominator=[4, 4])
    heard = heard_of(replace(song("AAAA"), metre_map=longer), Region(3, 4))
    assert heard.candidates(3).tolist() == [1, 2, 4]  # bar 0 is longer


@given(st.integers(0, 99), st.integers(1, 11), st.integers(1, 4), st.sampled_from([None, (1,)]))
def test_all_else_stays_as_it_is(
    seed: int, first: int, count: int, tracks: tuple[int, ...] | None
) -> None:
    form = "".join(np.random.default_rng(seed).choice(list("ABC"), 12))
    score, region = song(form, seed=seed), Region(first, min(first + count, 12), tracks)
    found = recall.recall(Piece.of(score), score, region)
    if found is None:
        return
    span = [BAR * region.first, BAR * region.last]
    for index, changes in enumerate(
        zip(lost_notes(score, found.score), new_notes(score, found.score), strict=True)
    ):
        for onset, duration, *_ in (note for change in changes for note in change):
            assert tracks is None or index in tracks
            assert span[0] <= onset < onset + duration <= span[1]
    inside = (found.likeliest.sources >= region.first) & (found.likeliest.sources < region.last)
    assert not inside.any()


def test_every_place_has_a_weight_for_every_feature() -> None:
    for where in Where:
        weights = weights_of(where)
        assert weights.shape == (len(FEATURES),)
        assert np.isfinite(weights).all()
        assert np.abs(weights).max() > 0
    assert set(json.loads(WEIGHTS.read_text())["weights"]) == set(Where)


# ---- takes ---------------------------------------------------------------------------------------

HOLE = Region(5, 7, (0,))


def infilled(options: Options | None = None) -> tuple[list[Take], Monotone]:
    network = Monotone(context=2000, max_bars=32, latents_of=pitches_of)
    takes = Composer(network, name="monotone").infill(
        without(song(), HOLE),
        first=HOLE.first,
        last=HOLE.last,
        tracks=[0],
        takes=4,
        options=options or Options(),
    )
    return sorted(takes, key=lambda take: take.number), network


def test_the_first_take_of_a_hole_repeats_what_comes_back() -> None:
    (first, *others), _ = infilled()
    assert diff(first.score, song()) == []
    repeated = first.provenance["repeats"]
    assert [FORM[bar - 1] for bar in repeated] == list(FORM[HOLE.first : HOLE.last])
    assert all(diff(other.score, song()) for other in others)
    assert not any("repeats" in other.provenance for other in others)


def test_further_takes_are_told_what_comes_back_by_latents() -> None:
    _, network = infilled()
    (plan,) = network.plans
    assert plan.latents is not None
    expected = filled(without(song(), HOLE), HOLE).likeliest.expected
    shares = [trust.share for trust in FILLED]
    for level, share in zip(plan.latents.level, shares, strict=True):
        told = np.zeros(2) if share is None else level_of_recalled(share * expected)
        assert np.allclose(level, told, atol=1e-6)
    given = (plan.latents.of_cell < plan.latents.z.shape[1]).any(axis=(1, 2))
    assert given.tolist() == [share is not None for share in shares]


@pytest.mark.parametrize(
    "options",
    [
        Options(repeats=False),
        Options(density="denser"),
        Options(register="higher"),
        Options(key="C"),
        Options(chords="Am F"),
    ],
)
def test_nothing_comes_back_where_it_may_not_or_something_else_is_asked(options: Options) -> None:
    takes, network = infilled(options)
    assert all(diff(take.score, song()) for take in takes)
    assert all(plan.latents is None for plan in network.plans)


def test_bars_too_full_for_latents_come_back_untold() -> None:
    onsets = [BAR * bar + 5 * n for bar in range(8) for n in range(MAX_CELL_NOTES + 6)]
    notes = Notes.of(
        onset=onsets,
        duration=[4] * len(onsets),
        pitch=[48 + n % 24 for n in range(len(onsets))],
        velocity=[80] * len(onsets),
    )
    score = score_of(Track(notes=notes, program=0))
    assert (filled(score, Region(8, 10)).likeliest.sources >= 0).all()
    network = Monotone(context=2000, max_bars=32, latents_of=pitches_of)
    (take,) = Composer(network, name="monotone").continue_(score, bars=2, takes=[1])
    assert take.region == Region(8, 10)
    assert all(plan.latents is None for plan in network.plans)
