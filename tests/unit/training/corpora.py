"""Tiny corpora and the shortest of runs, for tests of training."""

from pathlib import Path
from typing import Any

from segue.corpus import CorpusOptions, CorpusStore, build_corpus
from segue.models.decoder import Terms, Windows
from segue.models.decoder_config import DecoderConfig
from segue.training.config import ExampleConfig, TrainingConfig
from segue.training.decoder_task import DecoderTask
from segue.training.loop import Trainer
from segue.training.packing import Pack, pack_corpus
from tests.tunes import Version, tune, write_folder
from tests.unit.models.decoders import random_decoder

DecoderTrainer = Trainer[Windows, Terms]

EVENTS = 64
SMALLEST = DecoderConfig(width=16, layers=2, heads=2, context=EVENTS, max_bars=8)
N_SONGS = 8
OPTIONS = CorpusOptions(near_duplicates=False)


def write_songs(folder: Path, n_songs: int = N_SONGS, n_notes: int = 60) -> Path:
    """A folder of MIDI files that have nothing in common."""
    version = Version(n_notes=n_notes)
    return write_folder(folder, {f"{n}.mid": tune(n, version) for n in range(n_songs)})


def build_tiny(folder: Path, n_songs: int = N_SONGS, n_notes: int = 60) -> CorpusStore:
    """A corpus of a few songs, in all of the three splits if there are as many."""
    songs = write_songs(folder / "songs", n_songs, n_notes)
    build_corpus([songs], folder / "corpus", OPTIONS, workers=1)
    return CorpusStore.open(folder / "corpus")


def build_packs(folder: Path, n_songs: int = N_SONGS) -> Path:
    """A folder with the packed training set of such a corpus."""
    pack_corpus(build_tiny(folder, n_songs), folder / "pack")
    return folder / "pack"


def settings(**changes: Any) -> TrainingConfig:
    """Six steps of two windows of 64 events, validated twice."""
    shortest: dict[str, Any] = {
        "size": "tiny",
        "steps": 6,
        "batch": 2,
        "validate_every": 3,
        "validate_windows": 3,
        "data": ExampleConfig(events=EVENTS),
    }
    return TrainingConfig(**{**shortest, **changes})


def trainer(packs: Path, folder: Path, **changes: Any) -> DecoderTrainer:
    """A run of `settings` on the CPU, of a model that is far smaller than tiny."""
    train, valid = (Pack.open(packs / name) for name in ("train", "valid"))
    model = random_decoder(shape=SMALLEST)
    task = DecoderTask(settings(**changes), train, valid, start_from=model)
    return Trainer(task, folder, accelerator="cpu")
