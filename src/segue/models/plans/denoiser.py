"""The network that denoises a grid of cells: bars by parts.

Tokens are cells (`segue.diffusion.denoiser`): their latents, in deviations, then flags that say
whether they sound. Beside the noisy cells it reads

- what each cell is of: instrument, metre, tempo, place in the piece (`columns.Told`);
- its own *guess* of the clean cells, from the step before (Chen et al. 2022, analog bits: self-
  conditioning); in training, for half of the examples, from a first pass without gradient;
- next to each cell, the same part's cells 1, 2, 4 and 8 bars before, where they are known clean,
  and else as guessed: riffs come back.

Attention knows how many bars lie between two cells and whether they are of the same part.

Shapes: B batch, N cells (`N_CELLS`), Z channels with the flags, D width, H heads.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.diffusion.denoiser import QUARTERS, Denoiser, NoisyLatents
from segue.diffusion.sampling import Denoise
from segue.diffusion.schedule import NoiseSchedule
from segue.models.embedding import ColumnEmbedding
from segue.models.plans.columns import (
    BACK,
    FLAGS,
    N_BARS,
    N_CELLS,
    N_PARTS,
    TOLD_COLUMNS,
    Told,
)
from segue.models.plans.config import PlanConfig

__all__ = ["PlanDenoiser", "PlanTerms", "denoise_plan"]

_WEIGHT_OF_FLAGS: Final = 0.5
"""Of their mean squared error, beside that of the latents."""


@dataclass
class PlanTerms:
    """Sums over the cells that are to be predicted; errors are means over the latents' channels."""

    loss: Tensor
    """Squared errors, weighted, those of the flags too."""
    errors: Tensor
    """Of latents, by quarters of the levels, (4,)."""
    tokens: Tensor
    """Cells of each quarter, (4,)."""
    sounding_errors: Tensor
    """Of the latents of cells that sound."""
    sounding: Tensor
    """Cells that sound."""
    lost: Tensor
    """Those of them that are taken for silent."""
    silent_kept: Tensor
    """Silent cells that are taken for silent."""
    events: Tensor
    """Cells."""


