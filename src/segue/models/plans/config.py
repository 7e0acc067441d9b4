"""The shape of the network that denoises plans."""

from dataclasses import dataclass

from segue.diffusion.config import DenoiserConfig
from segue.models.plans.columns import FLAGS

__all__ = ["PlanConfig"]


@dataclass(frozen=True)
class PlanConfig:
    """Widths and depth, and the latents of a cell."""

    slices: int = 8
    """L, of the VAE of cells."""
    latent_width: int = 16
    """Z, of the VAE of cells."""
    width: int = 256
    """D."""
    heads: int = 8
    layers: int = 5

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        _ = self.core

    @property
    def latents(self) -> int:
        """Numbers that say what is in a cell."""
        return self.slices * self.latent_width

    @property
    def core(self) -> DenoiserConfig:
        """Of the denoiser, whose tokens are cells: latents, and flags that say silence."""
        return DenoiserConfig(
            latents=self.latents + FLAGS, width=self.width, heads=self.heads, layers=self.layers
        )
