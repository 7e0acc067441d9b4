"""How well a model predicts windows that it is not trained on, with all latents and with none.

The difference between the two is what the latents are worth to the decoder.
"""

from collections.abc import Iterable
from typing import Final

import torch
from torch import Tensor

from segue.encoding.sequence import MASKED, PAD, Column
from segue.models.batch import Batch
from segue.models.segue_vae import SegueVAE, Terms
from segue.training.objective import add_terms

READINGS: Final = ("with_z", "without_z")
"""The names of the two readings, in the order of `score_windows`."""


@torch.no_grad()
def score_windows(
    model: SegueVAE, batches: Iterable[Batch], *, generator_seed: int
) -> tuple[Terms, Terms]:
    """The terms of all batches together: with every written bar's latent given, and with none."""
    given: list[Terms] = []
    withheld: list[Terms] = []
    for batch in batches:
        written = written_bars(batch.columns, batch.n_bars)
        for terms, latents in ((given, written), (withheld, torch.zeros_like(written))):
            generator = torch.Generator(batch.columns.device).manual_seed(generator_seed)
            terms.append(model(_reading(batch, latents), generator))
    return add_terms(given), add_terms(withheld)


def _reading(batch: Batch, latent_given: Tensor) -> Batch:
    return Batch(
        columns=batch.columns,
        weights=batch.weights,
        masked_parts=batch.masked_parts,
        latent_given=latent_given,
        look_back=torch.ones_like(batch.look_back),
    )


def written_bars(columns: Tensor, n_bars: int) -> Tensor:
    """The bars that the model writes, (B, n_bars) bool, of windows (B, T, N_COLUMNS).

    The sequence's closing event begins no bar that is written: nothing comes after it.
    """
    begun, follows = columns[:, :-1], columns[:, 1:]
    written = (begun[..., Column.ROLE] == MASKED) & (follows[..., Column.KIND] != PAD)
    bars = torch.arange(n_bars, device=columns.device)
    at = (begun[..., Column.BAR, None] == bars) & written[..., None]
    return at.any(dim=1)
