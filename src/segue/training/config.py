"""What a training run is told."""

from dataclasses import dataclass, field

from segue.errors import ConfigError
from segue.models.config import Size


@dataclass(frozen=True)
class DataConfig:
    """How windows are drawn from the corpus, and what is hidden of them."""

    events: int = 512
    """T, events a window."""
    continuation: float = 0.6
    """Share of windows whose last bars are masked; of the others bars, parts or both are."""
    latents: float = 0.5
    """Share of windows in which the decoder sees latents of masked bars."""
    plan_cut: float = 0.4
    """Among those, the share whose last masked bars have none."""
    no_look_back: float = 0.2
    """Among those, the share without look-back, so that the latents are needed."""
    controls: float = 0.5
    """Share of windows in which some controls are told."""
    transpose: bool = True
    """Move each window by -5 to +6 semitones."""


@dataclass(frozen=True)
class OptimiserConfig:
    """Muon for the hidden matrices, AdamW for the rest; constant after a warm-up, then down to 0."""

    muon_lr: float = 0.02
    adam_lr: float = 2e-3
    warm_up: int = 50
    """Steps from 0 to the full rate."""
    decay: float = 0.25
    """The last share of all steps, over which the rate falls to 0."""
    weight_decay: float = 0.05
    clip: float = 1.0
    """The largest norm of the gradient."""
    ema: float = 0.995
    """Of the averaged weights, which are the ones that are kept."""


@dataclass(frozen=True)
class ObjectiveConfig:
    """The weights of the loss's terms."""

    kl_target: float = 24.0
    """Nats a bar that the latents should carry; the KL's weight (beta) moves until they do."""
    beta: float = 0.1
    """Where beta begins."""
    beta_rate: float = 0.01
    """How fast beta moves, in its logarithm, a step; 0 holds it."""
    sketch: float = 0.25
    """Weight of z's memoryless reading."""


@dataclass(frozen=True)
class TrainingConfig:
    """A run. The same configuration and seed give the same weights on the same machine."""

    size: Size = "small"
    steps: int = 10_000
    batch: int = 16
    """B, windows a step and device."""
    seed: int = 1
    checkpoint_minutes: float = 5.0
    """What a crash may cost."""
    validate_every: int = 250
    """Steps between looks at the validation split."""
    validate_windows: int = 64
    compile: bool = False
    """Compile the decoder: faster steps after a minute's wait; needs a C++ compiler."""
    precision: str = "auto"
    """`bf16-mixed`, `32-true`, or `auto`: bf16 where the machine computes in it."""
    data: DataConfig = field(default_factory=DataConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        wrong = [
            f"{name} must be at least 1, got {getattr(self, name)}"
            for name in ("steps", "batch", "validate_every", "validate_windows")
            if getattr(self, name) < 1
        ]
        if self.data.events < 16:
            wrong.append(f"data.events must be at least 16, got {self.data.events}")
        shares = ("continuation", "latents", "plan_cut", "no_look_back", "controls")
        wrong += [
            f"data.{name} must be in 0..1, got {getattr(self.data, name)}"
            for name in shares
            if not 0 <= getattr(self.data, name) <= 1
        ]
        if self.precision not in ("auto", "bf16-mixed", "32-true"):
            wrong.append(f"precision must be auto, bf16-mixed or 32-true, got {self.precision!r}")
        if wrong:
            raise ConfigError("training: " + "; ".join(wrong))
