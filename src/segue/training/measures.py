"""What a batch's terms say, as numbers to log."""

import torch

from segue.encoding.sequence import ATTRIBUTES
from segue.models.decoder import Terms
from segue.training.task import SumsT


def measures(terms: Terms) -> dict[str, float]:
    """The terms in nats an event, by attribute (`nll/pitch`, ...) and in all (`nll/event`)."""
    events = float(terms.events.clamp(min=1))
    values = {
        f"nll/{name}": float(n) / events for name, n in zip(ATTRIBUTES, terms.nll, strict=True)
    }
    values["nll/event"] = float(terms.nll.sum()) / events
    return values


def add_terms(terms: list[SumsT]) -> SumsT:
    """The terms of several batches together."""
    first = terms[0]
    added = {
        name: torch.stack([getattr(each, name) for each in terms]).sum(0)
        for name in first.__dataclass_fields__
    }
    return type(first)(**added)
