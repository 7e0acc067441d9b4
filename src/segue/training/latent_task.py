"""What a run of a network that denoises latents is: squared errors of velocities, a token."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from segue.diffusion.denoiser import QUARTERS, Denoiser, DenoiserTerms, NoisyLatents
from segue.diffusion.scale import LatentScale
from segue.diffusion.schedule import NoiseSchedule
from segue.models.denoiser_folder import SavedDenoiser, save_denoiser
from segue.training.config import LatentTrainingConfig
from segue.training.decoder_task import VALIDATION_SEED
from segue.training.latent_examples import LatentExamples, LatentSource, latent_batches
from segue.training.task import Share, Task

__all__ = ["LatentTask"]


class LatentTask(Task[NoisyLatents, DenoiserTerms]):
    """See the module."""

    config: LatentTrainingConfig
    hidden = ("blocks.",)

    def __init__(
        self,
        config: LatentTrainingConfig,
        train: LatentSource,
        valid: LatentSource,
        scale: LatentScale,
        *,
        about: dict[str, Any],
    ) -> None:
        """`scale`: of the training latents; `about`: what the model's card says of them."""
        self.config, self.scale, self.about = config, scale, about
        self.schedule = NoiseSchedule(config.levels)
        self.sources = {"train": train, "valid": valid}
        self.notices = []

    def build_model(self) -> Denoiser:
        """A network of the run's shape."""
        self.model = Denoiser(self.config.model)
        return self.model

    def training_batches(
        self, numbers: Iterable[list[int]], *, n_examples: int
    ) -> Iterator[NoisyLatents]:
        """Latents of the training split."""
        examples = self._examples("train", self.config.seed, n_examples)
        return latent_batches(examples, numbers, workers=self.config.workers)

    def loss(self, sums: DenoiserTerms) -> Tensor:
        """The weighted error a token."""
        return sums.loss / sums.events.clamp(min=1)

    def measures(self, sums: DenoiserTerms) -> dict[str, float]:
        """Errors a token: weighted (`loss`), not (`error`), and by quarters of the levels.

        Always saying 0 costs an error of 1.
        """
        by_quarter = (sums.errors / sums.tokens.clamp(min=1)).tolist()
        total = float(sums.events.clamp(min=1))
        return {
            "loss": float(sums.loss) / total,
            "error": float(sums.errors.sum()) / total,
            **{f"error/quarter {q + 1}": by_quarter[q] for q in range(QUARTERS)},
        }

    def validation_sums(self, share: Share, device: torch.device) -> Sequence[DenoiserTerms]:
        """The errors of the same examples each time."""
        count = max(self.config.validate_windows, share.of)
        examples = self._examples("valid", VALIDATION_SEED, count)
        batch = next(latent_batches(examples, [share.numbers(count)])).to(device)
        return [self.model(batch)]

    def validation_measures(self, found: Sequence[DenoiserTerms]) -> dict[str, float]:
        """Those of a batch."""
        (terms,) = found
        return self.measures(terms)

    def save_model(self, weights: dict[str, Tensor], folder: Path, card: dict[str, Any]) -> None:
        """Write a network with these weights, and the scale of its latents."""
        kept = Denoiser(self.config.model)
        kept.load_state_dict(weights)
        save_denoiser(SavedDenoiser(kept, self.scale, self.schedule), folder, card)

    def _examples(self, split: str, seed: int, length: int) -> LatentExamples:
        return LatentExamples(
            self.sources[split],
            self.scale,
            self.schedule,
            seed=seed,
            length=length,
            min_snr=self.config.min_snr,
        )
