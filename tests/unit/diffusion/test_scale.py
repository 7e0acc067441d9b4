"""Scaled latents have mean 0 and deviation 1, and come back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.diffusion.scale import LatentScale
from segue.errors import ConfigError
from tests.strategies import SEEDS
from tests.unit.diffusion.denoisers import latents


@given(SEEDS, st.floats(0.01, 100), st.floats(-100, 100))
def test_scaled_latents_have_mean_0_and_deviation_1_and_come_back(
    seed: int, deviation: float, mean: float
) -> None:
    values = latents(seed, 40, 3, 2) * np.float32(deviation) + np.float32(mean)
    scale = LatentScale.fit(values)
    scaled = scale.encode(values)

    np.testing.assert_allclose(scaled.mean(axis=(0, 1)), 0, atol=0.02)
    np.testing.assert_allclose(scaled.std(axis=(0, 1)), 1, rtol=0.02)
    np.testing.assert_allclose(scale.decode(scaled), values, rtol=1e-3, atol=1e-3)
    assert (np.abs(scaled) <= scale.bound).mean() > 0.99


def test_a_channel_that_never_changes_has_a_scale_too() -> None:
    values = np.ones((5, 2), np.float32)
    scale = LatentScale.fit(values)

    assert not scale.encode(values).any()
    assert np.array_equal(scale.decode(scale.encode(values)), values)


@pytest.mark.parametrize(
    "wrong", [((0.0,), (1.0, 1.0), 1.0), ((float("nan"),), (1.0,), 1.0), ((0.0,), (0.0,), 1.0)]
)
def test_what_is_no_scale_is_refused(wrong: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(ConfigError, match="scale: "):
        LatentScale(*wrong)  # type: ignore[arg-type]
