"""The shape of the decoder, by one dial."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from segue.errors import ConfigError

DecoderSize = Literal["tiny", "small", "medium", "base"]


_LARGEST: Final = 2**13
"""Far above what Segue trains: a card that says more is damaged."""


def require_buildable(sizes: Mapping[str, int], *, largest: int, width: int, heads: int) -> None:
    """Refuse the shape of a network that cannot be built, or is far too large.

    `sizes`: all of its numbers by name, `width` and `heads` among them.

    Raises:
        ConfigError: all that is wrong.
    """
    wrong = [f"{k} must be at least 1, got {v}" for k, v in sizes.items() if v < 1]
    wrong += [f"{k} must be at most {largest}, got {v}" for k, v in sizes.items() if v > largest]
    if heads >= 1 and width % (4 * heads):
        wrong.append(f"width must be a multiple of 4 x heads ({4 * heads}), got {width}")
    if wrong:
        raise ConfigError("model: " + "; ".join(wrong))


@dataclass(frozen=True)
class DecoderConfig:
    """Widths and depths; `for_size` gives those that Segue trains."""

    width: int
    """D."""
    layers: int
    heads: int
    context: int = 2048
    """The most events that the decoder reads, prompt and new ones together: as many as the windows
    had that it was trained on."""
    max_bars: int = 64
    """The most bars in a window."""
    slices: int = 0
    """L, latents that are read of each cell to be written; 0: this decoder reads none."""
    latent_width: int = 0
    """Z, numbers a latent."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        sizes = dict(vars(self))
        if not self.slices and not self.latent_width:
            del sizes["slices"], sizes["latent_width"]
        require_buildable(sizes, largest=_LARGEST, width=self.width, heads=self.heads)

    @classmethod
    def for_size(cls, size: DecoderSize) -> "DecoderConfig":
        """`tiny` for tests, `small` and `medium` for a laptop's cores, `base` for a GPU.

        Raises:
            ConfigError: there is no such size.
        """
        if size not in _SIZES:
            raise ConfigError(f"size must be one of {', '.join(_SIZES)}, got {size!r}")
        return _SIZES[size]

    def size(self) -> DecoderSize:
        """The size that this is the configuration of.

        Raises:
            ConfigError: it is of none.
        """
        alone = replace(self, slices=0, latent_width=0, context=DecoderConfig.context)
        for size, config in _SIZES.items():
            if config == alone:
                return size
        raise ConfigError(
            f"a model of no size that this Segue trains ({', '.join(_SIZES)}): {self}"
        )


_SIZES: Final[dict[DecoderSize, DecoderConfig]] = {
    "tiny": DecoderConfig(width=96, layers=2, heads=2),
    "small": DecoderConfig(width=288, layers=5, heads=4),
    "medium": DecoderConfig(width=288, layers=10, heads=4),
    "base": DecoderConfig(width=512, layers=11, heads=8),
}
"""About 0.4, 6, 11 and 38 million parameters. `medium` is `small` made deeper."""
