"""What a run of the VAE of cells is: cells of a packed corpus, in nats a note."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from segue.models.cells.folder import save_cell_vae
from segue.models.cells.matching import match_cells
from segue.models.cells.vae import CellTerms, CellVAE, NoisyCells
from segue.training.cell_examples import CellExamples, cell_batches
from segue.training.config import CellTrainingConfig
from segue.training.decoder_task import VALIDATION_SEED
from segue.training.packing import Pack, about_pack, split_notices
from segue.training.task import Share, Task

_ATTRIBUTES: Final = ("position", "pitch", "duration", "velocity")
_WEIGHTS: Final = (1.0, 1.0, 0.7, 0.3)
"""Of each attribute's nats: how loud a note is need not come back to the step."""


@dataclass
class Matches:
    """How many notes come back from the means of the latents, the likeliest note each time."""

    matched: Tensor
    """Counted twice, by onset and pitch."""
    events: Tensor
    """The notes given and those that came back."""


class CellTask(Task[NoisyCells, CellTerms | Matches]):
    """See the module."""

    config: CellTrainingConfig
    hidden = (
        *("encoder.of_note.", "encoder.between.", "encoder.within."),
        *("decoder.of_slice.", "decoder.readings.", "decoder.blocks.", "decoder.before."),
        *("decoder.here.", "decoder.there."),
    )

    def __init__(
        self,
        config: CellTrainingConfig,
        train: Pack,
        valid: Pack,
        *,
        decoder_of: CellVAE | None = None,
    ) -> None:
        """`decoder_of`: a VAE whose decoder is trained further; latents stay what they are."""
        self.decoder_of = decoder_of
        self.config = config if decoder_of is None else replace(config, model=decoder_of.config)
        self.packs = {"train": train, "valid": valid}
        self.about = {"corpus": about_pack(train)}
        self.notices = split_notices(valid)

    def build_model(self) -> CellVAE:
        """A VAE of the run's shape."""
        self.model = CellVAE(self.config.model)
        if self.decoder_of is not None:
            self.model.load_state_dict(self.decoder_of.state_dict())
            self.model.encoder.requires_grad_(False)
        return self.model

    def training_batches(
        self, numbers: Iterable[list[int]], *, n_examples: int
    ) -> Iterator[NoisyCells]:
        """Bars of the training split."""
        examples = self._examples("train", self.config.seed, n_examples)
        return cell_batches(examples, numbers, workers=self.config.workers)

    def loss(self, sums: CellTerms | Matches) -> Tensor:
        """Nats a note, attributes weighted, KL weighted by beta."""
        assert isinstance(sums, CellTerms)
        weights = sums.nll.new_tensor(_WEIGHTS)
        total = (sums.nll * weights).sum() + self.config.beta * sums.kl
        loss: Tensor = total / sums.events.clamp(min=1)
        return loss

    def measures(self, sums: CellTerms | Matches) -> dict[str, float]:
        """Nats a note, by attribute and in all; nats a cell, of the notes and of the KL."""
        assert isinstance(sums, CellTerms)
        notes, cells = float(sums.events.clamp(min=1)), float(sums.cells.clamp(min=1))
        values = {
            f"nll/{name}": float(n) / notes for name, n in zip(_ATTRIBUTES, sums.nll, strict=True)
        }
        values["nll/event"] = float(sums.nll.sum()) / notes
        return values | {
            "cell/nll": float(sums.nll.sum()) / cells,
            "cell/kl": float(sums.kl) / cells,
        }

    def validation_sums(self, share: Share, device: torch.device) -> Sequence[CellTerms | Matches]:
        """The terms at z drawn, and how many notes come back from the means."""
        count = max(self.config.validate_windows, share.of)
        examples = self._examples("valid", VALIDATION_SEED, count)
        batch = next(cell_batches(examples, [share.numbers(count)])).to(device)
        found = [match_cells(cells, self.model.reconstruct(cells)) for cells in batch.cells]
        matched, notes = torch.tensor(found, device=device).float().sum(dim=0)
        return [self.model(batch), Matches(matched, notes)]

    def validation_measures(self, found: Sequence[CellTerms | Matches]) -> dict[str, float]:
        """Those of a batch, and `note_f1`."""
        terms, matches = found
        assert isinstance(matches, Matches)
        f1 = float(matches.matched / matches.events.clamp(min=1))
        return self.measures(terms) | {"note_f1": f1}

    def save_model(self, weights: dict[str, Tensor], folder: Path, card: dict[str, Any]) -> None:
        """Write a VAE with these weights."""
        kept = CellVAE(self.config.model)
        kept.load_state_dict(weights)
        save_cell_vae(kept, folder, card)

    def _examples(self, split: str, seed: int, length: int) -> CellExamples:
        return CellExamples(
            self.packs[split],
            self.config.model,
            seed=seed,
            length=length,
            training=split == "train",
        )
