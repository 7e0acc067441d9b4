"""What the model reads: windows of music as tensors.

`columns` are those of `segue.encoding.sequence.Column`, rows after a window's end are 0 (kind PAD).
Bars and events are counted from the window's beginning. Shapes: B batch, T events, NB bars.
"""

from dataclasses import dataclass, fields

import torch
from torch import Tensor


@dataclass
class Batch:
    """Windows, side by side, and what of each the model is told."""

    columns: Tensor
    """(B, T, N_COLUMNS) int64; controls that are not asked are 0."""
    weights: Tensor
    """(B, T - 1) float: how much the prediction of event t + 1 counts."""
    masked_parts: Tensor
    """(B, NB, N_PARTS) float: the parts to be written in each bar; all 0 where not told."""
    latent_given: Tensor
    """(B, NB) bool: the bars whose z the decoder sees."""
    look_back: Tensor
    """(B,) bool: whether the heads are handed what the part did some bars ago."""

    @property
    def n_bars(self) -> int:
        """NB."""
        return self.masked_parts.shape[1]

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch on a device."""
        return Batch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})
