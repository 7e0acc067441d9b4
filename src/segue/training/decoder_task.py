"""What a run of Segue's model is: windows of a packed corpus, in nats an event."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from segue.encoding.sequence import MASKED, Column
from segue.errors import ConfigError
from segue.models.cells.config import CellVAEConfig
from segue.models.cells.folder import save_cell_encoder
from segue.models.cells.vae import CellVAE
from segue.models.decoder import Decoder, Terms, Windows
from segue.models.decoder_config import DecoderConfig
from segue.models.decoder_folder import save_decoder
from segue.training.coarse import terms_in_both_units
from segue.training.config import ExampleConfig, TrainingConfig
from segue.training.examples import Examples, batches
from segue.training.measures import add_terms, measures
from segue.training.packing import Pack, about_pack, split_notices
from segue.training.task import Share, Task
from segue.training.window_latents import LatentsOfCells

HIDDEN: Final = (
    *("blocks.", "heads.before."),
    *("latents.event.", "latents.part.", "latents.here.", "latents.there."),
)
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
        cells: CellVAE | None = None,
    ) -> None:
        """`start_from`: weights to begin with instead of random ones (fine-tuning).

        `cells`: whose latents the decoder learns to read; None: what it has learned of latents is
        not trained any further.

        Raises:
            ConfigError: the model to begin with reads latents of another shape.
        """
        self.config = config
        shape = DecoderConfig.for_size(config.size) if start_from is None else start_from.config
        self.latents: LatentsOfCells | None = None
        if cells is not None:
            self.latents = LatentsOfCells(cells)
            shape = _reading(shape, cells.config)
        self.shape = replace(shape, context=config.data.events)
        self.start_from = start_from
        self.packs = {"train": train, "valid": valid}
        self.notices = split_notices(valid)
        begun = {"begun": "Training began from another model's weights."}
        self.about = {**({} if start_from is None else begun), "corpus": about_pack(train)}

    def build_model(self) -> Decoder:
        """A decoder of the run's size, or the one to begin from."""
        self.model = Decoder(self.shape)
        if self.start_from is not None:
            self.model.begin_with(self.start_from)
        if self.config.compile:
            self.model.decode = torch.compile(self.model.decode, dynamic=False)  # type: ignore[method-assign]
        return self.model

    def training_batches(
        self, numbers: Iterable[list[int]], *, n_examples: int
    ) -> Iterator[Windows]:
        """Windows of the training split."""
        examples = Examples(
            self.packs["train"],
            self.config.data,
            seed=self.config.seed,
            length=n_examples,
            max_bars=self.shape.max_bars,
            with_cells=self.latents is not None,
        )
        return batches(examples, numbers, workers=self.config.workers, latents=self.latents)

    def loss(self, sums: Terms) -> Tensor:
        """Nats an event."""
        return sums.nll.sum() / sums.events.clamp(min=1)

    def measures(self, sums: Terms) -> dict[str, float]:
        """See `measures.measures`."""
        return measures(sums)

    def validation_sums(self, share: Share, device: torch.device) -> Sequence[Terms]:
        """In the model's own units, and in those of `coarse`; then, where it reads latents, of
        masked notes alone without latents and with them: their own, and those of likely bars.
        """
        count = max(self.config.validate_windows, share.of)
        plain = replace(self.config.data, latents=0, mistakes=0)
        found = [
            terms_in_both_units(self.model, windows.to(device))
            for windows in self._validation(plain, share, count)
        ]
        sums = [add_terms(list(terms)) for terms in zip(*found, strict=True)]
        if self.latents is None:
            return sums
        for recalled in (0, 1):
            data = replace(plain, latents=1, recalled=recalled)
            told = list(self._validation(data, share, max(count // 2, share.of)))
            untold = [without_latents(windows) for windows in told]
            sums += [
                add_terms([self.model(masked_alone(each).to(device)) for each in windows])
                for windows in (untold, told)
            ]
        return sums

    def _validation(self, data: ExampleConfig, share: Share, count: int) -> Iterator[Windows]:
        pack, bars = self.packs["valid"], self.shape.max_bars
        examples = Examples(
            pack,
            data,
            seed=VALIDATION_SEED,
            length=count,
            max_bars=bars,
            with_cells=self.latents is not None,
            level=0.0,
        )
        mine, batch = share.numbers(count), self.config.batch
        numbers = [mine[at : at + batch] for at in range(0, len(mine), batch)]
        return batches(examples, numbers, latents=self.latents)

    def validation_measures(self, found: Sequence[Terms]) -> dict[str, float]:
        """`nll/...` in the model's own units, `coarse/...` in those of `coarse`.

        `latents/...` and `recalled/...`: nats an event of masked notes, `given` their own latents,
        which come with the parts, or those of likely bars, and `without`.
        """
        own, coarser, *latents = (measures(terms) for terms in found)
        own |= {name.replace("nll", "coarse"): value for name, value in coarser.items()}
        names = ("latents/without", "latents/given", "recalled/without", "recalled/given")
        return own | {
            name: values["nll/event"] for name, values in zip(names, latents, strict=False)
        }

    def save_model(self, weights: dict[str, Tensor], folder: Path, card: dict[str, Any]) -> None:
        """Write a decoder with these weights, and what encodes the cells that it reads."""
        kept = Decoder(self.shape)
        kept.load_state_dict(weights)
        save_decoder(kept, folder, card)
        if self.latents is not None:
            save_cell_encoder(self.latents.vae, folder)


def masked_alone(windows: Windows) -> Windows:
    """The same where only what is masked counts."""
    masked = windows.columns[:, 1:, Column.ROLE] == MASKED
    return replace(windows, weights=windows.weights * masked)


def without_latents(windows: Windows) -> Windows:
    """The same with none given, in the same shapes: a compiled decoder stays as it is."""
    latents = windows.latents
    if latents is None:
        return windows
    none = torch.full_like(latents.of_cell, latents.z.shape[1])
    return replace(windows, latents=replace(latents, of_cell=none))


def _reading(shape: DecoderConfig, cells: CellVAEConfig) -> DecoderConfig:
    """The shape of a decoder that reads the latents of a VAE of cells."""
    found = replace(shape, slices=cells.slices, latent_width=cells.latent_width)
    if shape.slices and shape != found:
        raise ConfigError(
            f"the model reads {shape.slices} latents of {shape.latent_width} numbers a cell, the "
            f"VAE of cells has {cells.slices} of {cells.latent_width}; give the VAE that it was "
            "trained with"
        )
    return found
