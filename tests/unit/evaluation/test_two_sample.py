"""The classifier: blind where there is nothing to see, and right about what it saw."""

import numpy as np
import pytest

from segue.errors import InputError
from segue.evaluation import tell_apart
from segue.evaluation.distances.two_sample import area_under_curve

N_TREES = 30


def test_two_sets_of_one_kind_are_not_told_apart() -> None:
    generator = np.random.default_rng(1)

    test = tell_apart(*generator.normal(size=(2, 120, 8)), seed=0, n_trees=N_TREES)

    assert test.auc.low < 0.5 < test.auc.high


def test_the_feature_that_differs_is_the_telling_one() -> None:
    generator = np.random.default_rng(2)
    real, generated = generator.normal(size=(2, 100, 6))
    generated[:, 4] += 4.0

    test = tell_apart(real, generated, seed=0, n_trees=N_TREES)

    assert test.auc.value > 0.98
    assert int(np.argmax(test.importance)) == 4


def test_sees_that_two_features_no_longer_go_together() -> None:
    generator = np.random.default_rng(3)
    real = np.repeat(generator.normal(size=(150, 1)), 2, axis=1)
    generated = generator.normal(size=(150, 2))

    assert tell_apart(real, generated, seed=0, n_trees=N_TREES).auc.value > 0.85


def test_is_a_function_of_the_seed() -> None:
    sets = np.random.default_rng(4).normal(size=(2, 40, 3))

    again = [tell_apart(*sets, seed=7, n_trees=N_TREES) for _ in range(2)]

    assert again[0].auc == again[1].auc
    assert again[0].importance.tolist() == again[1].importance.tolist()


def test_takes_of_one_prompt_do_not_give_each_other_away() -> None:
    """Six prompts, twenty takes each: every take is marked by its prompt and by nothing else."""
    generator = np.random.default_rng(5)
    prompt = np.repeat(np.arange(6), 20)
    real = generator.normal(size=(120, 3))
    generated = real[prompt] + 0.01 * generator.normal(size=(120, 3))

    alone = tell_apart(real[10:], generated, seed=0, n_trees=N_TREES)
    grouped = tell_apart(real[10:], generated, seed=0, groups=prompt.tolist(), n_trees=N_TREES)

    assert alone.auc.value > 0.9
    assert grouped.auc.value < 0.75


def test_four_excerpts_are_too_few() -> None:
    with pytest.raises(InputError, match="at least 5 independent excerpts in each, got 4 real"):
        tell_apart(np.zeros((4, 2)), np.zeros((9, 2)), seed=0)


@pytest.mark.parametrize("seed", range(5))
def test_the_area_under_the_curve_counts_pairs(seed: int) -> None:
    generator = np.random.default_rng(seed)
    real, generated = generator.integers(0, 5, 30) / 1.0, generator.integers(1, 6, 20) / 1.0
    pairs = [(b > a) + (b == a) / 2 for a in real for b in generated]

    assert area_under_curve(real, generated) == pytest.approx(np.mean(pairs))


def test_takes_of_one_prompt_make_the_area_less_sure() -> None:
    random = np.random.default_rng(0)
    real, prompts = random.normal(size=(80, 4)), random.normal(0.7, 1, size=(20, 4))
    takes = np.repeat(prompts, 4, axis=0)
    groups = np.repeat(np.arange(20), 4).tolist()

    found = tell_apart(real, takes, seed=0, groups=groups, n_trees=20)
    sure = tell_apart(real, random.normal(0.7, 1, size=(80, 4)), seed=0, n_trees=20)

    assert found.auc.high - found.auc.low > sure.auc.high - sure.auc.low
