"""The decoder's likelihood in two units at once: its own, and coarser ones that older models used.

The coarser units know programs, not tracks, 38 durations and 16 velocities. What is one event there
are several of the decoder's: their probabilities are added. So figures of this model can be held
beside those of Segue's first models.
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor

from segue.encoding.sequence import Column
from segue.encoding.vocabulary import DURATIONS, END, N_VELOCITIES, velocity_of
from segue.models.decoder import Decoder, Terms, Windows, true_attributes

# fmt: off
_COARSE_DURATIONS: Final = np.array([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 22, 24, 28, 32, 36, 40, 44, 48, 54, 60,
    66, 72, 84, 96, 108, 120, 144, 168, 192, 240, 288, 384,
])
# fmt: on
_COARSE_VELOCITY_STEP: Final = 8
_MIDDLES: Final = (_COARSE_DURATIONS[1:] + _COARSE_DURATIONS[:-1]) / 2
_COARSE_DURATION: Final = torch.from_numpy(np.searchsorted(_MIDDLES, DURATIONS, side="left"))
_COARSE_VELOCITY: Final = torch.from_numpy(
    velocity_of(np.arange(N_VELOCITIES)) // _COARSE_VELOCITY_STEP
)
"""The coarser class of each class."""
_PART, _DURATION, _VELOCITY = 0, 3, 4


@torch.no_grad()
def terms_in_both_units(model: Decoder, windows: Windows) -> tuple[Terms, Terms]:
    """(in the model's own units, in the coarser ones); the first is what `model(windows)` gives."""
    target, walk = windows.columns[:, 1:], model.walk(windows)
    truth, is_note = true_attributes(target)
    fine: list[Tensor] = []
    coarse: list[Tensor] = []
    for attribute, true in enumerate(truth):
        log_p = walk.logits().float().log_softmax(dim=-1)
        counted = windows.weights if attribute == _PART else windows.weights * is_note
        exact = log_p.gather(-1, true[..., None])[..., 0]
        alike = _alike(attribute, windows, target, true)
        added = exact if alike is None else log_p.masked_fill(~alike, -torch.inf).logsumexp(dim=-1)
        fine.append(-(exact * counted).sum())
        coarse.append(-(added * counted).sum())
        if attribute < len(truth) - 1:
            walk.choose(true, target if attribute == _PART else None)
    events, notes = windows.weights.sum(), (windows.weights * is_note).sum()
    own = Terms(nll=torch.stack(fine), events=events, notes=notes)
    return own, Terms(nll=torch.stack(coarse), events=events, notes=notes)


def _alike(attribute: int, windows: Windows, target: Tensor, true: Tensor) -> Tensor | None:
    """The classes that are the true one in coarser units, (B, T, classes); None: it alone."""
    if attribute == _PART:
        return _same_instrument(windows.instruments, target, true)
    if attribute in (_DURATION, _VELOCITY):
        classes = _COARSE_DURATION if attribute == _DURATION else _COARSE_VELOCITY
        classes = classes.to(true.device)
        return classes == classes[true][..., None]
    return None


def _same_instrument(instruments: Tensor, target: Tensor, part: Tensor) -> Tensor:
    """The classes of a part whose instrument is the true one's, (B, T, N_PART_CLASSES)."""
    ends = part == END
    same = (instruments[:, None] == target[..., Column.INSTRUMENT, None]) & ~ends[..., None]
    return torch.cat([same, ends[..., None]], dim=-1)
