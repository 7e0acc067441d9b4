"""What no metric may depend on: the order of tracks, the key, the resolution of the file."""

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from segue.metrics import FEATURE_NAMES, feature_vector, note_f1
from segue.score import Notes, Score, Track, resample, transpose

NOTE = st.tuples(
    st.integers(0, 8 * 48 - 1), st.integers(1, 200), st.integers(20, 100), st.integers(1, 127)
)
PLACED = ("register_mean", "register_lowest", "register_highest")


@st.composite
def excerpts(draw: st.DrawFn) -> Score:
    """Up to eight bars of 4/4 and four tracks, on a grid of twelve steps a quarter."""
    tracks = []
    for _ in range(draw(st.integers(0, 4))):
        rows = draw(st.lists(NOTE, max_size=12))
        onset, duration, pitch, velocity = zip(*rows, strict=True) if rows else ((), (), (), ())
        notes = Notes.of(onset=onset, duration=duration, pitch=pitch, velocity=velocity)
        program = draw(st.sampled_from([0, 25, 33, 48]))
        tracks.append(Track(notes=notes, program=program, is_drum=draw(st.booleans())))
    return Score(ticks_per_quarter=12, tracks=tuple(tracks))


@given(excerpts())
def test_every_feature_is_finite(score: Score) -> None:
    assert np.isfinite(feature_vector(score)).all()


@given(excerpts(), st.randoms(use_true_random=False))
def test_the_order_of_tracks_changes_nothing(score: Score, random: Random) -> None:
    tracks = list(score.tracks)
    random.shuffle(tracks)

    shuffled = feature_vector(score.with_tracks(tracks))

    np.testing.assert_allclose(shuffled, feature_vector(score), atol=1e-12)


@given(excerpts(), st.integers(-20, 20))
def test_transposing_everything_moves_only_the_register(score: Score, semitones: int) -> None:
    before = dict(zip(FEATURE_NAMES, feature_vector(score), strict=True))
    after = dict(zip(FEATURE_NAMES, feature_vector(transpose(score, semitones)), strict=True))
    changed = {name for name in FEATURE_NAMES if abs(before[name] - after[name]) > 1e-9}

    assert changed <= set(PLACED)


@given(excerpts(), st.integers(2, 40))
def test_a_finer_resolution_changes_nothing(score: Score, factor: int) -> None:
    finer = resample(score, 12 * factor)

    np.testing.assert_allclose(feature_vector(finer), feature_vector(score), atol=1e-12)


@given(excerpts())
def test_every_score_matches_itself(score: Score) -> None:
    assert note_f1(reference=score, estimate=score).f1 == 1.0


@given(excerpts(), excerpts())
def test_precision_one_way_is_recall_the_other(a: Score, b: Score) -> None:
    there, back = note_f1(reference=a, estimate=b), note_f1(reference=b, estimate=a)

    assert (there.precision, there.recall, there.f1) == (back.recall, back.precision, back.f1)
