"""A run's TOML file: where the corpus is, where the run goes, and a table of settings.

`configs/` in the repository has one for each kind of run.
"""

from dataclasses import dataclass, field
from pathlib import Path

from segue.training.config import TrainingConfig


@dataclass(frozen=True)
class RunConfig:
    """A run's TOML file; what the command line says goes before it."""

    corpus: Path | None = None
    """A corpus, packed or not, or a folder or archive of MIDI files to build one from."""
    out: Path | None = None
    """The run's folder."""
    start_from: str | None = None
    """Fine-tune this model: the name of a shipped one, or a folder that training wrote."""
    cells: Path | None = None
    """The folder of a VAE of cells, whose latents the model learns to read."""
    training: TrainingConfig = field(default_factory=TrainingConfig)
