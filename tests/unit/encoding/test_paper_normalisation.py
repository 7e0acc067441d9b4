"""Both normalisations of the paper are undone exactly, and only one of them always can be."""

import numpy as np
import pytest
from hypothesis import given

from segue.encoding.paper import TIMES, share_outside_midi
from segue.encoding.paper_normalisation import MAX_DEVIATIONS, TimeScale, squash, unsquash
from segue.errors import InputError
from tests.strategies import SEEDS
from tests.unit.encoding.test_paper import Table, tables


@given(SEEDS)
def test_both_come_back(seed: int) -> None:
    songs = tables(seed)
    scale = TimeScale.fit(songs)

    np.testing.assert_allclose(unsquash(squash(songs)), songs, rtol=1e-9)
    times = songs[..., TIMES]
    np.testing.assert_allclose(scale.decode(scale.encode(times)), times, rtol=0, atol=1e-6)


@given(SEEDS)
def test_values_for_a_network_lie_within_one(seed: int) -> None:
    songs = tables(seed)

    for values in (squash(songs), TimeScale.fit(songs).encode(songs[..., TIMES] * 1e6)):
        assert np.abs(values).max() <= 1
        assert np.abs(values.astype(np.float32)).max() <= 1


@given(SEEDS)
def test_times_come_back_from_float32(seed: int) -> None:
    songs = tables(seed)
    scale = TimeScale.fit(songs)
    coded = scale.encode(songs[..., TIMES]).astype(np.float32)

    np.testing.assert_allclose(scale.decode(coded), songs[..., TIMES], rtol=0, atol=1e-3)


def test_a_network_s_small_error_breaks_the_first_and_not_the_second() -> None:
    """The paper's failure: outputs beyond 1, or below 0, are no MIDI values."""
    songs = tables(1, n_songs=50)
    noise = np.random.default_rng(2).normal(0, 0.1, songs.shape)
    scale = TimeScale.fit(songs)

    first = unsquash(squash(songs) + noise)
    second = scale.decode(scale.encode(songs[..., TIMES]) + noise[..., TIMES])

    assert share_outside_midi(first) > 0.1
    assert np.isfinite(second).all()
    assert (second >= 0).all()


def test_a_time_far_away_counts_as_not_so_far() -> None:
    scale = TimeScale((10.0, 1.0), (2.0, 0.5))
    far = np.array([[1000.0, 100.0]])

    np.testing.assert_allclose(
        scale.decode(scale.encode(far)), [[10 + 2 * MAX_DEVIATIONS, 1 + 0.5 * MAX_DEVIATIONS]]
    )


def test_times_that_are_all_alike_have_a_scale() -> None:
    songs = np.ones((2, 3, 6))
    scale = TimeScale.fit(songs)

    np.testing.assert_array_equal(scale.decode(scale.encode(songs[..., TIMES])), songs[..., TIMES])


@pytest.mark.parametrize("songs", [np.zeros((0, 3, 6)), np.full((1, 3, 6), np.nan)])
def test_no_scale_without_times(songs: Table) -> None:
    with pytest.raises(InputError, match="cannot be standardised"):
        TimeScale.fit(songs)
