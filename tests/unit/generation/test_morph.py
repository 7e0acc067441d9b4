"""Bars that lead from one bar into another: what the model is told of them, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.errors import InputError
from segue.generation.composer import Composer
from segue.generation.morphing import blended, morphed
from segue.generation.options import Options
from segue.generation.piece import Piece
from segue.generation.replacing import Infill, Morph
from segue.generation.stopped import shortened
from segue.generation.take import Take
from segue.generation.window import Region
from segue.models.latent_arrays import LatentArrays
from segue.score import MetreMap, Notes, Score, diff, slice_bars
from tests.composers import band, line, lost_notes, new_notes, score_of, small_composer
from tests.unit.generation.test_other_networks import Monotone, pitches_of

BAR = 384


def two_sided(before: int = 48, after: int = 72) -> Score:
    """Twelve bars of a piano and a bass, the later half higher than the first."""
    return score_of(
        line([before, before + 3] * 12 + [after, after + 7] * 12),
        line([before - 12] * 24 + [after - 12] * 24, program=33),
    )


def asked(piece: Score, *, first: int = 4, last: int = 8, **wishes: object) -> list[Take]:
    return told(piece, first=first, last=last, **wishes)[0]


def told(piece: Score, **wishes: object) -> tuple[list[Take], LatentArrays]:
    """The takes, and the latents that the model was told."""
    network = Monotone(context=400, max_bars=32, latents_of=pitches_of)
    takes = Composer(network, name="monotone").morph(piece, **wishes)  # type: ignore[arg-type]
    latents = network.plans[0].latents
    assert latents is not None
    return takes, latents


def of_part(latents: LatentArrays, part: int) -> np.ndarray:
    """The latents of a part in the first take, bar by bar."""
    cells = latents.of_cell[0, :, part]
    found: np.ndarray = latents.z[0, cells[cells < latents.z.shape[1]]]
    return found


@pytest.mark.parametrize("n_bars", [1, 2, 3, 4])
def test_each_new_bar_is_farther_from_the_bar_before_and_nearer_to_the_bar_after(
    n_bars: int,
) -> None:
    piece = two_sided().with_tracks(two_sided().tracks[:1])
    _, latents = told(piece, first=6 - n_bars // 2, last=6 - n_bars // 2 + n_bars, takes=1)
    before, after = np.array([0, 48, 51]), np.array([0, 72, 79])
    piano = of_part(latents, 0)[:, 0]
    assert len(piano) == n_bars
    away, to = (np.linalg.norm(piano - end, axis=1) for end in (before, after))
    assert (np.diff(away) > 0).all()
    assert (np.diff(to) < 0).all()
    if n_bars > 1:
        assert away[0] < to[0]
        assert to[-1] < away[-1]


def test_what_the_bars_had_before_is_not_looked_at() -> None:
    piece = two_sided()
    other = slice_bars(piece, 4, 8).tracks[1].notes.transposed(9).shifted(4 * BAR)
    bass = piece.tracks[1]
    outside = bass.notes.select((bass.notes.onset < 4 * BAR) | (bass.notes.onset >= 8 * BAR))
    changed = piece.with_tracks([piece.tracks[0], bass.with_notes(Notes.concat([outside, other]))])
    for one, two in zip(asked(piece), asked(changed), strict=True):
        assert diff(one.score, two.score) == []


@given(st.integers(1, 6), st.integers(1, 5), st.sampled_from([None, (0,), (1,)]))
def test_nothing_outside_changes(first: int, n_bars: int, tracks: tuple[int, ...] | None) -> None:
    piece = two_sided()
    for take in asked(piece, first=first, last=first + n_bars, tracks=tracks, takes=2):
        assert take.region == Region(first, first + n_bars, tracks)
        for changed in (lost_notes(piece, take.score), new_notes(piece, take.score)):
            for track, notes in enumerate(changed):
                assert track in (tracks or (0, 1)) or not notes
                assert all(first <= onset // BAR < first + n_bars for onset, *_ in notes)


def test_the_same_seed_gives_the_same_take_alone_or_among_others() -> None:
    among = asked(two_sided(), takes=4, seed=3)
    for take in among:
        (alone,) = asked(two_sided(), takes=[take.number], seed=3)
        assert diff(alone.score, take.score) == []
        assert alone.provenance["task"] == "morph"


@pytest.mark.parametrize(("n_bars", "leave"), [(1, (1,)), (3, (2,)), (4, (2,)), (5, (3,))])
def test_who_plays_at_one_end_alone_plays_up_to_the_middle(
    n_bars: int, leave: tuple[int, ...]
) -> None:
    piano, flute = line([60] * 8), line([72] * 8, program=73, start=(2 + n_bars) * BAR)
    piece = score_of(piano, flute, line([36] * (4 + n_bars) * 4, program=33))
    region = Region(2, 2 + n_bars)
    before, after = morphed(Piece.of(piece), piece, region)
    (until,) = leave
    for score, track, bars in (
        (before, 0, range(until)),
        (after, 1, range(n_bars - until, n_bars)),
    ):
        inside = slice_bars(score, region.first, region.last).tracks[track].notes.onset // BAR
        assert sorted(set(inside.tolist())) == list(bars)
    takes = asked(piece, first=2, last=2 + n_bars, takes=1)
    notes = slice_bars(takes[0].score, region.first, region.last).tracks[0].notes
    assert set((notes.onset // BAR).tolist()) == set(range(until))


def test_several_leave_one_after_another() -> None:
    leaving = [line([60] * 8, program=p) for p in (0, 40, 73)]
    piece = score_of(*leaving, line([36] * 24, program=33))
    found, _ = morphed(Piece.of(piece), piece, Region(2, 5))
    last = [slice_bars(found, 2, 5).tracks[k].notes.onset.max() // BAR for k in range(4)]
    assert last == [0, 1, 2, 2]


@given(st.integers(0, 99), st.floats(0, 1))
def test_latents_between_two_are_the_ends_at_the_ends_and_as_long(seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    one, other = random.standard_normal((2, 3, 4, 5)).astype(np.float32)
    other /= np.linalg.norm(other, axis=-1, keepdims=True)
    one /= np.linalg.norm(one, axis=-1, keepdims=True)
    places = np.array([[0, 0], [0, 2], [1, 1]])
    others = np.array([[0, 2], [1, 0], [1, 1]])
    found, where = blended((one, places), (other, others), np.array([share, share]))
    assert where.tolist() == [[0, 0], [0, 2], [1, 0], [1, 1]]
    assert (found[0] == one[0]).all(), "in one alone, it is as it is"
    assert (found[2] == other[1]).all()
    assert np.linalg.norm(found, axis=-1) == pytest.approx(1, abs=1e-3)
    same, _ = blended((one, places), (one, places), np.array([share, share]))
    assert same == pytest.approx(one, abs=1e-3)
    begin, _ = blended((one, places), (other, others), np.zeros(2))
    end, _ = blended((one, places), (other, others), np.ones(2))
    assert begin[[1, 3]] == pytest.approx(one[[1, 2]], abs=1e-5)
    assert end[[1, 3]] == pytest.approx(other[[0, 2]], abs=1e-5)


def test_what_cannot_be_morphed_is_refused() -> None:
    piece = two_sided()
    waltz = replace(
        piece, metre_map=MetreMap.of(ticks=[0, 7 * BAR], numerator=[4, 3], denominator=[4, 4])
    )
    late = piece.with_tracks([t.with_notes(t.notes.shifted(4 * BAR)) for t in piece.tracks])
    for score, wishes, words in (
        (piece, {"first": 0}, "before them and one after"),
        (piece, {"last": 12}, "before them and one after"),
        (piece, {"last": 13}, "which has bars 1 to 12"),
        (late, {"first": 4}, "nothing plays in bar 4"),
        (waltz, {}, "bars of one metre"),
    ):
        with pytest.raises(InputError, match=words):
            asked(score, **wishes)
    silent = piece.with_tracks([piece.tracks[0], line([36] * 12, program=33)])
    with pytest.raises(InputError, match="chosen tracks play nothing in bar 4"):
        asked(silent, tracks=[1])
    with pytest.raises(InputError, match="name no instruments"):
        asked(piece, options=Options(instruments=(0,)))
    with pytest.raises(InputError, match="cannot morph; take one that can"):
        small_composer().morph(band(6), first=2, last=4)


def test_the_bars_of_a_stopped_morph_need_no_bar_after_them() -> None:
    piece = two_sided()
    short = shortened(Morph(first=4, last=8, tracks=(1,), seed=7), Region(4, 8, (1,)), 2)
    assert isinstance(short, Infill)
    assert short.seed == 7
    assert short.placed(Piece.of(piece)).region == Region(4, 6, (1,))
