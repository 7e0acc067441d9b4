"""The shape of Segue's own model, by one dial; and of what it is compared with.

Beside Segue's design there are two *rungs* below it, which tell what each of its parts brings. They
have as many parameters as Segue's model of the same size, within a few in a hundred:

- `no-latents`: the decoder alone; no posterior, no reading of z, nothing where z would enter.
- `plain`: that, and nothing handed to the heads either, neither look-back nor precedents nor what
  sounds: a decoder-only transformer whose step is one event of several attributes, in the manner of
  the Multitrack Music Transformer (Dong et al. 2023). Unlike theirs it keeps Segue's events, with
  drums, velocities and bars written part by part, and predicts attributes in turn.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from segue.errors import ConfigError

Size = Literal["tiny", "small", "base"]
Design = Literal["segue", "no-latents", "plain"]


_LARGEST: Final = {
    "width": 8192,
    "layers": 128,
    "heads": 128,
    "latents": 4096,
    "encoder_width": 8192,
    "sketch_width": 8192,
    "context": 2**17,
    "max_bars": 4096,
}
"""Far above what Segue trains: a card that says more is damaged."""


@dataclass(frozen=True)
class ModelConfig:
    """Widths and depths; `for_size` gives those that Segue trains."""

    width: int
    """D, of the decoder."""
    layers: int
    heads: int
    latents: int
    """Z, of each bar's latent; 0: the model has none, and the next two widths are 0."""
    encoder_width: int
    """Of the posterior's network."""
    sketch_width: int
    """Of the memoryless reading of z."""
    context: int = 1024
    """The most events that the decoder reads, prompt and new ones together."""
    max_bars: int = 64
    """The most bars in a window."""
    look_back: bool = True
    """Whether the heads are handed what the music did before, and what sounds."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built, and what is larger than any model of Segue could be."""
        of_latents = ("latents", "encoder_width", "sketch_width")
        least = {k: 0 if k in of_latents else 1 for k in vars(self) if k != "look_back"}
        wrong = [
            f"{k} must be at least {n}, got {getattr(self, k)}"
            for k, n in least.items()
            if getattr(self, k) < n
        ]
        wrong += [
            f"{k} must be at most {n}, got {getattr(self, k)}"
            for k, n in _LARGEST.items()
            if getattr(self, k) > n
        ]
        if len({getattr(self, k) > 0 for k in of_latents}) > 1:
            told = ", ".join(f"{k} {getattr(self, k)}" for k in of_latents)
            wrong.append(f"{' and '.join(of_latents)} must be 0 together or not at all, got {told}")
        if self.heads >= 1 and self.width % (4 * self.heads):
            wrong.append(
                f"width must be a multiple of 4 x heads ({4 * self.heads}), got {self.width}"
            )
        if wrong:
            raise ConfigError("model: " + "; ".join(wrong))

    @classmethod
    def for_size(cls, size: Size, design: Design = "segue") -> "ModelConfig":
        """`tiny` for tests, `small` for a laptop's two cores, `base` for a GPU.

        Raises:
            ConfigError: there is no such size, or no such design.
        """
        if size not in _SIZES:
            raise ConfigError(f"size must be one of {', '.join(_SIZES)}, got {size!r}")
        if design not in get_args(Design):
            raise ConfigError(
                f"design must be one of {', '.join(get_args(Design))}, got {design!r}"
            )
        config = _SIZES[size]
        if design == "segue":
            return config
        width, layers = _ROOM_OF_LATENTS[size]
        return replace(
            config,
            width=width,
            layers=layers,
            latents=0,
            encoder_width=0,
            sketch_width=0,
            look_back=design == "no-latents",
        )

    def size(self) -> Size:
        """The size that this is the configuration of.

        Raises:
            ConfigError: it is of none of the three.
        """
        return self._named()[0]

    def design(self) -> Design:
        """The design that this is the configuration of.

        Raises:
            ConfigError: it is of no size that Segue trains.
        """
        return self._named()[1]

    def _named(self) -> tuple[Size, Design]:
        for size in _SIZES:
            for design in get_args(Design):
                if self.for_size(size, design) == self:
                    return size, design
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
_ROOM_OF_LATENTS: Final[dict[Size, tuple[int, int]]] = {
    "tiny": (96, 2),
    "small": (288, 5),
    "base": (512, 11),
}
"""Width and layers of a model without latents, so that it has as many parameters."""
