"""An exponential moving average of weights: what is validated and kept."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class WeightAverage:
    """The average of a network's weights over the last 1 / (1 - decay) steps or so."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights: dict[str, Tensor] = {
            name: value.detach().clone() for name, value in model.state_dict().items()
        }

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Move towards the weights after a step; quickly at first, when they change most."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            self.weights[name].lerp_(value, 1 - decay)

    def state_dict(self) -> dict[str, Tensor]:
        """The averaged weights."""
        return self.weights

    def load_state_dict(self, weights: dict[str, Tensor]) -> None:
        """Take up an average that was saved."""
        self.weights = dict(weights)

    @contextmanager
    def in_place_of(self, model: nn.Module) -> Iterator[None]:
        """Within, the network has the averaged weights."""
        own = copy.deepcopy(model.state_dict())
        model.load_state_dict(self.weights)
        try:
            yield
        finally:
            model.load_state_dict(own)
