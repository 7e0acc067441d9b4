"""The shape of the network that denoises."""

from dataclasses import dataclass
from typing import Final

from segue.errors import ConfigError

__all__ = ["DenoiserConfig"]

_LARGEST: Final = 2**13
"""Far above what Segue trains: a card that says more is damaged."""


@dataclass(frozen=True)
class DenoiserConfig:
    """Widths and depth."""

    latents: int = 16
    """Z, numbers a token."""
    about: int = 0
    """C, numbers that say what each token is of; 0: nothing is said."""
    width: int = 256
    """D."""
    heads: int = 4
    layers: int = 4

    def __post_init__(self) -> None:
        """Refuse what cannot be built, all at once."""
        sizes = vars(self)
        least = {name: 0 if name == "about" else 1 for name in sizes}
        wrong = [
            f"{name}: must be in {least[name]}..{_LARGEST}, got {value}"
            for name, value in sizes.items()
            if not least[name] <= value <= _LARGEST
        ]
        if self.heads >= 1 and self.width % (2 * self.heads):
            wrong.append(
                f"width: must be a multiple of 2 x heads ({2 * self.heads}), got {self.width}"
            )
        if wrong:
            raise ConfigError("\n".join(wrong))
