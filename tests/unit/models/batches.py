"""Batches and tiny models for tests."""

from random import Random

import numpy as np
import torch

from segue.models.batch import Batch
from segue.models.config import ModelConfig
from segue.models.segue_vae import SegueVAE
from segue.score import Score
from tests.strategies import random_track
from tests.unit.encoding.windows import Masked, Task, masked_window

SMALLEST = ModelConfig(
    width=16, layers=2, heads=2, latents=4, encoder_width=16, sketch_width=8, context=64, max_bars=8
)
TASKS = (Task.CONTINUE, Task.INFILL, Task.REDO_TRACKS, Task.COMPOSE)


def smallest_model(seed: int = 1, config: ModelConfig = SMALLEST) -> SegueVAE:
    """A model that computes in a millisecond, its gates and outputs moved away from 0."""
    torch.manual_seed(seed)
    model = SegueVAE(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model.eval()


def random_score(random: Random, *, n_tracks: int = 3) -> Score:
    """Up to three bars of 4/4 that repeat themselves now and then, as music does."""
    tracks = [random_track(random, n_notes=6, max_tick=1100) for _ in range(n_tracks)]
    return Score(ticks_per_quarter=96, tracks=tuple(tracks))


def batch_of(windows: list[Masked]) -> Batch:
    """Windows side by side; every event counts, and latents are given in the written bars."""
    sequences = [window.sequence() for window in windows]
    n_events = max(len(sequence) for sequence in sequences)
    n_bars = max(len(window.bars) for window in windows)
    columns = [np.pad(s.columns, ((0, n_events - len(s)), (0, 0))) for s in sequences]
    events = np.array([np.arange(n_events - 1) < len(s) - 1 for s in sequences])

    def padded(rows: list[np.ndarray]) -> np.ndarray:
        pads = ((0, n_bars - len(row)) for row in rows)
        return np.stack(
            [
                np.pad(row, [pad] + [(0, 0)] * (row.ndim - 1))
                for row, pad in zip(rows, pads, strict=True)
            ]
        )

    return Batch(
        columns=torch.from_numpy(np.stack(columns)),
        weights=torch.from_numpy(events).float(),
        masked_parts=torch.from_numpy(padded([s.masked_parts for s in sequences])).float(),
        latent_given=torch.from_numpy(padded([window.written for window in windows])),
        look_back=torch.ones(len(windows), dtype=torch.bool),
    )


def a_batch(seed: int = 1) -> Batch:
    """A window of each task, of random music."""
    random = Random(seed)
    return batch_of([masked_window(random_score(random), task, random) for task in TASKS])


def n_events(batch: Batch, row: int) -> int:
    """How many events a row has, without padding."""
    return int(batch.weights[row].sum()) + 1
