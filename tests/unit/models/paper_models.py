"""The smallest models of the paper, and tables for them."""

from typing import Any

import torch
from torch import Tensor

from segue.models.paper_vae import PaperModelConfig, PaperVAE
from segue.vae.columns import Column

COLUMNS = (Column("pitch", 5), Column("program", 3), Column("onset_s"))
NOTES = 6


def smallest(**changes: Any) -> PaperVAE:
    """A model of six notes and three columns."""
    shape: dict[str, Any] = {"notes": NOTES, "embedding": 2, "hidden": 4, "decoder_hidden": 8}
    torch.manual_seed(0)
    return PaperVAE(PaperModelConfig(**{**shape, "latents": 3, **changes}), COLUMNS)


def batch(size: int = 4, seed: int = 1) -> Tensor:
    """Random tables, (size, 6, 3)."""
    generator = torch.Generator().manual_seed(seed)
    columns = [
        torch.randint(column.values, (size, NOTES), generator=generator).float()
        if column.values
        else torch.randn(size, NOTES, generator=generator)
        for column in COLUMNS
    ]
    return torch.stack(columns, dim=-1)
