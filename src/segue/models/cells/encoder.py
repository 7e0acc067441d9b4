"""Cells to latents: each slice of a bar gathers its own notes, then the slices read each other.

So the place of a note is not something that has to be learned: it is where its slice is. The order
of the notes within a slice says nothing. Shapes: see `batch`.
"""

import torch
from torch import Tensor, nn

from segue.models.cells.batch import CellBatch, note_columns, slice_of
from segue.models.cells.columns import CELL_COLUMNS, NOTE_COLUMNS, POSITION
from segue.models.cells.config import CellVAEConfig
from segue.models.embedding import ColumnEmbedding
from segue.nn.norm import RMSNorm
from segue.nn.reading import Feed, Reading
from segue.vae.gaussian import Posterior
from segue.vae.heads import GaussianHeads

EMBEDDING_STD = 0.2
"""Of the rows of tables at the beginning: a note is the sum of five."""


class CellEncoder(nn.Module):
    """q(z | cell)."""

    def __init__(self, config: CellVAEConfig) -> None:
        super().__init__()
        self.slices = config.slices
        width = config.width
        self.embed_notes = ColumnEmbedding(NOTE_COLUMNS, width, EMBEDDING_STD)
        self.embed_cell = ColumnEmbedding(CELL_COLUMNS, width, EMBEDDING_STD)
        self.of_note = Feed(width, 2 * width)
        self.slice = nn.Embedding(config.slices, width)
        nn.init.normal_(self.slice.weight, std=EMBEDDING_STD)
        self.between = nn.ModuleList(
            Reading(width, config.heads) for _ in range(config.encoder_layers)
        )
        self.within = nn.ModuleList(Feed(width, 4 * width) for _ in range(config.encoder_layers))
        self.norm = RMSNorm(width)
        self.heads = GaussianHeads(width, config.latent_width)

    def forward(self, cells: CellBatch) -> Posterior:
        """The posterior of each slice's latent, (C, L, Z)."""
        about = self.embed_cell(cells.about[:, None])
        notes = self.of_note(self.embed_notes(note_columns(cells.notes)) + about)
        x = self.slice.weight + about + self._gathered(notes, cells)
        for between, within in zip(self.between, self.within, strict=True):
            x = within(between(x, x))
        posterior: Posterior = self.heads(self.norm(x))
        return Posterior(posterior.mean.float(), posterior.log_var.float())

    def _gathered(self, notes: Tensor, cells: CellBatch) -> Tensor:
        """The sum of the notes, (C, T, D), of each slice, (C, L, D)."""
        of_note = slice_of(cells.notes[..., POSITION], cells.lengths[:, None], self.slices)
        is_in = of_note[:, None] == torch.arange(self.slices, device=notes.device)[:, None]
        gathered: Tensor = (is_in & cells.is_note[:, None]).to(notes.dtype) @ notes
        return gathered
