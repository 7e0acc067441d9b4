"""Tiny corpora and the shortest of runs, for tests of training."""

from pathlib import Path
from typing import Any

from segue.corpus import CorpusOptions, CorpusStore, build_corpus
from segue.training.config import DataConfig, ObjectiveConfig, TrainingConfig
from segue.training.loop import Trainer
from tests.tunes import Version, tune, write_folder
from tests.unit.models.batches import smallest_model

EVENTS = 64
N_SONGS = 8
OPTIONS = CorpusOptions(near_duplicates=False)


def write_songs(folder: Path, n_songs: int = N_SONGS) -> Path:
    """A folder of MIDI files that have nothing in common."""
    version = Version(n_notes=60)
    return write_folder(folder, {f"{n}.mid": tune(n, version) for n in range(n_songs)})


def build_tiny(folder: Path, n_songs: int = N_SONGS) -> CorpusStore:
    """A corpus of a few songs, in all of the three splits if there are as many."""
    songs = write_songs(folder / "songs", n_songs)
    build_corpus([songs], folder / "corpus", OPTIONS, workers=1)
    return CorpusStore.open(folder / "corpus")


def settings(**changes: Any) -> TrainingConfig:
    """Six steps of two windows of 64 events, two of the sketch alone, validated twice."""
    shortest: dict[str, Any] = {
        "size": "tiny",
        "steps": 6,
        "batch": 2,
        "validate_every": 3,
        "validate_windows": 3,
        "data": DataConfig(events=EVENTS),
        "objective": ObjectiveConfig(sketch_steps=2),
    }
    return TrainingConfig(**{**shortest, **changes})


def trainer(store: CorpusStore, folder: Path, **changes: Any) -> Trainer:
    """A run of `settings` on the CPU, of a model that is far smaller than tiny."""
    model = smallest_model()
    return Trainer(settings(**changes), store, folder, start_from=model, accelerator="cpu")
