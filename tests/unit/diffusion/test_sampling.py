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
    Known,
    Latents,
    Mask,
    Plan,
    Reference,
    Start,
    block_means,
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
    options: list[dict[str, Any]] = [{}, {"start": Start(latents(seed + 1, *size), 0.5)}]
    for more in options:
        assert np.array_equal(draw(knows(answer), size, seed, plan=plan, **more), answer)


@given(PLANS, SIZES, SEEDS, st.booleans(), st.integers(1, 3))
def test_known_tokens_come_back_unchanged(
    plan: Plan, size: tuple[int, int, int], seed: int, flagged: bool, repeats: int
) -> None:
    values = latents(seed, *size)
    mask = np.random.default_rng(seed).random(size[:2]) < 0.5
    known = Known(values, mask, flagged=flagged, repeats=repeats)
    made = draw(best_of_gaussian(0, 1), size, seed + 1, plan=plan, known=known)

    assert np.array_equal(made[mask], values[mask])
    assert not (made[~mask] == values[~mask]).any()


@pytest.mark.parametrize("flagged", [True, False])
def test_what_is_flagged_is_clean_and_what_is_not_has_the_level_s_noise(flagged: bool) -> None:
    mask = np.array([[True, False]] * 500)
    seen: list[tuple[int, Latents, Mask]] = []

    def denoise(noisy: Latents, level: int, flags: Mask) -> Latents:
        seen.append((level, noisy[:, 0].copy(), flags))
        return np.zeros_like(noisy)

    known = Known(np.full((500, 2, 3), 4.0, np.float32), mask, flagged=flagged)
    draw(denoise, (500, 2, 3), plan=Plan(steps=4), known=known)

    assert len(seen) == 4
    for level, first, flags in seen:
        signal, noise = (1, 0) if flagged else (SCHEDULE.signal(level), SCHEDULE.noise(level))
        assert np.array_equal(flags, mask & flagged)
        assert first.mean() == pytest.approx(4 * signal, abs=0.1)
        assert first.std() == pytest.approx(noise, abs=0.1)


def test_repeated_steps_make_the_rest_agree_better_with_what_is_known() -> None:
    """Both tokens are always equal; the best denoiser of that knows no flags."""

    def denoise(noisy: Latents, level: int, flagged: Mask) -> Latents:
        signal, noise = SCHEDULE.signal(level), SCHEDULE.noise(level)
        mean = noisy.mean(axis=1, keepdims=True)
        trust = signal / (signal**2 + noise**2 / 2)
        return np.broadcast_to(trust * mean, noisy.shape).astype(np.float32)

    values, mask = latents(1, 400, 2, 1), np.array([[True, False]] * 400)
    apart = []
    for repeats in (1, 8):
        known = Known(values, mask, flagged=False, repeats=repeats)
        made = draw(denoise, (400, 2, 1), plan=Plan(steps=20, eta=1), known=known)
        apart.append(float(np.abs(made[:, 0] - made[:, 1]).mean()))

    assert apart[1] < 0.7 * apart[0]


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
        clean = denoise(x.astype(np.float32), level, np.zeros((1, 2), np.bool_))
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
    denoise = denoise_by_velocity(lambda x, share, flags: np.sin(3 * x) - 0.5 * x, schedule)
    noise = [GOLDEN["begin"], *case["noise"]]
    told = [Told([each[index] for each in noise]) for index in range(len(GOLDEN["begin"]))]

    made = sample(denoise, told, (3, 2), schedule, Plan(case["steps"], case["eta"]))

    np.testing.assert_allclose(made, case["end"], rtol=1e-3, atol=1e-3)


def test_the_strength_is_how_far_a_sample_gets_from_its_start() -> None:
    start = latents(5, 300, 4, 2)
    apart = []
    for strength in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        made = draw(
            best_of_gaussian(0, 1), (300, 4, 2), plan=Plan(20), start=Start(start, strength)
        )
        apart.append(float(np.square(made - start).mean()))

    assert apart[0] == 0
    assert (np.diff(apart) > 0).all()
    assert apart[-1] == pytest.approx(2, abs=0.1)  # of two draws that know nothing of each other


@given(PLANS, st.integers(1, 5), SIZES, SEEDS)
def test_what_the_filter_leaves_of_a_sample_is_the_reference_s(
    plan: Plan, block: int, size: tuple[int, int, int], seed: int
) -> None:
    low_pass = block_means(block)
    values = 3 * latents(seed, *size)
    followed = Reference(values, low_pass)
    made = draw(best_of_gaussian(0, 1), size, seed + 1, plan=plan, reference=followed)

    np.testing.assert_allclose(low_pass(made), low_pass(values), atol=1e-4)
    np.testing.assert_allclose(low_pass(low_pass(values)), low_pass(values), atol=1e-5)
    if block > 1 and size[1] > 1:
        assert np.abs(made - values).max() > 1e-3


def test_a_reference_that_is_followed_for_a_part_of_the_way_is_followed_less() -> None:
    values = np.full((200, 4, 1), 3.0, np.float32)
    apart = []
    for until in (0.0, 0.3, 0.7, 1.0):
        followed = Reference(values, block_means(4), until)
        made = draw(best_of_gaussian(0, 1), (200, 4, 1), plan=Plan(25), reference=followed)
        apart.append(3 - float(made.mean()))

    assert apart == sorted(apart)
    assert apart[0] == pytest.approx(0, abs=1e-4)
    assert apart[-1] > 2


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


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Plan(steps=0, eta=2.0, bound=-1.0), "steps: .* got 0\neta: .*\nbound: "),
        (lambda: Known(latents(1, 1, 1, 1), np.ones((1, 1), np.bool_), repeats=0), "repeats: "),
        (lambda: Start(latents(1, 1, 1, 1), 1.5), "strength: must be in 0..1, got 1.5"),
        (lambda: Reference(latents(1, 1, 1, 1), block_means(2), -0.1), "until: must be in"),
        (lambda: block_means(0), "size: must be at least 1"),
    ],
)
def test_values_out_of_range_are_refused(make: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()
