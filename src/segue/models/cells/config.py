"""The shape of the VAE of cells."""

from dataclasses import dataclass
from typing import Final

from segue.models.decoder_config import require_buildable

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
        require_buildable(vars(self), largest=_LARGEST, width=self.width, heads=self.heads)
