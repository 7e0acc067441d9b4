"""The Frechet distance: closed forms, symmetry, few excerpts."""

import numpy as np
import pytest

from segue.errors import InputError
from segue.evaluation import feature_frechet, frechet_distance
from segue.evaluation.distances.frechet import Gaussian, standardise


def gaussian(mean: list[float], covariance: list[list[float]]) -> Gaussian:
    return Gaussian(mean=np.array(mean), covariance=np.array(covariance))


def random_covariance(seed: int, size: int) -> np.ndarray:
    root = np.random.default_rng(seed).normal(size=(size, size))
    return np.asarray(root @ root.T)


def test_in_one_dimension_it_is_differences_of_means_and_deviations() -> None:
    a, b = gaussian([1.0], [[4.0]]), gaussian([4.0], [[25.0]])

    assert frechet_distance(a, b) == pytest.approx((1 - 4) ** 2 + (2 - 5) ** 2)


def test_of_commuting_covariances_it_is_the_sum_over_axes() -> None:
    a = gaussian([0.0, 0.0], [[1.0, 0.0], [0.0, 9.0]])
    b = gaussian([2.0, 0.0], [[4.0, 0.0], [0.0, 1.0]])

    assert frechet_distance(a, b) == pytest.approx(4 + (1 - 2) ** 2 + (3 - 1) ** 2)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_the_textbook_square_root_of_the_product(seed: int) -> None:
    s1, s2 = random_covariance(seed, 6), random_covariance(seed + 100, 6)
    zero = np.zeros(6)
    # tr (S1 S2)^1/2 by the eigenvalues of the product, which are real and not negative.
    root = np.sqrt(np.linalg.eigvals(s1 @ s2).real).sum()

    found = frechet_distance(Gaussian(mean=zero, covariance=s1), Gaussian(mean=zero, covariance=s2))

    assert found == pytest.approx(np.trace(s1) + np.trace(s2) - 2 * root)


def test_is_symmetric_and_zero_only_for_equals() -> None:
    a = Gaussian(mean=np.zeros(4), covariance=random_covariance(1, 4))
    b = Gaussian(mean=np.ones(4), covariance=random_covariance(2, 4))

    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a))
    assert frechet_distance(a, a) == pytest.approx(0.0, abs=1e-8)
    assert frechet_distance(a, b) > 1.0


def test_singular_covariances_are_no_trouble() -> None:
    flat = gaussian([0.0, 0.0], [[1.0, 0.0], [0.0, 0.0]])
    other = gaussian([0.0, 0.0], [[0.0, 0.0], [0.0, 1.0]])

    assert frechet_distance(flat, other) == pytest.approx(2.0)


def test_units_do_not_matter() -> None:
    generator = np.random.default_rng(0)
    real, generated = generator.normal(size=(50, 3)), generator.normal(1, 2, size=(50, 3))
    units = np.array([1.0, 100.0, 7.0])

    assert feature_frechet(real * units, generated * units) == pytest.approx(
        feature_frechet(real, generated)
    )


def test_a_constant_feature_does_not_decide_everything() -> None:
    assert standardise(np.array([[0.02]]), reference=np.zeros((5, 1))).tolist() == [[2.0]]


def test_fewer_excerpts_than_features_are_enough() -> None:
    generator = np.random.default_rng(0)

    assert np.isfinite(feature_frechet(*generator.normal(size=(2, 10, 60))))


def test_one_excerpt_is_no_set() -> None:
    with pytest.raises(InputError, match="at least 2 members in each, got 1"):
        feature_frechet(np.zeros((1, 3)), np.zeros((5, 3)))
