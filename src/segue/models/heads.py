"""The five attributes of the next event, each given those before it.

Part (or the end of the bar), position, pitch, duration, velocity. One walk over the five serves
training, where `choose` hands back the truth, and sampling, where it draws: what is trained is what
is sampled.

To each head's own logits are added, through gates that the hidden state controls: what the same
part did some bars ago (`look_back`), what came next the last times (`precedents`), what sounds at
the moment (pitch only), and the memoryless reading of z (`sketch`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from segue.encoding.sequence import NOTE_EVENT, Column
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

ATTRIBUTES: Final = ("part", "position", "pitch", "duration", "velocity")
ATTRIBUTE_COLUMNS: Final = (
    Column.PART,
    Column.POSITION,
    Column.PITCH,
    Column.DURATION,
    Column.VELOCITY,
)
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

    def __init__(self, width: int, latents: int, sketch_width: int) -> None:
        super().__init__()
        self.before = nn.ModuleList(
            nn.Sequential(RMSNorm(width), nn.Linear(width, width), nn.GELU()) for _ in SIZES
        )
        self.out = nn.ModuleList(nn.Linear(width, size) for size in SIZES)
        self.gates = nn.ModuleList(
            nn.Linear(width, sets + precedents + 1)
            for sets, precedents in zip(_N_SETS, _N_PRECEDENTS, strict=True)
        )
        for gate in self.gates:
            assert isinstance(gate, nn.Linear)
            nn.init.zeros_(gate.weight)
            nn.init.constant_(gate.bias, _GATE_AT_FIRST)
            nn.init.constant_(gate.bias[-1:], _LATENT_GATE_AT_FIRST)
        self.chosen = nn.ModuleList(nn.Embedding(size, width) for size in SIZES[:-1])
        for table in self.chosen:
            assert isinstance(table, nn.Embedding)
            nn.init.normal_(table.weight, std=TABLE_STD)
        self.controls = ColumnEmbedding(CONTROL_COLUMNS, width)
        self.chroma = nn.Linear(PITCH_CLASSES * N_CHROMA, width)
        self.repeats = nn.Linear(N_PRECEDENTS, width, bias=False)
        self.sketch = Sketch(latents, sketch_width, SIZES)

    def forward(
        self,
        hidden: Tensor,
        previous: Tensor,
        look: Look,
        precedence: Precedence,
        outline: Outline | None,
        target: Tensor,
        choose: Choose,
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Walk over the attributes; returns the logits of each, and those of the sketch alone.

        `hidden`: (B, Tq, D); `previous`: the events that were read last, (B, Tq, N_COLUMNS);
        `outline`: what z says of the bars being written, None where no latent is given at all;
        `target`: the rows being written, of which columns are read only after `choose` has
        answered for them, and into which its answers are written.
        """
        logits: list[Tensor] = []
        sketched: list[Tensor] = []
        chosen: list[Tensor] = []
        h = hidden + self.repeats(precedence.repeats().to(hidden.dtype))
        sets, precedent = look.parts(), precedence.parts()
        for attribute, column in enumerate(ATTRIBUTE_COLUMNS):
            before = self.before[attribute](h)
            gate = self.gates[attribute](before)
            own = self.out[attribute](before)
            if outline is not None:
                sketch, news = self._read_latent(attribute, outline, target)
                own = own + gate[..., -1:] * news
                sketched.append(sketch)
            for i, values in enumerate(sets):
                own = own + gate[..., i : i + 1] * values
            own = _expect(own, gate[..., len(sets) : -1], precedent)
            own = _forbid(attribute, own, previous, target)
            logits.append(own)
            target[..., column] = value = choose(attribute, own)
            if attribute == len(SIZES) - 1:
                break
            chosen.append(value)
            h = h + self.chosen[attribute](value)
            sets = []
            if attribute == _PART:
                target[..., column] = value.clamp(max=N_PARTS - 1)
                h = h + self.controls(target)
                look = look.of_part(value)
                sets, precedent = look.positions(), precedence.positions(value)
            elif attribute == _POSITION:
                begin = previous[..., Column.TIME] - previous[..., Column.POSITION]
                chroma = look.chroma(begin + value)
                h = h + self.chroma(chroma.flatten(2))
                sets = look.pitches(value) + _spread(chroma)
                precedent = precedence.pitches(*chosen)
            elif attribute == _PITCH:
                duration, velocity = (
                    _and_of_chord(found, previous, column, chosen)
                    for found, column in zip(
                        precedence.notes(*chosen), ATTRIBUTE_COLUMNS[3:], strict=True
                    )
                )
                precedent = duration
            else:
                precedent = velocity
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
