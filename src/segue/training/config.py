"""What a training run is told: frozen records with a default for everything.

A run's TOML file is a `segue.training.run_config.RunConfig`, with a table `[training]`.
"""

from dataclasses import dataclass, field
from typing import Literal

from segue.errors import ConfigError
from segue.models.config import Design, Size
from segue.models.segue_vae import Learns

Precision = Literal["auto", "bf16-mixed", "32-true"]


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

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        shares = ("continuation", "latents", "plan_cut", "no_look_back", "controls")
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

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        positive = [n for n in ("muon_lr", "adam_lr", "clip") if not getattr(self, n) > 0]
        problems = [f"{name}: must be above 0, got {getattr(self, name)}" for name in positive]
        problems += _at_least(self, 0, "warm_up", "weight_decay")
        if not 0 <= self.decay <= 1:
            problems.append(f"decay: must be in 0..1, got {self.decay}")
        if not 0 <= self.ema < 1:
            problems.append(f"ema: must be at least 0 and below 1, got {self.ema}")
        _refuse(problems)


@dataclass(frozen=True)
class ObjectiveConfig:
    """The weights of the loss's terms."""

    kl_target: float = 150.0
    """Nats a bar that the latents should carry; the KL's weight (beta) moves until they do."""
    beta: float = 0.002
    """Where beta begins."""
    beta_rate: float = 0.01
    """How fast beta moves, in its logarithm, a step; 0 holds it."""
    sketch: float = 0.25
    """Weight of z's memoryless reading."""
    sketch_steps: int = 1000
    """Steps at the start in which only the posterior and its memoryless reading learn; fine-tuning
    has none. Then the decoder learns alone."""
    joint: float = 0.0
    """The last share of all steps, in which all learn together; no gain was seen of it yet."""

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        problems = _at_least(self, 0, "beta", "beta_rate", "sketch", "sketch_steps")
        if not 0 <= self.joint <= 1:
            problems.append(f"joint: must be in 0..1, got {self.joint}")
        if not self.kl_target > 0:
            problems.append(f"kl_target: must be above 0, got {self.kl_target}")
        _refuse(problems)


@dataclass(frozen=True)
class TrainingConfig:
    """A run. The same configuration and seed give the same weights on the same machine."""

    size: Size = "small"
    design: Design = "segue"
    """`segue`; or, to be compared with it, `no-latents` or `plain` (see `segue.models.config`)."""
    steps: int = 10_000
    batch: int = 16
    """B, windows a step and device."""
    seed: int = 1
    checkpoint_minutes: float = 5.0
    """What a crash may cost; Ctrl-C costs nothing."""
    validate_every: int = 250
    """Steps between looks at the validation split."""
    validate_windows: int = 64
    workers: int = 0
    """Processes that prepare windows while a step is computed; 0: done between steps, which is
    fast enough where steps take more than a tenth of a second."""
    compile: bool = False
    """Compile the decoder: faster steps after a minute's wait; needs a C++ compiler."""
    precision: Precision = "auto"
    """`bf16-mixed`, `32-true`, or `auto`: bf16 where the machine computes in it."""
    data: DataConfig = field(default_factory=DataConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        problems = _at_least(self, 1, "steps", "batch", "validate_every", "validate_windows")
        problems += _at_least(self, 0, "seed", "workers", "checkpoint_minutes")
        if self.design != "segue" and self.data.latents:
            problems.append(
                f"data.latents: must be 0 in the design {self.design}, which has none, "
                f"got {self.data.latents}"
            )
        _refuse(problems)

    @property
    def sketch_steps(self) -> int:
        """Steps without the decoder: what the objective says, but never half of a short run; none
        where there are no latents.
        """
        if self.design != "segue":
            return 0
        return min(self.objective.sketch_steps, self.steps // 2)

    def learns(self, step: int) -> Learns:
        """What step number `step` moves."""
        if step < self.sketch_steps:
            return Learns.SKETCH
        return (
            Learns.ALL if self.steps - step <= self.objective.joint * self.steps else Learns.DECODER
        )

    @classmethod
    def fine_tuning(cls, size: Size, design: Design = "segue") -> "TrainingConfig":
        """For weights that know music already: fewer and gentler steps."""
        data = DataConfig() if design == "segue" else DataConfig(latents=0.0)
        gentle = OptimiserConfig(muon_lr=0.004, adam_lr=4e-4, warm_up=100, decay=0.5, ema=0.99)
        return cls(
            size=size,
            design=design,
            steps=1000,
            batch=8,
            validate_every=100,
            data=data,
            optimiser=gentle,
            objective=ObjectiveConfig(sketch_steps=0),
        )


def _at_least(config: object, least: int, *names: str) -> list[str]:
    return [
        f"{name}: must be at least {least}, got {getattr(config, name)}"
        for name in names
        if getattr(config, name) < least
    ]


def _refuse(problems: list[str]) -> None:
    if problems:
        raise ConfigError("\n".join(problems))
