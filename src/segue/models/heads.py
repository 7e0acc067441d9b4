"""The five attributes of the next event, each given those before it.

Part (or the end of the bar), position, pitch, duration, velocity. One walk over the five serves
training, where `choose` hands back the truth, and sampling, where it draws: what is trained is what
is sampled.

To each head's own logits are added, through gates that the hidden state controls: what the same
part did some bars ago (`look_back`), what came next the last times (`precedents`), what sounds at
the moment (pitch only), and the memoryless reading of z (`sketch`). A model without latents has no
such reading, one without look-back none of the others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from segue.encoding.sequence import ATTRIBUTE_COLUMNS, NOTE_EVENT, Column
from segue.encoding.vocabulary import (
    DRUM_PITCH_OFFSET,
    MAX_POSITIONS,
    N_DURATIONS,
    N_PART_CLASSES,
    N_PARTS,
    N_PITCH_CLASSES_OF_PARTS,
    N_VELOCITIES,
)
from segue.models import grammar
from segue.models.embedding import CONTROL_COLUMNS, TABLE_STD, ColumnEmbedding
from segue.models.look_back import N_CHROMA, N_LAGS, PITCH_CLASSES, Look
from segue.models.precedents import N_PRECEDENTS, Precedence, Precedent
from segue.models.sketch import Sketch
from segue.nn.norm import RMSNorm

SIZES: Final = (
    N_PART_CLASSES,
    MAX_POSITIONS,
    N_PITCH_CLASSES_OF_PARTS,
    N_DURATIONS,
    N_VELOCITIES,
)
_PART, _POSITION, _PITCH = 0, 1, 2
_N_SETS: Final = (N_LAGS, N_LAGS, N_LAGS + N_CHROMA, 0, 0)
"""How many sets of values are added to each head's logits."""
_N_PRECEDENTS: Final = (*(N_PRECEDENTS,) * 3, *(N_PRECEDENTS + 1,) * 2)
"""How many single values; one more where the note before may be of the same chord."""
_GATE_AT_FIRST: Final = 0.5
_LATENT_GATE_AT_FIRST: Final = 0.05
"""Of z's reading: opened wide at once, it tells the decoder again what the past has told it."""

Choose = Callable[[int, Tensor], Tensor]
"""(attribute, its logits (B, Tq, size)) -> the values taken, (B, Tq)."""


@dataclass
class Outline:
    """The memoryless reading's view of the bars being written."""

    of_latent: Tensor
    """(B, Tq, sketch_width), by z where it is given."""
    of_none: Tensor
    """(1, 1, sketch_width), by "no latent"."""
    given: Tensor
    """Whether z is given, (B, Tq) of 0 and 1."""


