"""Overlapping areas: closed forms and degenerate sets."""

from statistics import NormalDist

import numpy as np
import pytest

from segue.evaluation import density_overlap, distance_overlap
from segue.evaluation.distances.overlap import grid_ends, masses

GENERATOR = np.random.default_rng(0)


def column(mean: float, deviation: float, n: int = 4000) -> np.ndarray:
    return np.random.default_rng(int(mean * 10 + deviation)).normal(mean, deviation, (n, 1))


@pytest.mark.parametrize(("mean", "deviation"), [(1.0, 1.0), (3.0, 1.0), (0.5, 2.0)])
def test_of_gaussians_it_is_the_overlap_of_their_densities(mean: float, deviation: float) -> None:
    exact = NormalDist(0, 1).overlap(NormalDist(mean, deviation))

    found = density_overlap(column(0, 1), column(mean, deviation))

    assert found == pytest.approx([exact], abs=0.03)


def test_a_set_overlaps_itself_and_nothing_far_away() -> None:
    a = column(0, 1, 100)

    assert density_overlap(a, a) == pytest.approx([1.0])
    assert density_overlap(a, a + 1000) == pytest.approx([0.0])
    assert distance_overlap(a, a + 1000) == pytest.approx([0.0])


def test_two_samples_of_one_distribution_nearly_overlap() -> None:
    a, b = column(0, 1, 500), column(0, 1.0001, 500)

    assert density_overlap(a, b)[0] > 0.9
    assert distance_overlap(a, b)[0] > 0.9


def test_a_feature_that_never_varies_overlaps_itself() -> None:
    same = np.full((20, 1), 0.3)

    assert density_overlap(same, same) == pytest.approx([1.0])
    assert distance_overlap(same, same) == pytest.approx([1.0])
    assert density_overlap(same, same + 0.5) == pytest.approx([0.0])


def test_features_are_taken_one_by_one() -> None:
    a, b = GENERATOR.normal(size=(2, 100, 3))
    b[:, 1] = a[:, 1]

    overlap = density_overlap(a, b)

    assert overlap.shape == (3,)
    assert overlap[1] == pytest.approx(1.0)
    assert density_overlap(a[:, :1], b[:, :1])[0] == overlap[0]


def test_the_mass_lies_where_the_values_do() -> None:
    a, b = np.full(50, 0.2), np.linspace(0.5, 0.9, 50)
    p, _ = masses(a, b)
    x = np.linspace(*grid_ends(a, b), len(p))
    assert (p * x).sum() == pytest.approx(0.2, abs=0.01)
