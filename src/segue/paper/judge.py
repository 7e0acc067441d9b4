"""Both distances of sampled songs against the validation split, as they are logged.

- `columns`: the paper's FID, over raw note columns (`distance`).
- `order`: over the features of a network that sees order (`order_network`), which is trained once
  an experiment and kept in its folder.
- `outside_midi`: the share of notes that MIDI cannot hold.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch

from segue.encoding.paper import share_outside_midi
from segue.errors import CheckpointError
from segue.evaluation.distances.frechet import feature_frechet
from segue.evaluation.types import FloatArray
from segue.files import make_folder
from segue.paper.corruptions import CORRUPTIONS
from segue.paper.data import ExperimentData
from segue.paper.distance import column_distance, column_moments
from segue.paper.order_network import OrderNetwork, song_features, train_order_network
from segue.training.state import read_tensors, write_tensors

__all__ = ["MEASURES", "Judge"]

MEASURES: Final = ("columns", "order", "outside_midi")
NETWORK_NAME: Final = "order-network.pt"
_STEPS: Final = 400
"""Of the order network's training."""
_SEED: Final = 1
_MOST_REAL: Final = 4000
"""Training songs that the network learns from, at most."""


class Judge:
    """Measures sets of songs against an experiment's validation split."""

    def __init__(self, data: ExperimentData, folder: Path, *, steps: int | None = None) -> None:
        """Train the order network, or take the one in `folder`.

        Raises:
            CheckpointError: the network there is damaged.
        """
        self._real = list(_notes(data, "valid"))
        self._moments = column_moments(self._real)
        self._network = _network_in(folder, data, _STEPS if steps is None else steps)
        self._features = song_features(self._network, self._real)

    def __call__(self, tables: Sequence[FloatArray]) -> dict[str, float]:
        """`MEASURES` of note tables, (n, 6) each."""
        features = song_features(self._network, tables)
        order = feature_frechet(self._features, features) if len(features) > 1 else float("nan")
        pooled = np.concatenate(list(tables))
        return {
            "columns": column_distance(self._moments, tables),
            "order": order,
            "outside_midi": share_outside_midi(pooled) if len(pooled) else float("nan"),
        }

    def sensitivity(self, data: ExperimentData) -> dict[str, dict[str, float]]:
        """What both distances see: `MEASURES` of the test split as it is, and spoilt in each way.

        The first row is as near as real songs of this number come.
        """
        real = list(_notes(data, "test"))
        found = {"real songs (the test split)": self(real)}
        for name, spoil in CORRUPTIONS.items():
            found[name] = self(spoil(real, np.random.default_rng(_SEED)))
        return found


def _notes(data: ExperimentData, split: str, most: int | None = None) -> Sequence[FloatArray]:
    """The songs of a split as models would give them: coded and back."""
    raw = np.asarray(data.splits[split][:most])
    notes: Sequence[FloatArray] = data.representation.notes(data.representation.code(raw))  # type: ignore[assignment]
    return notes


def _network_in(folder: Path, data: ExperimentData, steps: int) -> OrderNetwork:
    path = folder / NETWORK_NAME
    weights = read_tensors(path, device=torch.device("cpu"))
    if weights is None:
        network = train_order_network(_notes(data, "train", _MOST_REAL), steps=steps, seed=_SEED)
        make_folder(folder)
        write_tensors(path, network.state_dict())
        return network
    network = OrderNetwork()
    try:
        network.load_state_dict(weights)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise CheckpointError(
            f"{path} is not the network of this Segue, and distances by another cannot be compared;"
            " begin in another folder"
        ) from error
    return network.eval()
