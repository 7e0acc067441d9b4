"""What a run of a network of plans is: squared errors of velocities, a cell."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from segue.diffusion.denoiser import QUARTERS, NoisyLatents
from segue.diffusion.scale import LatentScale
from segue.diffusion.schedule import NoiseSchedule
from segue.errors import ConfigError
from segue.models.plans.denoiser import PlanDenoiser, PlanTerms
from segue.models.plans.folder import SavedPlans, save_plans
from segue.training.config import PlanTrainingConfig
from segue.training.decoder_task import VALIDATION_SEED
from segue.training.grid_examples import GridSource
from segue.training.grids import Grids
from segue.training.latent_examples import LatentExamples, latent_batches
from segue.training.measures import add_terms
from segue.training.task import Share, Task

__all__ = ["PlanTask"]


class PlanTask(Task[NoisyLatents, PlanTerms]):
    """See the module."""

    config: PlanTrainingConfig
    hidden = ("core.blocks.",)

    def __init__(
        self,
        config: PlanTrainingConfig,
        train: Grids,
        valid: Grids,
        scale: LatentScale | None = None,
    ) -> None:
        """Where no `scale` is given, it is that of the grids to train on.

        Raises:
            ConfigError: the grids' cells are of another shape than the network's.
        """
        of_cells, of_model = (
            train.latents.shape[3:],
            (
                config.model.slices,
                config.model.latent_width,
            ),
        )
        if of_cells != of_model:
            raise ConfigError(f"model: cells of {of_model} latents, the grids have {of_cells}")
        self.config, self.scale = config, train.scale() if scale is None else scale
        self.schedule = NoiseSchedule(config.levels)
        self.sources = {
            name: GridSource(grids, self.scale, config.masks, config.guesses)
            for name, grids in (("train", train), ("valid", valid))
        }
        self.about = {"grids": {**train.card, "count": len(train)}}
        self.notices = []

    def build_model(self) -> PlanDenoiser:
        """A network of the run's shape."""
        self.model = PlanDenoiser(self.config.model, self.schedule)
        return self.model

    def training_batches(
        self, numbers: Iterable[list[int]], *, n_examples: int
    ) -> Iterator[NoisyLatents]:
        """Grids of the training split."""
        examples = self._examples("train", self.config.seed, n_examples)
        return latent_batches(examples, numbers, workers=self.config.workers)

    def loss(self, sums: PlanTerms) -> Tensor:
        """The weighted error a cell."""
        return sums.loss / sums.events.clamp(min=1)

    def measures(self, sums: PlanTerms) -> dict[str, float]:
        """Errors a cell: weighted, with the flags (`loss`); of the latents, by quarters of the
        levels too, and of cells that sound; and how the flags are taken.

        Always saying 0 costs cells that sound an error of 1.
        """
        total, sounding = float(sums.events.clamp(min=1)), float(sums.sounding.clamp(min=1))
        by_quarter = (sums.errors / sums.tokens.clamp(min=1)).tolist()
        silent = max(1.0, float(sums.events - sums.sounding))
        return {
            "loss": float(sums.loss) / total,
            "error": float(sums.errors.sum()) / total,
            "error/sounding": float(sums.sounding_errors) / sounding,
            **{f"error/quarter {q + 1}": by_quarter[q] for q in range(QUARTERS)},
            "silent kept": float(sums.silent_kept) / silent,
            "sounding lost": float(sums.lost) / sounding,
        }

    def validation_sums(self, share: Share, device: torch.device) -> Sequence[PlanTerms]:
        """The errors of the same examples each time."""
        count = max(self.config.validate_windows, share.of)
        examples = self._examples("valid", VALIDATION_SEED, count)
        mine, size = share.numbers(count), self.config.batch
        numbers = [mine[at : at + size] for at in range(0, len(mine), size)]
        found = [self.model(batch.to(device)) for batch in latent_batches(examples, numbers)]
        return [add_terms(found)]

    def validation_measures(self, found: Sequence[PlanTerms]) -> dict[str, float]:
        """Those of all."""
        (terms,) = found
        return self.measures(terms)

    def save_model(self, weights: dict[str, Tensor], folder: Path, card: dict[str, Any]) -> None:
        """Write a network with these weights, and the scale of its cells."""
        kept = PlanDenoiser(self.config.model, self.schedule)
        kept.load_state_dict(weights)
        save_plans(SavedPlans(kept, self.scale), folder, card)

    def _examples(self, split: str, seed: int, length: int) -> LatentExamples:
        return LatentExamples(
            self.sources[split],
            self.scale,
            self.schedule,
            seed=seed,
            length=length,
            min_snr=self.config.min_snr,
        )
