"""What a run of Segue's model is: windows of a packed corpus, in nats an event."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from segue.errors import ConfigError
from segue.models.decoder import Decoder, Terms, Windows
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_folder import save_decoder
from segue.training.coarse import terms_in_both_units
from segue.training.config import TrainingConfig
from segue.training.examples import Examples, batches
from segue.training.measures import add_terms, measures
from segue.training.packing import Pack, about_pack, split_notices
from segue.training.task import Share, Task

HIDDEN: Final = ("blocks.", "heads.before.")
"""What the names of the decoder's hidden matrices begin with."""
VALIDATION_SEED: Final = 7_000_000
"""Validation examples are the same in every run."""


class DecoderTask(Task[Windows, Terms]):
    """See the module."""

    config: TrainingConfig
    hidden = HIDDEN

    def __init__(
        self,
        config: TrainingConfig,
        train: Pack,
        valid: Pack,
        *,
        start_from: Decoder | None = None,
    ) -> None:
        """`start_from`: weights to begin with instead of random ones (fine-tuning).

        Raises:
            ConfigError: windows have more events than the model reads.
        """
        self.config, self.start_from = config, start_from
        self.shape = (
            DecoderConfig.for_size(config.size) if start_from is None else start_from.config
        )
        _check_room(config, self.shape)
        self.packs = {"train": train, "valid": valid}
        self.notices = split_notices(valid)
        begun = {"begun": "Training began from another model's weights."}
        self.about = {**({} if start_from is None else begun), "corpus": about_pack(train)}

    def build_model(self) -> Decoder:
        """A decoder of the run's size, or the one to begin from."""
        self.model = Decoder(self.shape) if self.start_from is None else self.start_from
        if self.config.compile:
            self.model.decode = torch.compile(self.model.decode, dynamic=False)  # type: ignore[method-assign]
        return self.model

    def training_batches(
        self, numbers: Iterable[list[int]], *, n_examples: int
    ) -> Iterator[Windows]:
        """Windows of the training split."""
        examples = self._examples("train", self.config.seed, n_examples)
        return batches(examples, numbers, workers=self.config.workers)

    def loss(self, sums: Terms) -> Tensor:
        """Nats an event."""
        return sums.nll.sum() / sums.events.clamp(min=1)

    def measures(self, sums: Terms) -> dict[str, float]:
        """See `measures.measures`."""
        return measures(sums)

    def validation_sums(self, share: Share, device: torch.device) -> Sequence[Terms]:
        """In the model's own units, and in those of `coarse`."""
        config = self.config
        examples = self._examples("valid", VALIDATION_SEED, max(config.validate_windows, share.of))
        mine = share.numbers(len(examples))
        numbers = [mine[at : at + config.batch] for at in range(0, len(mine), config.batch)]
        found = [
            terms_in_both_units(self.model, windows.to(device))
            for windows in batches(examples, numbers)
        ]
        return [add_terms(list(terms)) for terms in zip(*found, strict=True)]

    def validation_measures(self, found: Sequence[Terms]) -> dict[str, float]:
        """`nll/...` in the model's own units, `coarse/...` in those of `coarse`."""
        own, coarser = (measures(terms) for terms in found)
        return own | {name.replace("nll", "coarse"): value for name, value in coarser.items()}

    def save_model(self, weights: dict[str, Tensor], folder: Path, card: dict[str, Any]) -> None:
        """Write a decoder with these weights."""
        kept = Decoder(self.shape)
        kept.load_state_dict(weights)
        save_decoder(kept, folder, card)

    def _examples(self, split: str, seed: int, length: int) -> Examples:
        pack, bars = self.packs[split], self.shape.max_bars
        return Examples(pack, self.config.data, seed=seed, length=length, max_bars=bars)


def _check_room(config: TrainingConfig, model: DecoderConfig) -> None:
    if config.data.events > model.context:
        raise ConfigError(
            f"data.events: must be at most the model's context, {model.context}, "
            f"got {config.data.events}"
        )
