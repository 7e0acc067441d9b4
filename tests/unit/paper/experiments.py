"""Tiny experiments: a few songs, the smallest of models, two epochs."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from segue.models.paper_vae import PaperModelConfig
from segue.paper.config import DataConfig, ExperimentConfig, TrainingConfig
from segue.paper.data import ExperimentData, prepare_data

NOTES = 12
N_SONGS = 40


def tables(seed: int = 1, n_songs: int = N_SONGS, n_notes: int = NOTES) -> npt.NDArray[np.float32]:
    """Note tables of random songs whose notes go on in time, (songs, notes, 6)."""
    random = np.random.default_rng(seed)
    shape = (n_songs, n_notes)
    key = random.integers(48, 60, (n_songs, 1))
    steps = random.choice([0, 2, 4, 5, 7, 9, 11, 12], shape)
    instrument = np.sort(random.integers(0, 2, shape), axis=1)
    program = np.where(instrument == 0, random.integers(0, 4, (n_songs, 1)), 33)
    onset = np.cumsum(random.choice([0.0, 0.25, 0.5], shape), axis=1)
    columns = [key + steps, random.integers(60, 100, shape), instrument, program, onset]
    columns.append(random.choice([0.2, 0.4], shape))
    return np.stack(columns, axis=-1).astype(np.float32)


def write_array(folder: Path, **changes: Any) -> Path:
    """The songs as a packed .npy file."""
    path = folder / "notes.npy"
    np.save(path, tables(**changes))
    return path


def settings(**changes: Any) -> ExperimentConfig:
    """Two epochs of a tiny model; `changes` by the field's dotted name with __ for the dot."""
    parts: dict[str, dict[str, Any]] = {
        "data": {},
        "model": {
            "notes": NOTES, "embedding": 3, "hidden": 6, "decoder_hidden": 12, "latents": 4,
        },
        "training": {
            "epochs": 2, "batch": 8, "fid_every": 1, "checkpoint_minutes": 0.0, "threads": 1,
        },
    }  # fmt: skip
    rest: dict[str, Any] = {"betas": (1.0,)}
    for name, value in changes.items():
        part, _, field = name.partition("__")
        if field:
            parts[part][field] = value
        else:
            rest[part] = value
    return ExperimentConfig(
        data=DataConfig(**parts["data"]),
        model=PaperModelConfig(**parts["model"]),
        training=TrainingConfig(**parts["training"]),
        **rest,
    )


def data_in(folder: Path, config: ExperimentConfig | None = None) -> ExperimentData:
    """The prepared songs of `write_array`."""
    config = config or settings()
    return prepare_data(write_array(folder), folder / "data", config.data, config.model.notes)
