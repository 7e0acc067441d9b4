"""Signal and noise sum to one, and nothing that is noised is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.diffusion.schedule import NoiseSchedule
from segue.errors import ConfigError
from tests.unit.diffusion.denoisers import latents

SCHEDULES = st.integers(1, 300).map(NoiseSchedule)


@given(SCHEDULES)
def test_signal_and_noise_sum_to_one_and_the_signal_falls(schedule: NoiseSchedule) -> None:
    levels = range(schedule.n_levels + 1)
    for level in levels:
        assert schedule.signal(level) ** 2 + schedule.noise(level) ** 2 == pytest.approx(1)

    assert schedule.signal(0) == 1
    assert (np.diff(schedule.power) < 0).all()
    assert schedule.power[-1] > 0  # else nothing could be divided by it
    assert schedule.signal(schedule.n_levels) < 0.05


@given(SCHEDULES, st.data())
def test_the_velocity_says_what_is_clean(schedule: NoiseSchedule, data: st.DataObject) -> None:
    level = data.draw(st.integers(0, schedule.n_levels))
    clean, noise = latents(1, 2, 3, 4), latents(2, 2, 3, 4)
    noisy, velocity = (f(clean, noise, level) for f in (schedule.noised, schedule.velocity))

    np.testing.assert_allclose(schedule.clean(noisy, velocity, level), clean, atol=1e-5)


@given(SCHEDULES, st.integers(1, 400))
def test_steps_go_down_to_nothing_by_equal_steps(schedule: NoiseSchedule, steps: int) -> None:
    levels = schedule.levels(steps)
    down = -np.diff(levels)

    assert (levels[0], levels[-1]) == (schedule.n_levels, 0)
    assert len(down) == min(steps, schedule.n_levels)
    assert down.min() >= 1
    assert down.max() - down.min() <= 1


def test_a_schedule_without_levels_is_refused() -> None:
    with pytest.raises(ConfigError, match="n_levels: must be at least 1, got 0"):
        NoiseSchedule(0)
