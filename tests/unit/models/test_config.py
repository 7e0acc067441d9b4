"""Four sizes by one dial, and nothing that cannot be built."""

import pytest

from segue.errors import ConfigError
from segue.models.decoder import Decoder
from segue.models.decoder_config import DecoderConfig, DecoderSize
from tests.unit.models.decoders import SHAPE


@pytest.mark.parametrize(
    ("size", "millions"),
    [("tiny", (0.2, 2)), ("small", (5, 8)), ("medium", (9, 14)), ("base", (30, 50))],
)
def test_sizes_have_the_parameters_they_promise(
    size: DecoderSize, millions: tuple[float, float]
) -> None:
    model = Decoder(DecoderConfig.for_size(size))

    least, most = millions
    assert least < sum(p.numel() for p in model.parameters()) / 1e6 < most
    assert model.config.size() == size


def test_a_size_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match="tiny, small, medium, base, got 'huge'"):
        DecoderConfig.for_size("huge")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no size that this Segue trains"):
        SHAPE.size()


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(
        ConfigError, match=r"layers must be at least 1.*multiple of 4 x heads \(8\)"
    ):
        DecoderConfig(width=20, layers=0, heads=2)


def test_more_than_any_model_of_segue_is_refused() -> None:
    with pytest.raises(ConfigError, match="layers must be at most 8192, got 1000000"):
        DecoderConfig(width=32, layers=10**6, heads=2)
