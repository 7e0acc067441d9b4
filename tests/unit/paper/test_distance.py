"""The paper's FID is the Frechet distance of pooled notes, by another way of reckoning too."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from segue.errors import InputError
from segue.evaluation.distances.frechet import Gaussian, frechet_distance
from segue.evaluation.types import FloatArray
from segue.paper.corruptions import scatter
from segue.paper.distance import column_distance, column_moments
from tests.strategies import SEEDS
from tests.unit.paper.experiments import tables

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "pytorch_fid.json").read_text())
"""By pytorch-fid's own function (scripts/write_fid_golden.py)."""


def songs(seed: int) -> FloatArray:
    return tables(seed).astype(np.float64)


def by_matrix_root(real: FloatArray, other: FloatArray) -> float:
    """d^2 by the square root of the covariances' product, as the FID is commonly reckoned."""
    rows = [each.reshape(-1, 6) for each in (real, other)]
    means = [each.mean(axis=0) for each in rows]
    covariances = [np.cov(each, rowvar=False) for each in rows]
    root = np.real(sqrtm(covariances[0] @ covariances[1]))
    between = ((means[0] - means[1]) ** 2).sum()
    return float(between + sum(np.trace(each) for each in covariances) - 2 * np.trace(root))


@given(SEEDS, SEEDS, st.floats(-40, 40))
def test_it_is_what_a_matrix_square_root_gives(one: int, other: int, louder: float) -> None:
    real, made = songs(one), songs(other)
    made[..., 1] += louder

    found = column_distance(column_moments(real), made)
    assert found == pytest.approx(by_matrix_root(real, made), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("case", GOLDEN["cases"])
def test_it_is_what_pytorch_fid_gives(case: dict[str, Any]) -> None:
    real, made = (
        Gaussian(mean=np.array(each["mean"]), covariance=np.array(each["covariance"]))
        for each in case["moments"]
    )
    assert frechet_distance(real, made) == pytest.approx(case["distance"], rel=1e-9)


@given(SEEDS)
def test_moments_are_those_of_all_notes_together(seed: int) -> None:
    real = songs(seed)
    found = column_moments(real)

    np.testing.assert_allclose(found.mean, real.reshape(-1, 6).mean(axis=0))
    np.testing.assert_allclose(found.covariance, np.cov(real.reshape(-1, 6), rowvar=False))


@given(SEEDS)
def test_it_cannot_see_which_notes_are_of_one_song(seed: int) -> None:
    real = songs(seed)
    dealt = scatter(list(real), np.random.default_rng(seed))

    assert column_distance(column_moments(real), dealt) == pytest.approx(0, abs=1e-6)


def test_notes_that_are_no_numbers_are_left_out() -> None:
    real = songs(1)
    spoilt = real.copy()
    spoilt[:, ::2, 4] = np.nan

    expected = column_distance(column_moments(real), list(real[:, 1::2]))
    assert column_distance(column_moments(real), list(spoilt)) == pytest.approx(expected)
    assert np.isnan(column_distance(column_moments(real), list(np.full_like(real, np.inf))))
    with pytest.raises(InputError, match="at least 2 notes, got 1"):
        column_moments([real[0, :1]])
