"""The decoder's likelihood in the units of the older encoding, to compare the two.

`segue.encoding.events` knows programs, not tracks, 38 durations and 16 velocities. What it calls
one event are several of the decoder's: their probabilities are added.
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor

from segue.encoding import vocabulary as older
from segue.encoding.parts.sequence import Column
from segue.encoding.parts.vocabulary import DURATIONS, END, N_VELOCITIES, velocity_of
from segue.models.decoder import Decoder, Windows, true_attributes

_OLDER_DURATION: Final = torch.from_numpy(older.duration_class(DURATIONS.astype(np.float64)))
_OLDER_VELOCITY: Final = torch.from_numpy(
    older.velocity_class(velocity_of(np.arange(N_VELOCITIES)))
)
_PART, _DURATION, _VELOCITY = 0, 3, 4


@torch.no_grad()
def coarse_nll(model: Decoder, windows: Windows) -> Tensor:
    """The negative log-likelihood of each attribute, weighted and summed, (5,), in nats."""
    read, target = windows.columns[:, :-1], windows.columns[:, 1:]
    hidden = model.decode(read, windows.masked_parts, windows.instruments)
    truth, is_note = true_attributes(target)
    walk = model.heads.walk(hidden, read, windows.instruments)
    nll = []
    for attribute, true in enumerate(truth):
        log_p = walk.logits().float().log_softmax(dim=-1)
        if attribute == _PART:
            alike = _same_instrument(windows.instruments, target, true)
        elif attribute in (_DURATION, _VELOCITY):
            classes = _OLDER_DURATION if attribute == _DURATION else _OLDER_VELOCITY
            classes = classes.to(log_p.device)
            alike = classes == classes[true][..., None]
        else:
            alike = torch.zeros_like(log_p, dtype=torch.bool).scatter(
                -1, true[..., None], value=True
            )
        loss = -log_p.masked_fill(~alike, -torch.inf).logsumexp(dim=-1)
        counted = windows.weights if attribute == _PART else windows.weights * is_note
        nll.append((loss * counted).sum())
        if attribute < len(truth) - 1:
            walk.choose(true, target if attribute == _PART else None)
    return torch.stack(nll)


def _same_instrument(instruments: Tensor, target: Tensor, part: Tensor) -> Tensor:
    """The classes of a part whose instrument is the true one's, (B, T, N_PART_CLASSES)."""
    ends = part == END
    same = (instruments[:, None] == target[..., Column.INSTRUMENT, None]) & ~ends[..., None]
    return torch.cat([same, ends[..., None]], dim=-1)
