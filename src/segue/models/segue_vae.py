"""Segue's conditional VAE: p(x | z, x_partial), with a latent z for each bar.

What is unusual here:
- one decoder for continuation, infilling, regeneration and composing: the visible notes are read
  first, the masked ones written after them (`encoding.sequence`);
- one step of the decoder is one note, its five attributes predicted in turn (`heads`);
- attention turns with musical time as well as with the event's index (`nn.transformer`);
- z enters every layer, and the heads through a memoryless reading that cannot do without it
  (`sketch`);
- z is left out at random, bar by bar: without any, the network is a plain conditional model.

Of a model without latents (`config.latents` is 0) z is (B, NB, 0), an `Outline` is None, and what
the terms tell of z is 0.

Shapes: B batch, T events, NB bars, D width, Z latent channels.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.encoding.sequence import (
    ATTRIBUTE_COLUMNS,
    ATTRIBUTES,
    MASKED,
    NOTE_EVENT,
    PAD,
    Column,
)
from segue.encoding.vocabulary import BAR, POSITIONS_PER_QUARTER
from segue.models.batch import Batch
from segue.models.config import ModelConfig
from segue.models.embedding import NOTE_COLUMNS, ColumnEmbedding, EventEmbedding
from segue.models.heads import AttributeHeads, Outline
from segue.models.look_back import LookBack
from segue.models.precedents import Precedents
from segue.models.sketch import at_bars
from segue.nn.norm import RMSNorm
from segue.nn.transformer import Block, LayerCache, rotary_angles
from segue.vae.gaussian import Posterior
from segue.vae.set_encoder import SetEncoder

_LONGEST_TIME: Final = float(64 * 4 * POSITIONS_PER_QUARTER)
"""The slowest turn of the rotary embedding: 64 bars of 4/4, in positions."""


@dataclass
class Terms:
    """What the loss is made of: sums over a batch, in nats, and what to divide them by."""

    nll: Tensor
    """Of each attribute, weighted, (5,)."""
    sketch_nll: Tensor
    """Of each attribute by z's memoryless reading, over events with z, (5,)."""
    marginal_nll: Tensor
    """The same over events without z, which it then predicts from nothing, (5,)."""
    kl: Tensor
    """Of each latent dimension, over bars with z, (Z,)."""
    events: Tensor
    """The weight of all events."""
    notes: Tensor
    """The weight of the notes among them."""
    sketched: Tensor
    """The weight of the events with z."""
    bars: Tensor
    """The number of bars with z."""


class BarInputs(NamedTuple):
    """What each bar adds to its events, (B, NB, D) each."""

    parts: Tensor
    """The parts to be written, to the event that begins the bar."""
    latents: list[Tensor]
    """z, before every layer; none of a model without latents."""

    def at(self, bar: Tensor) -> "BarInputs":
        """As if the window was the bar of each event alone, (B, 1)."""
        return BarInputs(at_bars(self.parts, bar), [at_bars(z, bar) for z in self.latents])


class Learns(Enum):
    """What a step of training moves."""

    SKETCH = auto()
    """The posterior and its memoryless reading, alone."""
    DECODER = auto()
    """The decoder, which learns to read z as it is."""
    ALL = auto()
    """Everything: z comes to carry what the decoder cannot know without it."""


