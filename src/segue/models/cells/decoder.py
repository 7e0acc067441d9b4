"""Latents to cells: a small autoregressive decoder of the notes of a cell, one step a note.

It sees the latents, the instrument and the metre, and the notes of the cell so far. A step reads
all latents by attention; once the position of the next note is chosen, the latent of its slice is
read once more, so that pitch, duration and velocity are those of that place.

A note is strictly after the one before, by position and then by pitch, and inside the bar; drums
have drum pitches. All else has probability 0. Shapes: see `batch`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from segue.encoding.cells import MAX_CELL_NOTES
from segue.encoding.vocabulary import DRUM_PITCH_OFFSET, DRUMS, MAX_POSITIONS
from segue.models.cells.batch import CellBatch, note_columns, slice_of
from segue.models.cells.columns import CELL_COLUMNS, END, NOTE_COLUMNS, PITCH, POSITION, SIZES
from segue.models.cells.config import CellVAEConfig
from segue.models.cells.encoder import EMBEDDING_STD
from segue.models.decoder_shape import FORBIDDEN, HIGHEST_DRUM, HIGHEST_PITCH
from segue.models.embedding import TABLE_STD, ColumnEmbedding
from segue.nn.norm import RMSNorm
from segue.nn.reading import Feed, Reading
from segue.nn.transformer import Block, rotary_angles

_LONGEST_TIME = float(MAX_POSITIONS)


class CellDecoder(nn.Module):
    """p(notes | z, instrument, metre)."""

    def __init__(self, config: CellVAEConfig) -> None:
        super().__init__()
        self.slices, self.head_width = config.slices, config.width // config.heads
        width, layers = config.width, config.decoder_layers
        self.from_latent = nn.Linear(config.latent_width, width)
        self.slice = nn.Embedding(config.slices, width)
        self.of_slice = Feed(width, 2 * width)
        self.embed_notes = ColumnEmbedding(NOTE_COLUMNS, width, EMBEDDING_STD)
        self.embed_cell = ColumnEmbedding(CELL_COLUMNS, width, EMBEDDING_STD)
        self.order = nn.Embedding(MAX_CELL_NOTES + 1, width)
        self.here = nn.Linear(width, width, bias=False)
        self.readings = nn.ModuleList(Reading(width, config.heads) for _ in range(layers))
        self.blocks = nn.ModuleList(Block(width, config.heads) for _ in range(layers))
        self.norm = RMSNorm(width)
        self.there = nn.Linear(width, width, bias=False)
        self.before = nn.ModuleList(
            nn.Sequential(RMSNorm(width), nn.Linear(width, width), nn.GELU()) for _ in SIZES
        )
        self.out = nn.ModuleList(nn.Linear(width, size) for size in SIZES)
        self.chosen = nn.ModuleList(nn.Embedding(size, width) for size in SIZES[:-1])
        for std, tables in (
            (EMBEDDING_STD, [self.slice, self.order]),
            (TABLE_STD, self.chosen),
        ):
            for table in tables:
                assert isinstance(table, nn.Embedding)
                nn.init.normal_(table.weight, std=std)

    def memory(self, z: Tensor) -> Tensor:
        """Latents, (C, L, Z), as they are read, (C, L, D)."""
        read: Tensor = self.of_slice(self.from_latent(z) + self.slice.weight)
        return read

    def walk(self, z: Tensor, cells: CellBatch, hidden: Tensor | None = None) -> "CellWalk":
        """Begin to choose the note after each, and the first: T + 1 of T notes.

        `hidden`: past notes of which only the position is read, (C, T) bool.
        """
        memory = self.memory(z)
        notes, batch, length = cells.notes, len(cells.notes), cells.notes.shape[1]
        first = notes.new_zeros(batch, 1, notes.shape[2])
        last = torch.cat([first, notes], dim=1)
        applies = torch.ones(batch, length + 1, len(NOTE_COLUMNS), dtype=torch.bool)
        applies = applies.to(notes.device)
        applies[:, 0] = False
        if hidden is not None:
            applies[:, 1:, PITCH:-1] &= ~hidden[..., None]
        x = self.embed_notes(note_columns(last), applies)
        x = x + self.embed_cell(cells.about[:, None]) + self.order.weight[: length + 1]
        x = x + self.here(self.at(memory, last[..., POSITION], cells.lengths))
        angles = rotary_angles(
            last[..., POSITION], 0, head_width=self.head_width, longest_time=_LONGEST_TIME
        )
        for reading, block in zip(self.readings, self.blocks, strict=True):
            x = block(reading(x, memory), angles)
        return CellWalk(self, self.norm(x), memory, Last.of(last, cells))

    def at(self, memory: Tensor, position: Tensor, lengths: Tensor) -> Tensor:
        """What is read at positions, (C, T), of their slices, (C, T, D)."""
        index = slice_of(position, lengths[:, None], self.slices).clamp(max=self.slices - 1)
        return memory.gather(1, index[..., None].expand(-1, -1, memory.shape[-1]))


@dataclass
class Last:
    """The note before each step, (C, T) each; its position is -1 before the first."""

    position: Tensor
    pitch: Tensor
    is_drum: Tensor
    """(C, 1)."""
    lengths: Tensor
    """(C,)."""

    @classmethod
    def of(cls, last: Tensor, cells: CellBatch) -> "Last":
        """Of notes, (C, T, 4), of which the first stands for none."""
        position = last[..., POSITION].clone()
        position[:, 0] = -1
        is_drum = (cells.instruments == DRUMS)[:, None]
        return cls(position, last[..., PITCH], is_drum, cells.lengths)

    def allowed_positions(self) -> Tensor:
        """(C, T, MAX_POSITIONS + 1) bool; the end always is."""
        highest = torch.where(self.is_drum, HIGHEST_DRUM, HIGHEST_PITCH)
        full = (self.position >= 0) & (self.pitch == highest)
        positions = torch.arange(MAX_POSITIONS + 1, device=self.position.device)
        after = positions >= (self.position + full)[..., None]
        inside = positions < self.lengths[:, None, None]
        return (after & inside) | (positions == END)

    def allowed_pitches(self, position: Tensor) -> Tensor:
        """(C, T, 256) bool, given the positions of the notes, (C, T)."""
        above = torch.where(self.position == position, self.pitch, -1)[..., None]
        pitches = torch.arange(SIZES[PITCH], device=position.device)
        return (pitches > above) & ((pitches >= DRUM_PITCH_OFFSET) == self.is_drum[..., None])


class CellWalk:
    """One walk through the attributes: `logits`, then `choose`, in turn; the last needs none."""

    def __init__(self, decoder: CellDecoder, hidden: Tensor, memory: Tensor, last: Last) -> None:
        """`hidden`: (C, T, D); `memory`: (C, L, D)."""
        self.decoder, self.h, self.memory, self.last = decoder, hidden, memory, last
        self.attribute = 0
        self.position = last.position

    def only_last(self) -> "CellWalk":
        """The walk of the last step alone."""
        last = self.last
        cut = Last(last.position[:, -1:], last.pitch[:, -1:], last.is_drum, last.lengths)
        return CellWalk(self.decoder, self.h[:, -1:], self.memory, cut)

    def logits(self) -> Tensor:
        """Of the attribute whose turn it is, (C, T, its size), in float32."""
        before = self.decoder.before[self.attribute](self.h)
        logits: Tensor = self.decoder.out[self.attribute](before).float()
        if self.attribute == POSITION:
            return logits.masked_fill(~self.last.allowed_positions(), FORBIDDEN)
        if self.attribute == PITCH:
            return logits.masked_fill(~self.last.allowed_pitches(self.position), FORBIDDEN)
        return logits

    def choose(self, value: Tensor) -> None:
        """Go on with a value of the attribute, (C, T)."""
        decoder = self.decoder
        self.h = self.h + decoder.chosen[self.attribute](value)
        if self.attribute == POSITION:
            self.position = value
            at = decoder.at(self.memory, value, self.last.lengths)
            self.h = self.h + decoder.there(at)
        self.attribute += 1