class PlanDenoiser(nn.Module):
    """The network; see the module."""

    powers: Tensor
    same: Tensor
    apart: Tensor

    def __init__(self, config: PlanConfig, schedule: NoiseSchedule) -> None:
        super().__init__()
        self.config, self.schedule = config, schedule
        self.core = Denoiser(config.core)
        self.embed = ColumnEmbedding(TOLD_COLUMNS, config.width)
        n_read = (1 + len(BACK)) * (config.core.latents + 1)
        self.of_guess = nn.Linear(n_read, config.width, bias=False)
        self.near = nn.Parameter(torch.zeros(config.layers, config.heads, 2, 2 * N_BARS - 1))
        bar, part = torch.arange(N_CELLS) // N_PARTS, torch.arange(N_CELLS) % N_PARTS
        powers = torch.from_numpy(schedule.power).float()
        self.register_buffer("powers", powers, persistent=False)
        self.register_buffer("apart", bar[:, None] - bar + N_BARS - 1, persistent=False)
        self.register_buffer("same", (part[:, None] == part).long(), persistent=False)

    def predict(
        self, noisy: Tensor, share: Tensor, known: Tensor, told: Tensor, guess: Tensor | None
    ) -> Tensor:
        """Velocities, (B, N, Z).

        Args:
            noisy: cells at a level, (B, N, Z); clean where given.
            share: each example's level, as a share of all, (B,).
            known: cells that are given clean, (B, N) bool.
            told: columns of what each cell is of, (B, N, len(Told)) int64.
            guess: of the clean cells, (B, N, Z); None: there is none.
        """
        there = told[..., Told.INSTRUMENT] > 0
        given = known & there
        best = noisy * given[..., None]
        if guess is not None:
            best = best + guess * (there & ~known)[..., None]
        read = self.of_guess(_with_cells_before(torch.cat([best, given[..., None]], dim=-1)))
        return self.core.predict(
            noisy,
            share,
            given,
            there,
            noisy[..., :0],
            told=read + self.embed(told),
            nearness=self.near[:, :, self.same, self.apart],
        )

    def clean(self, noisy: Tensor, velocity: Tensor, share: Tensor) -> Tensor:
        """The clean cells that velocities mean, (B, N, Z)."""
        level = (share * self.schedule.n_levels).round().long()
        power = self.powers[level][:, None, None]
        return power.sqrt() * noisy - (1 - power).sqrt() * velocity

    def forward(self, batch: NoisyLatents) -> PlanTerms:
        """The squared errors of a batch."""
        told = batch.about.long()
        predicted = self.predict(
            batch.noisy, batch.share, batch.known, told, self._guess(batch, told)
        ).float()
        error = (predicted - batch.velocity).square()
        of_latents, of_flags = error[..., :-FLAGS].mean(dim=-1), error[..., -FLAGS:].mean(dim=-1)
        counted = (told[..., Told.INSTRUMENT] > 0) & ~batch.known
        truth = _sounds(self.clean(batch.noisy, batch.velocity, batch.share)) & counted
        taken = _sounds(self.clean(batch.noisy, predicted, batch.share))
        sums, tokens = (of_latents * counted).sum(dim=1), counted.sum(dim=1).float()
        weighed = ((of_latents + _WEIGHT_OF_FLAGS * of_flags) * counted).sum(dim=1)
        quarter = (batch.share * QUARTERS).ceil().long().clamp(1, QUARTERS) - 1
        of_quarter = F.one_hot(quarter, QUARTERS).to(sums.dtype)  # no product: that would round
        return PlanTerms(
            loss=(batch.weight * weighed).sum(),
            errors=(sums[:, None] * of_quarter).sum(dim=0),
            tokens=(tokens[:, None] * of_quarter).sum(dim=0),
            sounding_errors=(of_latents * truth).sum(),
            sounding=truth.sum().float(),
            lost=(truth & ~taken).sum().float(),
            silent_kept=(counted & ~truth & ~taken).sum().float(),
            events=tokens.sum(),
        )

    @torch.no_grad()
    def _guess(self, batch: NoisyLatents, told: Tensor) -> Tensor:
        """A first guess of the examples that have one; 0 of the others."""
        guess = torch.zeros_like(batch.noisy)
        (rows,) = (told[:, 0, Told.GUESSED] > 0).nonzero(as_tuple=True)
        if len(rows):
            noisy, share = batch.noisy[rows], batch.share[rows]
            velocity = self.predict(noisy, share, batch.known[rows], told[rows], None)
            guess[rows] = self.clean(noisy, velocity, share).to(guess.dtype)
        return guess


def denoise_plan(model: PlanDenoiser, told: npt.NDArray[np.int64]) -> Denoise:
    """What one call of a sampler asks, by PyTorch on the model's device.

    It remembers its last guess: make another one for another sample. `told`: of all cells, (B, N,
    len(Told)).
    """
    device = model.near.device
    columns = torch.from_numpy(told).to(device)
    guess: Tensor | None = None

    @torch.no_grad()
    def denoise(
        noisy: npt.NDArray[np.float32], level: int, flagged: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.float32]:
        nonlocal guess
        x, known = torch.from_numpy(noisy).to(device), torch.from_numpy(flagged).to(device)
        share = torch.full((len(x),), level / model.schedule.n_levels, device=device)
        guess = model.clean(x, model.predict(x, share, known, columns, guess).float(), share)
        found: npt.NDArray[np.float32] = guess.cpu().numpy()
        return found

    return denoise


def _sounds(clean: Tensor) -> Tensor:
    """Which cells sound, by their flags, (B, N)."""
    return clean[..., -FLAGS:].mean(dim=-1) > 0


def _with_cells_before(cells: Tensor) -> Tensor:
    """Beside each cell, (B, N, Z), the same part's before it: (B, N, Z x (1 + len(BACK)))."""
    grid = cells.view(len(cells), N_BARS, N_PARTS, -1)
    before = [F.pad(grid[:, :-bars], (0, 0, 0, 0, bars, 0)) for bars in BACK]
    return torch.cat([grid, *before], dim=-1).flatten(1, 2)