class SegueVAE(nn.Module):
    """The model; see the module."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        width, latents = config.width, config.latents
        if latents:
            self.read_note = ColumnEmbedding(NOTE_COLUMNS, config.encoder_width)
            self.encoder = SetEncoder(config.encoder_width, latents)
        self.embed = EventEmbedding(width)
        if latents:
            self.no_latent = nn.Parameter(torch.zeros(latents))
            self.latent_in = nn.ModuleList(
                nn.Linear(latents, width, bias=False) for _ in range(config.layers)
            )
            for latent_in in self.latent_in:
                assert isinstance(latent_in, nn.Linear)
                nn.init.zeros_(latent_in.weight)
        self.blocks = nn.ModuleList(Block(width, config.heads) for _ in range(config.layers))
        self.norm = RMSNorm(width)
        self.heads = AttributeHeads(width, latents, config.sketch_width, look_back=config.look_back)

    def encode(self, batch: Batch) -> Posterior:
        """q(z | the masked notes of each bar), (B, NB, Z)."""
        columns = batch.columns
        if not self.config.latents:
            nothing = torch.zeros(len(columns), batch.n_bars, 0, device=columns.device)
            return Posterior(mean=nothing, log_var=nothing)
        member = (columns[..., Column.KIND] == NOTE_EVENT) & (columns[..., Column.ROLE] == MASKED)
        bar = columns[..., Column.BAR].clamp(max=batch.n_bars - 1)
        posterior: Posterior = self.encoder(self.read_note(columns), bar, member, batch.n_bars)
        return posterior

    def given(self, z: Tensor, latent_given: Tensor) -> Tensor:
        """Z where it is given, the learned "no latent" elsewhere, (B, NB, Z)."""
        if not self.config.latents:
            return z
        return torch.where(latent_given[..., None], z, self.no_latent)

    def decode(
        self,
        columns: Tensor,
        masked_parts: Tensor,
        z: Tensor,
        caches: list[LayerCache] | None = None,
        at: int = 0,
    ) -> Tensor:
        """Hidden states after each event, (B, T, D); `z`: (B, NB, Z), from `given`."""
        return self.read(columns, self.bar_inputs(masked_parts, z), caches, at)

    def bar_inputs(self, masked_parts: Tensor, z: Tensor) -> BarInputs:
        """What (B, NB, N_PARTS) and (B, NB, Z), from `given`, add to the events of their bars."""
        parts: Tensor = self.embed.of_masked_parts(masked_parts)
        return BarInputs(
            parts, [layer(z) for layer in self.latent_in] if self.config.latents else []
        )

    def read(
        self,
        columns: Tensor,
        bars: BarInputs,
        caches: list[LayerCache] | None = None,
        at: int = 0,
    ) -> Tensor:
        """Hidden states after each event, (B, T, D).

        With caches, `columns` are the events from index `at`.
        """
        angles = rotary_angles(
            columns[..., Column.TIME],
            at,
            head_width=self.config.width // self.config.heads,
            longest_time=_LONGEST_TIME,
        )
        x = self.embed(columns, bars.parts)
        bar = columns[..., Column.BAR]
        for i, block in enumerate(self.blocks):
            if bars.latents:
                x = x + at_bars(bars.latents[i], bar)
            x = block(x, angles, None if caches is None else caches[i], at)
        out: Tensor = self.norm(x)
        return out

    def predict(
        self, batch: Batch, z: Tensor, latent_given: Tensor
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Logits of every event after the first, teacher-forced; and the sketch's."""
        read, target = batch.columns[:, :-1], batch.columns[:, 1:].clone()
        truth = true_attributes(target)
        z_learns = z.requires_grad
        z = self.given(z, latent_given)
        hidden = self.decode(read, batch.masked_parts, z)
        bar = read[..., Column.BAR]
        look, precedents = None, None
        if self.config.look_back:
            look = LookBack.over(read, bar, batch.look_back)
            precedents = Precedents(read, batch.look_back)
        with torch.set_grad_enabled(z_learns):
            outline = self.outline(z, latent_given, bar)
        return self.heads(  # type: ignore[no-any-return]
            hidden, read, look, precedents, outline, target, lambda a, _: truth[..., a]
        )

    def outline(self, z: Tensor, latent_given: Tensor, bar: Tensor) -> Outline | None:
        """What z, from `given`, (B, NB, Z), says of the bars (B, Tq)."""
        if not self.config.latents:
            return None
        return Outline(
            of_latent=at_bars(self.heads.sketch.bars(z), bar),
            of_none=self.heads.sketch.bars(self.no_latent)[None, None],
            given=at_bars(latent_given[..., None].float(), bar)[..., 0],
        )

    def forward(
        self,
        batch: Batch,
        generator: torch.Generator | None = None,
        *,
        learns: Learns = Learns.ALL,
    ) -> Terms:
        """The terms of the loss on a batch, z drawn from the posterior.

        A decoder that cannot read z yet makes it small, for that is the quickest way to suffer less
        from it. So `learns` begins with `SKETCH` (`sketch_terms`, a forward pass of its own), goes
        on with `DECODER`, and only then comes to `ALL`.
        """
        if learns is Learns.SKETCH:
            return self.sketch_terms(batch, generator)
        with torch.set_grad_enabled(torch.is_grad_enabled() and learns is Learns.ALL):
            posterior = self.encode(batch)
            z = posterior.sample(generator)
        logits, sketched = self.predict(batch, z, batch.latent_given)
        return self._terms(batch, posterior, logits, sketched)

    def sketch_terms(self, batch: Batch, generator: torch.Generator | None = None) -> Terms:
        """The terms of the posterior and its memoryless reading alone, as if all was masked.

        Without a pass of the decoder this is a small VAE of bars, a tenth of the work of `forward`.
        """
        assert self.config.latents, "a model without latents has no sketch to learn"
        columns = batch.columns.clone()
        columns[..., Column.ROLE] = (columns[..., Column.KIND] != PAD).long()
        last = columns[..., Column.BAR].amax(1, keepdim=True)
        bars = torch.arange(batch.n_bars, device=columns.device) < last
        batch = replace(batch, columns=columns, latent_given=bars)
        posterior = self.encode(batch)
        read, target = columns[:, :-1], columns[:, 1:]
        outline = self.outline(posterior.sample(generator), bars, read[..., Column.BAR])
        assert outline is not None
        none = outline.of_none.expand(*read.shape[:2], -1)
        sketch = self.heads.sketch
        reading = [sketch.logits(a, outline.of_latent, target) for a in range(len(ATTRIBUTES))]
        marginal = [sketch.logits(a, none, target) for a in range(len(ATTRIBUTES))]
        terms = self._terms(batch, posterior, reading, reading)
        rest = self._terms(batch, posterior, marginal, marginal)
        return replace(terms, nll=torch.zeros_like(terms.nll), marginal_nll=rest.nll)

    def _terms(
        self, batch: Batch, posterior: Posterior, logits: list[Tensor], sketched: list[Tensor]
    ) -> Terms:
        read, target = batch.columns[:, :-1], batch.columns[:, 1:]
        truth = true_attributes(target)
        weight = batch.weights
        has = at_bars(batch.latent_given[..., None].float(), read[..., Column.BAR])[..., 0]
        is_note = (target[..., Column.KIND] == NOTE_EVENT).float()

        def total(values: list[Tensor], *weights: Tensor) -> list[Tensor]:
            of_attribute = []
            for a, scores in enumerate(values):
                loss = F.cross_entropy(
                    scores.float().flatten(0, 1), truth[..., a].flatten(), reduction="none"
                ).view_as(is_note)
                counted = loss if a == 0 else loss * is_note
                of_attribute.append(torch.stack([(counted * w).sum() for w in weights]))
            if not values:  # the sketch's, of a model without latents
                return list(weight.new_zeros(len(weights), len(ATTRIBUTES)))
            return list(torch.stack(of_attribute, dim=1))

        (nll,) = total(logits, weight)
        sketch_nll, marginal_nll = total(sketched, weight * has, weight * (1 - has))
        bars = batch.latent_given.float()
        return Terms(
            nll=nll,
            sketch_nll=sketch_nll,
            marginal_nll=marginal_nll,
            kl=(posterior.kl() * bars[..., None]).sum((0, 1)),
            events=weight.sum(),
            notes=(weight * is_note).sum(),
            sketched=(weight * has).sum(),
            bars=bars.sum(),
        )


def true_attributes(target: Tensor) -> Tensor:
    """The classes of each attribute of events, (B, T, 5); of a bar's beginning, part is `BAR`."""
    truth = target[..., [int(c) for c in ATTRIBUTE_COLUMNS]].clone()
    is_note = target[..., Column.KIND] == NOTE_EVENT
    truth[..., 0] = torch.where(is_note, truth[..., 0], BAR)
    truth[..., 1:] *= is_note[..., None]
    return truth