class AttributeHeads(nn.Module):
    """Hidden states -> the attributes of the events that follow."""

    def __init__(
        self, width: int, latents: int, sketch_width: int, *, look_back: bool = True
    ) -> None:
        super().__init__()
        self.before = nn.ModuleList(
            nn.Sequential(RMSNorm(width), nn.Linear(width, width), nn.GELU()) for _ in SIZES
        )
        self.out = nn.ModuleList(nn.Linear(width, size) for size in SIZES)
        self.gates = nn.ModuleList(
            nn.Linear(width, (sets + precedents) * look_back + (latents > 0))
            for sets, precedents in zip(_N_SETS, _N_PRECEDENTS, strict=True)
            if look_back or latents
        )
        for gate in self.gates:
            assert isinstance(gate, nn.Linear)
            nn.init.zeros_(gate.weight)
            nn.init.constant_(gate.bias, _GATE_AT_FIRST)
            if latents:
                nn.init.constant_(gate.bias[-1:], _LATENT_GATE_AT_FIRST)
        self.chosen = nn.ModuleList(nn.Embedding(size, width) for size in SIZES[:-1])
        for table in self.chosen:
            assert isinstance(table, nn.Embedding)
            nn.init.normal_(table.weight, std=TABLE_STD)
        self.controls = ColumnEmbedding(CONTROL_COLUMNS, width)
        if look_back:
            self.chroma = nn.Linear(PITCH_CLASSES * N_CHROMA, width)
            self.repeats = nn.Linear(N_PRECEDENTS, width, bias=False)
        if latents:
            self.sketch = Sketch(latents, sketch_width, SIZES)

    def forward(
        self,
        hidden: Tensor,
        previous: Tensor,
        look: Look | None,
        precedence: Precedence | None,
        outline: Outline | None,
        target: Tensor,
        choose: Choose,
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Walk over the attributes; returns the logits of each, and those of the sketch alone.

        `hidden`: (B, Tq, D); `previous`: the events that were read last, (B, Tq, N_COLUMNS);
        `look`, `precedence`: None, both, for heads without look-back;
        `outline`: what z says of the bars being written, None where no latent is given at all;
        `target`: the rows being written, of which columns are read only after `choose` has
        answered for them, and into which its answers are written.
        """
        logits: list[Tensor] = []
        sketched: list[Tensor] = []
        chosen: list[Tensor] = []
        h, past = hidden, None
        if look is not None and precedence is not None:
            h = h + self.repeats(precedence.repeats().to(hidden.dtype))
            past = _Past(look, precedence, previous)
        for attribute, column in enumerate(ATTRIBUTE_COLUMNS):
            before = self.before[attribute](h)
            own = self.out[attribute](before)
            gate = self.gates[attribute](before) if self.gates else None
            if outline is not None and gate is not None:
                sketch, news = self._read_latent(attribute, outline, target)
                own = own + gate[..., -1:] * news
                sketched.append(sketch)
            if past is not None and gate is not None:
                own = past.added(own, gate)
            own = _forbid(attribute, own, previous, target)
            logits.append(own)
            target[..., column] = value = choose(attribute, own)
            if attribute == len(SIZES) - 1:
                break
            chosen.append(value)
            h = h + self.chosen[attribute](value)
            if attribute == _PART:
                target[..., column] = value.clamp(max=N_PARTS - 1)
                h = h + self.controls(target)
            if past is not None:
                past.turn(chosen)
                if attribute == _POSITION:
                    h = h + self.chroma(past.chroma.flatten(2))
        return logits, sketched

    def _read_latent(
        self, attribute: int, outline: Outline, target: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The sketch's logits, and what they say more than those of "no latent", (B, Tq, size).

        That difference, log p(x | z) - log p(x), is what z adds to a decoder that knows the past
        already; the whole of log p(x | z) would count twice what both know without it.
        """
        with torch.set_grad_enabled(outline.of_latent.requires_grad):
            sketch = self.sketch.logits(attribute, outline.of_latent, target)
        with torch.no_grad():
            without = self.sketch.logits(attribute, outline.of_none, target)
            news = (sketch - without) * outline.given[..., None]
        return sketch, news


class _Past:
    """What the heads are handed of the past, for one attribute after the other."""

    def __init__(self, look: Look, precedence: Precedence, previous: Tensor) -> None:
        self.look, self.precedence, self.previous = look, precedence, previous
        self.sets, self.precedent = look.parts(), precedence.parts()

    def added(self, logits: Tensor, gate: Tensor) -> Tensor:
        """Logits with the sets and the precedents, by their gates: the first of (B, Tq, G)."""
        for i, values in enumerate(self.sets):
            logits = logits + gate[..., i : i + 1] * values
        first, count = len(self.sets), self.precedent.value.shape[-1]
        return _expect(logits, gate[..., first : first + count], self.precedent)

    def turn(self, chosen: list[Tensor]) -> None:
        """Turn to the next attribute: those before it are chosen, (B, Tq) each."""
        value, self.sets = chosen[-1], []
        attribute = len(chosen) - 1
        if attribute == _PART:
            self.look = self.look.of_part(value)
            self.sets, self.precedent = self.look.positions(), self.precedence.positions(value)
        elif attribute == _POSITION:
            begin = self.previous[..., Column.TIME] - self.previous[..., Column.POSITION]
            self.chroma = self.look.chroma(begin + value)
            self.sets = self.look.pitches(value) + _spread(self.chroma)
            self.precedent = self.precedence.pitches(*chosen)
        elif attribute == _PITCH:
            self.precedent, self.velocity = (
                _and_of_chord(found, self.previous, column, chosen)
                for found, column in zip(
                    self.precedence.notes(*chosen), ATTRIBUTE_COLUMNS[3:], strict=True
                )
            )
        else:
            self.precedent = self.velocity


def _spread(chroma: Tensor) -> list[Tensor]:
    """Each pitch class at all of its pitches, none of the drums': N_CHROMA of (B, Tq, 256)."""
    octaves = chroma.repeat(1, 1, 1, -(-DRUM_PITCH_OFFSET // PITCH_CLASSES))
    octaves = octaves[..., :DRUM_PITCH_OFFSET]
    padded = torch.cat([octaves, torch.zeros_like(octaves)], dim=-1)
    return list(padded.unbind(2))


def _expect(logits: Tensor, gates: Tensor, precedent: Precedent) -> Tensor:
    """Logits with each precedent's gate, (B, Tq, G), added to the value that it expects."""
    return logits.scatter_add(-1, precedent.value, (gates * precedent.exists).to(logits.dtype))


def _and_of_chord(
    precedent: Precedent, previous: Tensor, column: Column, chosen: list[Tensor]
) -> Precedent:
    """With one more: what the note before says, where the note joins its chord."""
    part, position = chosen[:2]
    joins = (
        (previous[..., Column.KIND] == NOTE_EVENT)
        & (previous[..., Column.PART] == part)
        & (previous[..., Column.POSITION] == position)
    )
    value = previous[..., column].masked_fill(~joins, 0)
    return Precedent(
        torch.cat([precedent.value, value[..., None]], dim=-1),
        torch.cat([precedent.exists, joins[..., None]], dim=-1),
    )


def _forbid(attribute: int, logits: Tensor, previous: Tensor, target: Tensor) -> Tensor:
    part, position = target[..., Column.PART], target[..., Column.POSITION]
    if attribute == _PART:
        allowed = grammar.allowed_parts(previous)
    elif attribute == _POSITION:
        allowed = grammar.allowed_positions(previous, part)
    elif attribute == _PITCH:
        allowed = grammar.allowed_pitches(previous, part, position)
    else:
        return logits
    return logits.masked_fill(~allowed, grammar.FORBIDDEN)
