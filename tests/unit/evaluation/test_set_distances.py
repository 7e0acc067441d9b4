"""MMD, coverage, extrapolation, MGEval and framewise figures against plain re-implementations."""

import numpy as np
import pytest
from scipy.stats import gaussian_kde

from segue.errors import InputError
from segue.evaluation.distances.coverage import NEIGHBOURS, coverage
from segue.evaluation.distances.extrapolation import MIN_MEMBERS, extrapolated_frechet
from segue.evaluation.distances.framewise import framewise
from segue.evaluation.distances.frechet import Gaussian, frechet_distance
from segue.evaluation.distances.mgeval import mgeval
from segue.evaluation.distances.mmd import mmd, mmd_interval
from segue.evaluation.types import FloatArray
from segue.metrics import FramewiseOverlap


def normal(seed: int, n: int, *, size: int = 4, shift: float = 0.0) -> FloatArray:
    return np.random.default_rng(seed).normal(shift, 1.0, (n, size))


def mmd_by_its_definition(x: FloatArray, y: FloatArray) -> float:
    distances = [np.linalg.norm(a - b) for i, a in enumerate(x) for b in x[:i]]
    width = np.median(np.square(distances))

    def kernel(a: FloatArray, b: FloatArray) -> float:
        return float(np.exp(-((a - b) ** 2).sum() / (2 * width)))

    within = [
        np.mean([kernel(a, b) for i, a in enumerate(rows) for j, b in enumerate(rows) if i != j])
        for rows in (x, y)
    ]
    return float(sum(within) - 2 * np.mean([kernel(a, b) for a in x for b in y]))


def test_mmd_is_its_definition() -> None:
    x, y = normal(0, 12), normal(1, 9, shift=1.0)
    assert mmd(x, y) == pytest.approx(mmd_by_its_definition(x, y))


def test_mmd_of_one_distribution_is_about_nothing_and_sees_a_shift() -> None:
    found = mmd_interval(normal(0, 150), normal(1, 150), seed=0, n_resamples=50)
    assert found.low < 0 < found.high
    assert mmd_interval(normal(0, 150), normal(1, 150, shift=0.7), seed=0, n_resamples=50).low > 0


def test_mmd_needs_pairs_and_takes_sets_of_one_point() -> None:
    with pytest.raises(InputError, match="at least 2 members"):
        mmd(normal(0, 1), normal(1, 5))
    same = np.zeros((5, 3))
    assert mmd(same, same) == 0.0


def coverage_by_its_definition(x: FloatArray, y: FloatArray) -> dict[str, float]:
    def reach(rows: FloatArray, i: int) -> float:
        return sorted(float(np.linalg.norm(rows[i] - r)) for r in rows)[NEIGHBOURS]

    def inside(a: FloatArray, rows: FloatArray, i: int) -> bool:
        return float(np.linalg.norm(a - rows[i])) <= reach(rows, i)

    n, m = range(len(x)), range(len(y))
    return {
        "precision": float(np.mean([any(inside(y[j], x, i) for i in n) for j in m])),
        "recall": float(np.mean([any(inside(x[i], y, j) for j in m) for i in n])),
        "density": float(np.mean([sum(inside(y[j], x, i) for i in n) / NEIGHBOURS for j in m])),
        "coverage": float(np.mean([any(inside(y[j], x, i) for j in m) for i in n])),
    }


def test_coverage_is_its_definition() -> None:
    x, y = normal(0, 20), normal(1, 15, shift=0.8)
    found = coverage(x, y, seed=0)
    assert found is not None
    values = {name: getattr(found, name).value for name in coverage_by_its_definition(x, y)}
    assert values == pytest.approx(coverage_by_its_definition(x, y))


def test_a_set_that_collapsed_is_precise_and_covers_little() -> None:
    x = normal(0, 100)
    found = coverage(x, x[:1] + 0.001 * normal(1, 100), seed=0)
    assert found is not None
    assert found.precision.value == 1.0
    assert found.recall.value < 0.05
    assert found.coverage.value < 0.3


def test_sets_without_neighbours_have_no_coverage() -> None:
    assert coverage(normal(0, NEIGHBOURS), normal(1, 50), seed=0) is None


def test_extrapolation_finds_the_distance_that_finite_sets_exaggerate() -> None:
    size, shift = 20, 0.5
    x, y = normal(0, 400, size=size), normal(1, 400, size=size, shift=shift)
    truth = size * shift**2
    plain = frechet_distance(Gaussian.fit(x, shrink=False), Gaussian.fit(y, shrink=False))

    found = extrapolated_frechet(x, y, seed=0)

    assert found is not None
    assert abs(found.value - truth) < abs(plain - truth)
    assert found.value == pytest.approx(truth, rel=0.15)


def test_too_few_members_are_not_extrapolated() -> None:
    assert extrapolated_frechet(normal(0, MIN_MEMBERS - 1), normal(1, 200), seed=0) is None


def test_mgeval_is_overlap_and_divergence_of_distances() -> None:
    x, y = normal(0, 60, size=3), normal(1, 60, size=3, shift=1.0)
    intra = [float(np.linalg.norm(a - b)) for i, a in enumerate(x) for b in x[:i]]
    inter = [float(np.linalg.norm(a - b)) for a in x for b in y]
    grid = np.linspace(0, 12, 4001)
    p, q = gaussian_kde(intra)(grid), gaussian_kde(inter)(grid)
    step = grid[1] - grid[0]

    found = mgeval([{"f": row} for row in x], [{"f": row} for row in y])["f"]

    assert found.overlap == pytest.approx(float(np.minimum(p, q).sum() * step), abs=0.02)
    kl = float((p * np.log(np.maximum(p, 1e-12) / np.maximum(q, 1e-12))).sum() * step)
    assert found.kl == pytest.approx(kl, abs=0.02)


def test_mgeval_of_constant_features_is_defined() -> None:
    rows = [{"f": np.zeros(2)}] * 4
    found = mgeval(rows, rows)["f"]
    assert found.overlap == pytest.approx(1.0)
    assert found.kl == pytest.approx(0.0)
    assert mgeval(rows[:1], rows) == {}


def test_framewise_figures_by_hand() -> None:
    real = [FramewiseOverlap(0.8, 0.5), FramewiseOverlap(0.6, 0.5), None]
    made = [FramewiseOverlap(0.9, 0.4), FramewiseOverlap(0.5, 0.4)]

    found = framewise(real, made)

    assert found is not None
    assert found.pitch_consistency.value == pytest.approx(1.0)
    assert found.pitch_variance.value == 0.0  # 0.04 is more than twice 0.01
    assert found.duration_consistency.value == pytest.approx(0.8)
    assert found.duration_variance.value == 1.0
    assert framewise(real, made[:1]) is None
