"""The five attributes of the next event, each given those before it.

Part (or the end of the bar), position, pitch, duration, velocity. `AttributeWalk` goes through the
five in turn, in training with the truth and in sampling with what is drawn: what is trained is what
is sampled.

A part is chosen by pointing: its logit is that of its instrument, which the roster says, plus that
of its number, which tells apart the tracks of one instrument.
"""

import torch
from torch import Tensor, nn

from segue.encoding.sequence import Column
from segue.encoding.vocabulary import END, MAX_PARTS, N_PART_CLASSES
from segue.models import decoder_grammar as grammar
from segue.models.decoder_shape import (
    CONTROL_COLUMNS,
    END_OF_BAR,
    N_INSTRUMENT_CLASSES,
    SIZES,
)
from segue.models.embedding import TABLE_STD, ColumnEmbedding
from segue.models.latent_reader import ReadLatents, picked
from segue.nn.norm import RMSNorm

_PART, _POSITION, _PITCH = range(3)


class AttributeHeads(nn.Module):
    """The parameters of the walk."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before = nn.ModuleList(
            nn.Sequential(RMSNorm(width), nn.Linear(width, width), nn.GELU()) for _ in SIZES
        )
        self.out_instrument = nn.Linear(width, N_INSTRUMENT_CLASSES)
        self.out_part = nn.Linear(width, MAX_PARTS)
        self.out = nn.ModuleList(nn.Linear(width, size) for size in SIZES[1:])
        self.instrument = nn.Embedding(N_INSTRUMENT_CLASSES, width)
        self.part = nn.Embedding(N_PART_CLASSES, width)
        self.chosen = nn.ModuleList(nn.Embedding(size, width) for size in SIZES[1:-1])
        for table in (self.instrument, *self.chosen):
            assert isinstance(table, nn.Embedding)
            nn.init.normal_(table.weight, std=TABLE_STD)
        for begins_at_zero in (self.part.weight, self.out_part.weight, self.out_part.bias):
            nn.init.zeros_(begins_at_zero)
        self.controls = ColumnEmbedding(CONTROL_COLUMNS, width)

    def walk(
        self,
        hidden: Tensor,
        previous: Tensor,
        instruments: Tensor,
        latents: ReadLatents | None = None,
    ) -> "AttributeWalk":
        """Begin to choose the events after `previous`; see `AttributeWalk`."""
        return AttributeWalk(self, hidden, previous, instruments, latents)


class AttributeWalk:
    """One walk: `logits`, then `choose`, five times in turn; the last needs no `choose`."""

    def __init__(
        self,
        heads: AttributeHeads,
        hidden: Tensor,
        previous: Tensor,
        instruments: Tensor,
        latents: ReadLatents | None,
    ) -> None:
        """Begin.

        `hidden`: (B, Tq, D); `previous`: the events that were read last, (B, Tq, N_COLUMNS);
        `instruments`: of the roster's parts, (B, MAX_PARTS); `latents`: of the written cells.
        """
        self.heads, self.h, self.previous, self.instruments = heads, hidden, previous, instruments
        self.latents = latents
        self.attribute = 0
        self.chosen: list[Tensor] = []

    def logits(self) -> Tensor:
        """Of the attribute whose turn it is, (B, Tq, its size)."""
        before = self.heads.before[self.attribute](self.h)
        if self.attribute == _PART:
            return self._part_logits(before)
        logits: Tensor = self.heads.out[self.attribute - 1](before)
        if self.attribute == _POSITION:
            allowed = grammar.allowed_positions(self.previous, self.chosen[_PART])
        elif self.attribute == _PITCH:
            part, position = self.chosen
            allowed = grammar.allowed_pitches(self.previous, part, self.instrument, position)
        else:
            return logits
        return logits.masked_fill(~allowed, grammar.FORBIDDEN)

    def choose(self, value: Tensor, controls: Tensor | None = None) -> None:
        """Go on with a value of the attribute, (B, Tq).

        `controls`: with the part, rows (B, Tq, N_COLUMNS) whose control columns say what is asked
        of its bar.
        """
        if self.attribute == _PART:
            assert controls is not None, "the part comes with what is asked of it"
            ends = value == END
            of_part = self.instruments.gather(1, value.clamp(max=MAX_PARTS - 1))
            self.instrument = torch.where(ends, END_OF_BAR, of_part)
            self.h = self.h + self.heads.instrument(self.instrument) + self.heads.part(value)
            self.h = self.h + self.heads.controls(controls)
        else:
            self.h = self.h + self.heads.chosen[self.attribute - 1](value)
        if self.latents is not None and self.attribute <= _POSITION:
            self.h = self.h + self._of_latents(self.latents, value)
        self.chosen.append(value)
        self.attribute += 1

    def _of_latents(self, latents: ReadLatents, value: Tensor) -> Tensor:
        """What latents say of the part that is chosen, or of the position."""
        if self.attribute == _PART:
            self.cells = latents.cells(self.previous[..., Column.BAR], value)
            return picked(latents.of_part, self.cells)
        return latents.at(latents.there, self.cells, value, self.previous[..., Column.LENGTH])

    def _part_logits(self, before: Tensor) -> Tensor:
        by_instrument = self.heads.out_instrument(before)
        index = self.instruments.clamp(max=END_OF_BAR)[:, None].expand(-1, before.shape[1], -1)
        of_parts = by_instrument.gather(-1, index) + self.heads.out_part(before)
        logits = torch.cat([of_parts, by_instrument[..., END_OF_BAR:]], dim=-1)
        allowed = grammar.allowed_parts(self.previous, self.instruments)
        return logits.masked_fill(~allowed, grammar.FORBIDDEN)
