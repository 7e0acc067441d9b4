"""The paper's models (its section 3.4): autoencoder, VAE, beta-VAE and conditional VAE, in one.

- An encoder over the notes, a bidirectional GRU as in the text (its published code runs it over the
  six attributes), or the linear, RNN and LSTM encoders that the paper compares it with.
- Two linear heads for mean and log variance; the autoencoder has the mean alone.
- One decoder a column, from z to all N notes at once. Categorical columns come back as vectors in
  the space of their embeddings, and as values by the nearest embedding in L2 (section 3.3).
- The conditional part: x_partial, the first `partial_share` of the notes, has an encoder of its
  own; its vector h goes beside the encoder's into heads for q(z | x, x_partial), and beside z into
  a second decoder a column, p(x | z, x_partial). All share one space of z, with the prior N(0, I).

beta is no part of a model: it weighs the loss (`paper_loss`). Nothing here knows what the columns
mean. Conventions: tables are (B, N, C), see `segue.vae.columns`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import torch
from torch import Tensor, nn

from segue.errors import ConfigError
from segue.vae.columns import Column, ColumnEmbedding
from segue.vae.gaussian import Posterior
from segue.vae.heads import ColumnDecoder, GaussianHeads
from segue.vae.sequence_encoder import EncoderKind, SequenceEncoder

__all__ = ["PaperModelConfig", "PaperVAE", "Reading"]

Parts = dict[str, Tensor]


_LARGEST: Final = 8192
"""Far above the paper's models: a card that says more is damaged."""


@dataclass(frozen=True)
class PaperModelConfig:
    """The shape of a model."""

    kind: Literal["vae", "autoencoder"] = "vae"
    conditional: bool = True
    """Whether the conditional VAE is trained beside it, as in the paper's formula."""
    encoder: EncoderKind = "gru"
    notes: int = 300
    """N, notes a song."""
    partial_share: float = 1 / 3
    """The share of the notes, from the first on, that the conditional decoder is given."""
    embedding: int = 16
    """E, of each categorical column."""
    hidden: int = 128
    """Of the encoder, a direction."""
    decoder_hidden: int = 256
    latents: int = 64
    """Z."""

    def __post_init__(self) -> None:
        """Refuse values out of range, all at once."""
        positive = ("embedding", "hidden", "decoder_hidden", "latents")
        problems = [
            f"{name}: must be at least 1, got {getattr(self, name)}"
            for name in positive
            if getattr(self, name) < 1
        ]
        problems += [
            f"{name}: must be at most {_LARGEST}, got {getattr(self, name)}"
            for name in (*positive, "notes")
            if getattr(self, name) > _LARGEST
        ]
        if self.notes < 2:
            problems.append(f"notes: must be at least 2, got {self.notes}")
        if not 0 < self.partial_share < 1:
            problems.append(f"partial_share: must be between 0 and 1, got {self.partial_share}")
        if problems:
            raise ConfigError("\n".join(problems))

    @property
    def partial_notes(self) -> int:
        """How many notes x_partial has: at least one, and not all."""
        share = Fraction(self.partial_share).limit_denominator(1000)
        return min(max(1, int(self.notes * share)), self.notes - 1)


@dataclass(frozen=True)
class Reading:
    """A batch encoded and decoded; what is conditional is None in a model without it."""

    posterior: Posterior
    """q(z | x), (B, Z)."""
    decoded: Parts
    """Of each column, (B, N, E or 1), from one z ~ q(z | x), or its mean in an autoencoder."""
    given_posterior: Posterior | None = None
    """q(z | x, x_partial), (B, Z)."""
    given_decoded: Parts | None = None
    """Of each column, from a z of it and x_partial."""


