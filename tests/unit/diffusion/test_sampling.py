"""What samplers promise: by theory, where the best denoiser is known, and beside diffusers."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.diffusion.sampling import (
    Plan,
    denoise_by_velocity,
    sample,
)
from segue.diffusion.schedule import NoiseSchedule
from segue.errors import ConfigError
from tests.strategies import SEEDS
from tests.unit.diffusion.denoisers import (
    SCHEDULE,
    Told,
    best_of_gaussian,
    draw,
    knows,
    latents,
    rngs,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "diffusers.json").read_text("utf-8"))

PLANS = st.builds(Plan, steps=st.sampled_from([1, 2, 7, 100, None]), eta=st.floats(0, 1))
SIZES = st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(1, 4))


@given(PLANS, SIZES, SEEDS)
def test_a_denoiser_that_knows_the_answer_is_followed_exactly(
    plan: Plan, size: tuple[int, int, int], seed: int
) -> None:
    answer = latents(seed, *size)

    assert np.array_equal(draw(knows(answer), size, seed, plan=plan), answer)


@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_samples_of_the_best_denoiser_have_the_data_s_distribution(eta: float) -> None:
    made = draw(best_of_gaussian(0.7, 0.4), (6000, 1, 1), plan=Plan(None, eta))

    assert made.mean() == pytest.approx(0.7, abs=0.02)
    assert made.std() == pytest.approx(0.4, abs=0.02)
    skewness = (((made - made.mean()) / made.std()) ** 3).mean()
    assert abs(skewness) < 0.15


def test_ddim_with_all_levels_and_eta_1_takes_ddpm_s_steps() -> None:
    """Ho et al. (2020), equation 7: the mean and the deviation of each step."""
    noise = latents(3, 101, 1, 2, 3)
    denoise, power = best_of_gaussian(0.3, 0.8), SCHEDULE.power
    x = noise[0].astype(np.float64)
    for level in range(100, 0, -1):
        beta, left, left_before = (
            1 - power[level] / power[level - 1], 1 - power[level], 1 - power[level - 1]
        )  # fmt: skip
        clean = denoise(x.astype(np.float32), level)
        mean = np.sqrt(power[level - 1]) * beta * clean + np.sqrt(1 - beta) * left_before * x
        fresh = noise[101 - level] if level > 1 else 0.0
        x = mean / left + np.sqrt(left_before / left * beta) * fresh

    made = sample(denoise, [Told([n[0] for n in noise])], (2, 3), SCHEDULE, Plan.ddpm())

    np.testing.assert_allclose(made, x, atol=2e-5)


def test_half_the_steps_cost_order_one_of_accuracy() -> None:
    """DDIM follows an ordinary differential equation, as Euler's method does: the end of its
    Gaussian paths is known (for data of deviation s a start x ends at s x), and half the step
    halves the error, or better.
    """
    schedule = NoiseSchedule(4096)
    denoise, begin = best_of_gaussian(0, 0.5, schedule), [[[1.0]]]
    errors = []
    for steps in (32, 64, 128, 256):
        (end,) = sample(denoise, [Told(begin)], (1, 1), schedule, Plan(steps))
        errors.append(abs(end.item() - 0.5))

    assert all(finer < 0.6 * coarser for coarser, finer in pairwise(errors))


def test_the_levels_of_noise_are_diffusers_own() -> None:
    power = NoiseSchedule(len(GOLDEN["power"])).power[1:]

    np.testing.assert_allclose(power, GOLDEN["power"], rtol=1e-4)


@pytest.mark.parametrize(
    "case",
    [*GOLDEN["ddim"], GOLDEN["ddpm"]],
    ids=["ddim, eta 0", "ddim, eta 0.6", "ddim, eta 1", "ddpm"],
)
def test_a_walk_ends_where_diffusers_ends(case: dict[str, Any]) -> None:
    schedule = NoiseSchedule(len(GOLDEN["power"]))
    denoise = denoise_by_velocity(lambda x, share: np.sin(3 * x) - 0.5 * x, schedule)
    noise = [GOLDEN["begin"], *case["noise"]]
    told = [Told([each[index] for each in noise]) for index in range(len(GOLDEN["begin"]))]

    made = sample(denoise, told, (3, 2), schedule, Plan(case["steps"], case["eta"]))

    np.testing.assert_allclose(made, case["end"], rtol=1e-3, atol=1e-3)


def test_a_sample_does_not_depend_on_those_beside_it() -> None:
    together = draw(best_of_gaussian(0, 1), (4, 3, 2), plan=Plan(5, 0.5))
    alone = sample(best_of_gaussian(0, 1), rngs(4)[2:3], (3, 2), SCHEDULE, Plan(5, 0.5))

    assert np.array_equal(together[2:3], alone)


def test_without_fresh_noise_the_noise_that_it_begins_with_decides() -> None:
    denoise = best_of_gaussian(0, 1)

    assert np.array_equal(draw(denoise, (2, 3, 2), 1), draw(denoise, (2, 3, 2), 1))
    assert not np.array_equal(draw(denoise, (2, 3, 2), 1), draw(denoise, (2, 3, 2), 2))


def test_clean_values_are_bounded_only_if_asked() -> None:
    far = np.full((1, 2, 2), 9.0, np.float32)

    assert draw(knows(far), (1, 2, 2)).max() == 9
    assert draw(knows(far), (1, 2, 2), plan=Plan(bound=3.0)).max() == 3


def test_values_out_of_range_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"steps: .* got 0\neta: .*\nbound: "):
        Plan(steps=0, eta=2.0, bound=-1.0)
