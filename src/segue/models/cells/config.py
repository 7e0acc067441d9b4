"""The shape of the VAE of cells."""

from dataclasses import dataclass
from typing import Final

from segue.errors import ConfigError

_LARGEST: Final = 2**12
"""Far above what Segue trains: a card that says more is damaged."""


@dataclass(frozen=True)
class CellVAEConfig:
    """Widths and depths."""

    width: int = 128
    """D."""
    heads: int = 4
    encoder_layers: int = 1
    decoder_layers: int = 2
    slices: int = 8
    """L, latents a cell: one for each equal slice of its bar."""
    latent_width: int = 16
    """Z, numbers a latent."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        wrong = [f"{k} must be at least 1, got {v}" for k, v in vars(self).items() if v < 1]
        wrong += [
            f"{k} must be at most {_LARGEST}, got {v}"
            for k, v in vars(self).items()
            if v > _LARGEST
        ]
        if self.heads >= 1 and self.width % (4 * self.heads):
            wrong.append(
                f"width must be a multiple of 4 x heads ({4 * self.heads}), got {self.width}"
            )
        if wrong:
            raise ConfigError("model: " + "; ".join(wrong))
