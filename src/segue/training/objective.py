"""The loss of a step, from the terms of the model, and the weight of its KL.

The evidence lower bound of Kingma and Welling (2014) with weight beta on the KL (Higgins et al.
2017), and the sketch's own loss beside it. All is told per event, in nats.
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from segue.encoding.sequence import ATTRIBUTES
from segue.models.segue_vae import Terms
from segue.training.config import ObjectiveConfig

_LEAST_BETA: Final = 0.0005
_MOST_BETA: Final = 1.0
_ACTIVE_KL: Final = 0.01
"""Nats a bar; a dimension that carries less is the prior's."""


@dataclass
class Beta:
    """The weight of the KL: it rises while latents carry more than the target, falls while less."""

    value: float

    def update(self, kl_per_bar: float, config: ObjectiveConfig) -> None:
        """Move towards the target, a step."""
        error = min(1.0, max(-1.0, kl_per_bar / config.kl_target - 1))
        moved = self.value * (1 + config.beta_rate * error)
        self.value = min(_MOST_BETA, max(_LEAST_BETA, moved))


def loss_of(terms: Terms, beta: float, config: ObjectiveConfig) -> Tensor:
    """What is minimised, a scalar in nats an event.

    In the steps of the sketch the decoder's term is 0; in the decoder's, the others are constants.
    """
    events = terms.events.clamp(min=1)
    nll: Tensor = terms.nll.sum() / events
    kl: Tensor = terms.kl.sum() / events
    sketch = (terms.sketch_nll.sum() + terms.marginal_nll.sum()) / events
    return nll + beta * kl + config.sketch * sketch


def measures(terms: Terms) -> dict[str, float]:
    """The terms as numbers to log, in nats: an event by attribute, KL a bar; active dimensions."""
    events = float(terms.events.clamp(min=1))
    values = {
        f"nll/{name}": float(n) / events for name, n in zip(ATTRIBUTES, terms.nll, strict=True)
    }
    values["nll/event"] = float(terms.nll.sum()) / events
    values["sketch/event"] = float(terms.sketch_nll.sum() / terms.sketched.clamp(min=1))
    unsketched = (terms.events - terms.sketched).clamp(min=1)
    values["marginal/event"] = float(terms.marginal_nll.sum() / unsketched)
    kl = terms.kl / terms.bars.clamp(min=1)
    values["kl/bar"] = float(kl.sum())
    values["kl/active_dimensions"] = float((kl > _ACTIVE_KL).sum())
    return values


def add_terms(terms: list[Terms]) -> Terms:
    """The terms of several batches together."""
    return Terms(
        **{
            name: torch.stack([getattr(t, name) for t in terms]).sum(0)
            for name in Terms.__dataclass_fields__
        }
    )
