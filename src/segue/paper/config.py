"""The settings of the paper's experiment, as its TOML files and the run's folder hold them.

The defaults are those of the paper's section 4 where it gives them; `configs/paper-full.toml` names
every one.
"""

from dataclasses import dataclass, field
from typing import Literal

from segue.encoding.paper import NoteOrder
from segue.errors import ConfigError
from segue.models.paper_vae import PaperModelConfig

__all__ = ["DataConfig", "EncodingName", "ExperimentConfig", "Residence", "TrainingConfig"]

EncodingName = Literal["embedding", "tanh", "octuple"]
Residence = Literal["mapped", "memory", "shared", "device"]


@dataclass(frozen=True)
class DataConfig:
    """What songs are read, and as what."""

    encoding: EncodingName = "embedding"
    """`embedding`: the note table by embeddings and standardised times, what worked in the paper;
    `tanh`: tanh(x/127) of all columns, what failed; `octuple`: OctupleMIDI, what was tried first.
    """
    order: NoteOrder = "instrument"
    """Which notes of a song come first; `instrument` is the paper's."""
    start: Literal["file", "active"] = "file"
    """Whether a song begins where its file does, as in the paper, or at its first active bars."""
    songs: int | None = None
    """At most so many, drawn at random of all splits alike; by default all."""
    seed: int = 1
    """Of that draw, and of the split where the source has none."""
    residence: Residence = "memory"
    """Where the songs are while a model trains: `mapped` from the file, in `memory`, in `shared`
    memory for several processes, or on the `device` (section 4.3)."""

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        if self.songs is not None and self.songs < 1:
            raise ConfigError(f"songs: must be at least 1, got {self.songs}")
        if self.encoding == "octuple" and self.order == "instrument":
            raise ConfigError('order: must be "time" for octuples, which have no instruments')
        if self.seed < 0:
            raise ConfigError(f"seed: must be at least 0, got {self.seed}")


@dataclass(frozen=True)
class TrainingConfig:
    """How each model is trained (section 4)."""

    epochs: int = 100
    batch: int = 2048
    learning_rate: float = 1e-3
    """Adam's."""
    clip: float | None = None
    """The gradient's largest norm; the paper names none."""
    fid_every: int = 10
    """Epochs between samplings; the last epoch is always followed by one."""
    fid_samples: int | None = None
    """Songs in a sampling; by default as many as the validation split has, as in the paper."""
    checkpoint_minutes: float = 5.0
    """What a crash may cost, beside the epoch that it interrupts."""
    threads: int | None = None
    """CPU threads; by default as many as PyTorch takes."""

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        problems = [
            f"{name}: must be at least 1, got {getattr(self, name)}"
            for name in ("epochs", "batch", "fid_every")
            if getattr(self, name) < 1
        ]
        if not self.learning_rate > 0:
            problems.append(f"learning_rate: must be above 0, got {self.learning_rate}")
        if self.clip is not None and not self.clip > 0:
            problems.append(f"clip: must be above 0, got {self.clip}")
        if self.fid_samples is not None and self.fid_samples < 2:
            problems.append(f"fid_samples: must be at least 2, got {self.fid_samples}")
        if self.threads is not None and self.threads < 1:
            problems.append(f"threads: must be at least 1, got {self.threads}")
        if self.checkpoint_minutes < 0:
            problems.append(
                f"checkpoint_minutes: must be at least 0, got {self.checkpoint_minutes}"
            )
        if problems:
            raise ConfigError("\n".join(problems))


@dataclass(frozen=True)
class ExperimentConfig:
    """A sweep: a model for each beta and seed on the same songs."""

    betas: tuple[float, ...] = (1.0, 10.0, 20.0, 40.0, 80.0, 100.0)
    seeds: tuple[int, ...] = (1,)
    data: DataConfig = field(default_factory=DataConfig)
    model: PaperModelConfig = field(default_factory=PaperModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        problems = [f"betas: must be at least 0, got {beta}" for beta in self.betas if beta < 0]
        problems += [f"seeds: must be at least 0, got {seed}" for seed in self.seeds if seed < 0]
        for name in ("betas", "seeds"):
            values = getattr(self, name)
            if not values or len(set(values)) < len(values):
                problems.append(f"{name}: must name one or more, each once, got {list(values)}")
        if self.model.kind == "autoencoder" and len(self.betas) > 1:
            problems.append(f"betas: an autoencoder has no KL; name one, got {list(self.betas)}")
        if problems:
            raise ConfigError("\n".join(problems))
