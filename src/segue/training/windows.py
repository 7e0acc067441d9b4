"""Windows of a corpus as training examples, and examples as batches.

Example number i of a run is a function of (corpus, options, seed, i) alone: a run that was killed
goes on with the very examples that it would have seen, on any number of devices.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from segue.corpus import CorpusStore
from segue.encoding.sequence import N_COLUMNS
from segue.encoding.vocabulary import N_PARTS, IntArray
from segue.errors import CorpusError
from segue.models.batch import Batch
from segue.training.config import DataConfig
from segue.training.cutting import Window, cut_window, has_score_metre
from segue.training.masking import Example, make_example

__all__ = ["Example", "Window", "Windows", "batches", "collate"]

_ATTEMPTS: Final = 50
_LEAST_SHARE: Final = 8
"""One note for so many events of room, at least: emptier windows teach little."""


class Windows(Dataset[Example]):
    """All windows that a run may see, by number."""

    def __init__(
        self,
        store: CorpusStore,
        songs: IntArray,
        config: DataConfig,
        *,
        seed: int,
        length: int,
        max_bars: int,
    ) -> None:
        self.store, self.songs, self.config = store, songs, config
        self.seed, self.length, self.max_bars = seed, length, max_bars

    def __len__(self) -> int:
        """How many examples the run has."""
        return self.length

    def __getitem__(self, index: int) -> Example:
        """Example number `index`.

        Raises:
            CorpusError: the songs are too short, or the store is damaged.
        """
        rng = np.random.default_rng([self.seed, index])
        return make_example(self._draw(rng), self.config, rng)

    def window(self, index: int) -> Window:
        """The window that example number `index` is made of."""
        return self._draw(np.random.default_rng([self.seed, index]))

    def _draw(self, rng: np.random.Generator) -> Window:
        """A window with music in it: of a random song, from a random note on."""
        for _ in range(_ATTEMPTS):
            song = self.store.song(int(rng.choice(self.songs)))
            if not has_score_metre(song):
                continue
            last = max(1, len(song) - self.config.events // 2)
            window = cut_window(
                song,
                int(rng.integers(last)),
                events=self.config.events,
                max_bars=self.max_bars,
            )
            if window is not None and len(window.table) >= self.config.events // _LEAST_SHARE:
                return window
        raise CorpusError(
            f"{self.store.path}: {_ATTEMPTS} times in a row a song had no window of "
            f"{self.config.events // _LEAST_SHARE} notes or more in whole bars; give longer songs, "
            "or another data.events"
        )


def batches(
    windows: Windows, numbers: Iterable[list[int]], *, events: int, max_bars: int, workers: int = 0
) -> Iterator[Batch]:
    """A batch of the windows of each list of numbers, prepared ahead by `workers` processes."""
    shape = partial(collate, events=events, max_bars=max_bars)
    yield from DataLoader(windows, batch_sampler=numbers, collate_fn=shape, num_workers=workers)


def collate(examples: list[Example], *, events: int, max_bars: int) -> Batch:
    """Examples side by side, padded to `events` and `max_bars`: a run's shapes never change."""
    size = len(examples)
    columns = np.zeros((size, events, N_COLUMNS), np.int64)
    weights = np.zeros((size, events - 1), np.float32)
    masked_parts = np.zeros((size, max_bars, N_PARTS), np.float32)
    given = np.zeros((size, max_bars), bool)
    for i, example in enumerate(examples):
        rows = example.sequence.columns[:events]
        columns[i, : len(rows)] = rows
        weights[i, : len(rows) - 1] = example.weights[: len(rows) - 1]
        masked_parts[i, : len(example.masked_parts)] = example.masked_parts
        given[i, : len(example.latent_given)] = example.latent_given
    return Batch(
        columns=torch.from_numpy(columns),
        weights=torch.from_numpy(weights),
        masked_parts=torch.from_numpy(masked_parts),
        latent_given=torch.from_numpy(given),
        look_back=torch.tensor([example.look_back for example in examples]),
    )
