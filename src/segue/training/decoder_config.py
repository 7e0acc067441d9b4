"""How the decoder is trained: frozen records with a default for everything."""

from dataclasses import dataclass, field

from segue.errors import ConfigError
from segue.models.decoder_config import DecoderSize
from segue.training.config import OptimiserConfig, Precision
from segue.training.examples import ExampleConfig


@dataclass(frozen=True)
class DecoderTraining:
    """A run. The same configuration and seed give the same weights on the same machine.

    The rate goes up, stays, and falls to 0 only when a *decay* begins: with the last steps of
    `steps`, or at any checkpoint, when a file `decay` is put into the run's folder.
    """

    size: DecoderSize = "small"
    steps: int = 100_000
    """At most."""
    batch: int = 6
    """B, windows a step and device."""
    seed: int = 1
    checkpoint_minutes: float = 5.0
    """What a crash may cost; Ctrl-C costs nothing."""
    validate_every: int = 250
    """Steps between looks at the validation split."""
    validate_windows: int = 48
    workers: int = 0
    """Processes that prepare windows; 0 will do unless there is a GPU."""
    compile: bool = False
    """Compile the decoder: on a GPU, or where there is a C++ compiler and it measures faster."""
    precision: Precision = "auto"
    data: ExampleConfig = field(default_factory=ExampleConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        least = {"steps": 1, "batch": 1, "validate_every": 1, "validate_windows": 1}
        least |= {"seed": 0, "workers": 0, "checkpoint_minutes": 0}
        problems = [
            f"{name}: must be at least {value}, got {getattr(self, name)}"
            for name, value in least.items()
            if getattr(self, name) < value
        ]
        if problems:
            raise ConfigError("\n".join(problems))