class PaperVAE(nn.Module):
    """See the module."""

    def __init__(self, config: PaperModelConfig, columns: Sequence[Column]) -> None:
        super().__init__()
        self.config = config
        self.embedding = ColumnEmbedding(columns, config.embedding)
        self.encoder = self._encoder(config.notes)
        self.heads = GaussianHeads(self.encoder.width, config.latents)
        self.decoders = self._decoders(config.latents)
        if config.conditional:
            self.partial_encoder = self._encoder(config.partial_notes)
            both = self.encoder.width + self.partial_encoder.width
            self.given_heads = GaussianHeads(both, config.latents)
            self.given_decoders = self._decoders(config.latents + self.partial_encoder.width)

    def _encoder(self, steps: int) -> SequenceEncoder:
        return SequenceEncoder(
            self.config.encoder,
            steps=steps,
            inputs=self.embedding.width,
            hidden=self.config.hidden,
        )

    def _decoders(self, inputs: int) -> nn.ModuleDict:
        hidden, steps = self.config.decoder_hidden, self.config.notes
        return nn.ModuleDict(
            {
                name: ColumnDecoder(inputs, hidden=hidden, steps=steps, width=width)
                for name, width in self.embedding.widths.items()
            }
        )

    def forward(self, table: Tensor, generator: torch.Generator | None = None) -> Reading:
        """Encode and decode a batch, (B, N, C); z is drawn from `generator`."""
        notes = self.embedding(table)
        vector = self.encoder(notes)
        posterior = self.heads(vector)
        decoded = self.decode(self._draw(posterior, generator))
        if not self.config.conditional:
            return Reading(posterior, decoded)
        given_posterior, given = self._given(notes, vector)
        z = self._draw(given_posterior, generator)
        return Reading(posterior, decoded, given_posterior, self._decode_given(z, given))

    def _draw(self, posterior: Posterior, generator: torch.Generator | None) -> Tensor:
        if self.config.kind == "autoencoder":
            return posterior.mean
        return posterior.sample(generator)

    def posterior(self, table: Tensor) -> Posterior:
        """q(z | x) of a batch, (B, N, C)."""
        found: Posterior = self.heads(self.encoder(self.embedding(table)))
        return found

    def given_posterior(self, table: Tensor) -> tuple[Posterior, Tensor]:
        """q(z | x, x_partial) of a batch, (B, N, C), and what is read of x_partial, (B, H)."""
        notes = self.embedding(table)
        return self._given(notes, self.encoder(notes))

    def _given(self, notes: Tensor, vector: Tensor) -> tuple[Posterior, Tensor]:
        given = self.partial_encoder(notes[:, : self.config.partial_notes])
        found: Posterior = self.given_heads(torch.cat([vector, given], dim=-1))
        return found, given

    def read_partial(self, partial: Tensor) -> Tensor:
        """What is read of the first notes, (B, partial_notes, C): (B, H)."""
        read: Tensor = self.partial_encoder(self.embedding(partial))
        return read

    def decode(self, z: Tensor) -> Parts:
        """The parts of p(x | z): what each column's decoder makes of z, (B, Z)."""
        return {name: decoder(z) for name, decoder in self.decoders.items()}

    def _decode_given(self, z: Tensor, given: Tensor) -> Parts:
        both = torch.cat([z, given], dim=-1)
        return {name: decoder(both) for name, decoder in self.given_decoders.items()}

    @torch.no_grad()
    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Tables of z ~ N(0, I), (count, N, C); `generator` is of the model's device."""
        return self.tables(self._prior(count, generator))

    @torch.no_grad()
    def sample_given(self, partial: Tensor, generator: torch.Generator) -> Tensor:
        """Tables of p(x | z, x_partial), a z ~ N(0, I) for every example.

        `partial`: the first notes, (B, partial_notes, C). What comes back is what the decoder makes
        of all N notes, the given ones too.
        """
        z = self._prior(len(partial), generator)
        return self.tables(z, self.read_partial(partial))

    @torch.no_grad()
    def tables(self, z: Tensor, given: Tensor | None = None) -> Tensor:
        """Tables of latents, (B, Z), by p(x | z) or p(x | z, x_partial): (B, N, C).

        `given`: what is read of x_partial, (B, H).
        """
        return self.embedding.values(
            self.decode(z) if given is None else self._decode_given(z, given)
        )

    def _prior(self, count: int, generator: torch.Generator) -> Tensor:
        device = self.heads.mean.weight.device
        return torch.empty(count, self.config.latents, device=device).normal_(generator=generator)
