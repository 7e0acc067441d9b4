"""The settings of a training run: frozen records with a default for everything.

A run's TOML file is a `segue.training.run_config.RunConfig`, with a table `[training]`.
"""

from dataclasses import dataclass, field
from math import inf
from typing import Literal

from segue.diffusion.config import DenoiserConfig
from segue.diffusion.schedule import N_LEVELS
from segue.errors import ConfigError
from segue.models.cells.config import CellVAEConfig
from segue.models.decoder_config import DecoderConfig, DecoderSize

Precision = Literal["auto", "bf16-mixed", "32-true"]


@dataclass(frozen=True)
class ExampleConfig:
    """How windows are cut, and what of them is hidden or given, as shares of windows."""

    events: int = DecoderConfig.context
    """T, events a window; a model reads as many at once as it was trained on."""
    continuation: float = 0.6
    """Whose last bars are masked; of the others bars, parts or both are."""
    from_nothing: float = 0.1
    """Of the continuations, those of which nothing is visible."""
    controls: float = 0.5
    """In which some controls are given."""
    key: float = 0.4
    """In which the key is given."""
    tempo: float = 0.8
    """In which the tempo is given."""
    parts: float = 0.35
    """In which it is given which parts play in each masked bar."""
    latents: float = 0.5
    """In which the latents of the masked cells are given, where a VAE of cells says what they are;
    0 where there is none."""
    recalled: float = 0.5
    """Of those, the ones in which they are the latents of bars that the masked ones may be like."""
    mistakes: float = 0.65
    """In which some of the masked notes before the next are read with another pitch or length."""
    transpose: bool = True
    """Move each window by -5 to +6 semitones."""

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        shares = [name for name in vars(self) if name not in ("events", "transpose")]
        _refuse(
            _at_least(self, 16, "events")
            + [
                f"{name}: must be in 0..1, got {getattr(self, name)}"
                for name in shares
                if not 0 <= getattr(self, name) <= 1
            ]
        )


@dataclass(frozen=True)
class OptimiserConfig:
    """Muon for the hidden matrices, AdamW for the rest; warm-up, then constant, then down to 0."""

    muon_lr: float = 0.012
    adam_lr: float = 1.5e-3
    warm_up: int = 50
    """Steps from 0 to the full rate."""
    decay: float = 0.2
    """How long the rate falls to 0, beside the steps before: 1: half of the run, 90: nearly all."""
    weight_decay: float = 0.05
    clip: float = 1.0
    """The largest norm of the gradient."""
    ema: float = 0.995
    """Of the averaged weights, which are the ones that are kept."""

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        positive = [n for n in ("muon_lr", "adam_lr", "clip") if not getattr(self, n) > 0]
        problems = [f"{name}: must be above 0, got {getattr(self, name)}" for name in positive]
        problems += _at_least(self, 0, "warm_up", "weight_decay")
        if not 0 <= self.decay < inf:
            problems.append(f"decay: must be at least 0, and finite, got {self.decay}")
        if not 0 <= self.ema < 1:
            problems.append(f"ema: must be at least 0 and below 1, got {self.ema}")
        _refuse(problems)


@dataclass(frozen=True)
class RunSettings:
    """How long and how fast any network is trained.

    The rate goes up, stays, and falls to 0 in a *decay*: with the last of `steps`, or from any step
    on, when a file `decay` is put into the run's folder.
    """

    steps: int = 20_000
    """At most."""
    batch: int = 3
    """B, examples a step and device."""
    seed: int = 1
    checkpoint_minutes: float = 5.0
    """What a crash may cost; Ctrl-C costs nothing."""
    validate_every: int = 250
    """Steps between looks at the validation split."""
    validate_windows: int = 48
    """Examples that a look takes in."""
    workers: int = 0
    """Processes that prepare examples while a step is computed; 0: done between steps, which is
    fast enough where steps take more than a tenth of a second."""
    precision: Precision = "auto"
    """`bf16-mixed`, `32-true`, or `auto`: bf16 where the machine computes in it."""
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        problems = _at_least(self, 1, "steps", "batch", "validate_every", "validate_windows")
        _refuse(problems + _at_least(self, 0, "seed", "workers", "checkpoint_minutes"))


@dataclass(frozen=True)
class TrainingConfig(RunSettings):
    """A run of Segue's model; its examples are windows.

    The same configuration and seed give the same weights on the same machine.
    """

    size: DecoderSize = "small"
    compile: bool = False
    """Compile the decoder: on a GPU, or where there is a C++ compiler and it measures faster."""
    data: ExampleConfig = field(default_factory=ExampleConfig)

    @classmethod
    def fine_tuning(cls, size: DecoderSize) -> "TrainingConfig":
        """For weights that know music already: fewer and gentler steps."""
        gentle = OptimiserConfig(muon_lr=0.004, adam_lr=4e-4, warm_up=100, decay=1.0, ema=0.99)
        return cls(size=size, steps=1000, batch=2, validate_every=100, optimiser=gentle)


@dataclass(frozen=True)
class CellTrainingConfig(RunSettings):
    """A run of the VAE of cells; its examples are bars, with all their cells."""

    batch: int = 48
    validate_windows: int = 64
    model: CellVAEConfig = field(default_factory=CellVAEConfig)
    beta: float = 0.02
    """The weight of a nat of KL, beside a nat of the notes."""
    optimiser: OptimiserConfig = field(
        default_factory=lambda: OptimiserConfig(
            muon_lr=0.02, adam_lr=3e-3, warm_up=30, decay=0.35, weight_decay=0.0, ema=0.99
        )
    )

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        super().__post_init__()
        _refuse(_at_least(self, 0, "beta"))


@dataclass(frozen=True)
class LatentTrainingConfig(RunSettings):
    """A run of a network that denoises latents; its examples are sequences of them."""

    batch: int = 128
    validate_windows: int = 1024
    model: DenoiserConfig = field(default_factory=DenoiserConfig)
    levels: int = N_LEVELS
    """T, of noise."""
    min_snr: float | None = None
    """Levels with a higher ratio of signal to noise count as much as one of this; None: all levels
    alike, which weighs the clean latents' error by that ratio, plus 1."""
    optimiser: OptimiserConfig = field(
        default_factory=lambda: OptimiserConfig(
            muon_lr=0.01, adam_lr=1e-3, warm_up=100, decay=0.35, weight_decay=0.01, ema=0.999
        )
    )

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        super().__post_init__()
        problems = _at_least(self, 1, "levels")
        if self.min_snr is not None and not self.min_snr > 0:
            problems.append(f"min_snr: must be above 0, got {self.min_snr}")
        _refuse(problems)


def _at_least(config: object, least: int, *names: str) -> list[str]:
    return [
        f"{name}: must be at least {least}, got {getattr(config, name)}"
        for name in names
        if not getattr(config, name) >= least
    ]


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ConfigError("\n".join(problems))
