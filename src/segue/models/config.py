"""The shape of Segue's own model, by one dial."""

from dataclasses import dataclass
from typing import Final, Literal

from segue.errors import ConfigError

Size = Literal["tiny", "small", "base"]


@dataclass(frozen=True)
class ModelConfig:
    """Widths and depths; `for_size` gives the three that Segue trains."""

    width: int
    """D, of the decoder."""
    layers: int
    heads: int
    latents: int
    """Z, of each bar's latent."""
    encoder_width: int
    """Of the posterior's network."""
    sketch_width: int
    """Of the memoryless reading of z."""
    context: int = 1024
    """The most events that the decoder reads, prompt and new ones together."""
    max_bars: int = 64
    """The most bars in a window."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        wrong = [f"{k} must be at least 1, got {v}" for k, v in vars(self).items() if v < 1]
        if self.heads >= 1 and self.width % (4 * self.heads):
            wrong.append(
                f"width must be a multiple of 4 x heads ({4 * self.heads}), got {self.width}"
            )
        if wrong:
            raise ConfigError("model: " + "; ".join(wrong))

    @classmethod
    def for_size(cls, size: Size) -> "ModelConfig":
        """`tiny` for tests, `small` for a laptop's two cores, `base` for a GPU."""
        if size not in _SIZES:
            raise ConfigError(f"size must be one of {', '.join(_SIZES)}, got {size!r}")
        return _SIZES[size]

    def size(self) -> Size:
        """The size that this is the configuration of.

        Raises:
            ConfigError: it is of none of the three.
        """
        for size, config in _SIZES.items():
            if config == self:
                return size
        raise ConfigError(
            f"a model of no size that this Segue trains ({', '.join(_SIZES)}): {self}"
        )


_SIZES: Final[dict[Size, ModelConfig]] = {
    "tiny": ModelConfig(
        width=64, layers=2, heads=2, latents=16, encoder_width=64, sketch_width=48, context=512
    ),
    "small": ModelConfig(
        width=256, layers=5, heads=4, latents=64, encoder_width=192, sketch_width=192
    ),
    "base": ModelConfig(
        width=512, layers=10, heads=8, latents=96, encoder_width=384, sketch_width=256, context=2048
    ),
}
