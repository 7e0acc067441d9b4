"""The batches of a run, for one of its devices: step by step in training, and for validation.

Which windows a step sees follows from the step, the device and the seed alone.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch

from segue.corpus import CorpusStore
from segue.encoding.vocabulary import IntArray
from segue.models.batch import Batch
from segue.training.config import TrainingConfig
from segue.training.windows import Windows, batches

TRAIN: Final = "train"
VALID: Final = "valid"
_VALIDATION_SEED: Final = 7_000_000
"""Validation windows are the same in every run."""


class Feed:
    """A corpus as the batches of a run.

    Attributes:
        notices: what whoever watches the run should know of the corpus.
    """

    def __init__(self, store: CorpusStore, config: TrainingConfig, *, max_bars: int) -> None:
        """Choose the songs: where the corpus is too small to be split, all of them for both."""
        self.store, self.config, self.max_bars = store, config, max_bars
        self.notices: list[str] = []
        self._songs = {name: store.split(name) for name in (TRAIN, VALID)}
        empty = [name for name, songs in self._songs.items() if not len(songs)]
        if empty:
            everything = np.arange(len(store))
            self._songs = dict.fromkeys(self._songs, everything)
            self.notices.append(
                f"too few songs for a {' and a '.join(empty)} split: all {len(store)} are trained "
                "on and validated on, which cannot tell learning from learning by heart"
            )

    def training(
        self, *, first_step: int, rank: int, world: int, device: torch.device
    ) -> Iterator[Batch]:
        """The batches from a step to the last, for device number `rank` of `world`."""
        size, steps = self.config.batch, self.config.steps
        begins = ((step * world + rank) * size for step in range(first_step, steps))
        return self._batches(
            self._windows(TRAIN, seed=self.config.seed, length=steps * size * world),
            (list(range(begin, begin + size)) for begin in begins),
            device=device,
            workers=self.config.workers,
        )

    def validation(self, *, rank: int, world: int, device: torch.device) -> Iterator[Batch]:
        """This device's share of the validation windows; one window at least."""
        size = self.config.batch
        count = max(self.config.validate_windows, world)
        mine = range(rank, count, world)
        return self._batches(
            self._windows(VALID, seed=_VALIDATION_SEED, length=count),
            (list(mine[begin : begin + size]) for begin in range(0, len(mine), size)),
            device=device,
        )

    def _windows(self, split: str, *, seed: int, length: int) -> Windows:
        songs: IntArray = self._songs[split]
        return Windows(
            self.store, songs, self.config.data, seed=seed, length=length, max_bars=self.max_bars
        )

    def _batches(
        self,
        windows: Windows,
        numbers: Iterator[list[int]],
        *,
        device: torch.device,
        workers: int = 0,
    ) -> Iterator[Batch]:
        shape = {"events": self.config.data.events, "max_bars": self.max_bars}
        for batch in batches(windows, numbers, workers=workers, **shape):
            yield batch.to(device)
