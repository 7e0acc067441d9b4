"""Three sizes by one dial, and nothing that cannot be built."""

import pytest

from segue.errors import ConfigError
from segue.models.config import ModelConfig, Size
from segue.models.segue_vae import SegueVAE
from tests.unit.models.batches import SMALLEST


@pytest.mark.parametrize(
    ("size", "millions"), [("tiny", (0.2, 2)), ("small", (5, 12)), ("base", (30, 50))]
)
def test_sizes_have_the_parameters_they_promise(size: Size, millions: tuple[float, float]) -> None:
    model = SegueVAE(ModelConfig.for_size(size))

    least, most = millions
    assert least < sum(p.numel() for p in model.parameters()) / 1e6 < most
    assert model.config.size() == size


def test_a_size_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="tiny, small, base, got 'huge'"):
        ModelConfig.for_size("huge")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no size that this Segue trains"):
        SMALLEST.size()


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(
        ConfigError, match=r"layers must be at least 1.*multiple of 4 x heads \(8\)"
    ):
        ModelConfig(width=20, layers=0, heads=2, latents=1, encoder_width=1, sketch_width=1)
