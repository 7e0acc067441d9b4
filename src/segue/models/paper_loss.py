"""The paper's loss, section 3.4, term by term.

What is minimised, a song: L2 of each real column, cross-entropy of each categorical one, beta times
KL(q(z|x) || p(z)), L2 of the conditional decoders, beta times KL(q(z|x, x_partial) || p(z)). All
are sums over the notes in nats, so that with beta = 1 the first three are the negative ELBO but for
a constant; the formula does not say whether it sums or averages over notes.

- L2 of a real column is half the squared error: the negative log of a Gaussian of variance 1, less
  `GAUSSIAN_CONSTANT` a number.
- Cross-entropy is of the softmax over negative squared L2 distances to the embeddings, so that the
  likeliest value is the nearest embedding of section 3.3. The formula's line of cross-entropies has
  the opposite sign of its line of log-likelihoods; both mean to make the data likely.
- The conditional L2 (the formula has L2 alone here) is half the squared error of all columns, of
  categorical ones in the space of their embeddings. The targets are held fixed: else the
  embeddings would shrink to make the error small.
"""

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from segue.models.paper_vae import PaperVAE, Reading

__all__ = ["GAUSSIAN_CONSTANT", "Terms", "loss_terms", "reconstruction_terms"]

GAUSSIAN_CONSTANT: Final = 0.5 * math.log(2 * math.pi)
"""Nats a number that L2 lacks to be the negative log of N(x; x_hat, 1)."""


@dataclass(frozen=True)
class Terms:
    """The terms of each song of a batch, each (B,), in nats; None where a model has no such."""

    l2: dict[str, Tensor]
    """By real column."""
    cross_entropy: dict[str, Tensor]
    """By categorical column."""
    kl: Tensor | None
    given_l2: Tensor | None
    given_kl: Tensor | None
    n_real: int
    """Real numbers a song, which `elbo` needs for its constant."""

    def total(self, beta: float) -> Tensor:
        """What is minimised, (B,)."""
        kept = [*self.l2.values(), *self.cross_entropy.values()]
        kept += [beta * term for term in (self.kl, self.given_kl) if term is not None]
        if self.given_l2 is not None:
            kept.append(self.given_l2)
        return torch.stack(kept).sum(dim=0)

    def elbo(self) -> Tensor:
        """The ELBO of the unconditional model from one draw of z, (B,), in nats."""
        assert self.kl is not None, "an autoencoder has no ELBO"
        nll = torch.stack([*self.l2.values(), *self.cross_entropy.values()]).sum(dim=0)
        return -(nll + self.n_real * GAUSSIAN_CONSTANT + self.kl)

    def named(self) -> dict[str, Tensor]:
        """Every term by the name that logs give it."""
        found = {f"l2/{name}": term for name, term in self.l2.items()}
        found |= {f"cross_entropy/{name}": term for name, term in self.cross_entropy.items()}
        rest = {"kl": self.kl, "given_l2": self.given_l2, "given_kl": self.given_kl}
        return found | {name: term for name, term in rest.items() if term is not None}


def loss_terms(model: PaperVAE, table: Tensor, reading: Reading) -> Terms:
    """The terms of a batch, (B, N, C), of which `reading` is the model's reading."""
    l2, cross_entropy = reconstruction_terms(model, table, reading.decoded)
    is_vae = model.config.kind == "vae"
    given_l2 = given_kl = None
    if reading.given_decoded is not None and reading.given_posterior is not None:
        targets = model.embedding.parts(table)
        errors = [
            _half_square(part - targets[name].detach())
            for name, part in reading.given_decoded.items()
        ]
        given_l2 = torch.stack(errors).sum(dim=0)
        given_kl = reading.given_posterior.kl().sum(dim=-1) if is_vae else None
    return Terms(
        l2=l2,
        cross_entropy=cross_entropy,
        kl=reading.posterior.kl().sum(dim=-1) if is_vae else None,
        given_l2=given_l2,
        given_kl=given_kl,
        n_real=len(l2) * table.shape[1],
    )


def reconstruction_terms(
    model: PaperVAE, table: Tensor, decoded: dict[str, Tensor]
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """L2 by real column and cross-entropy by categorical column, each (B,)."""
    l2: dict[str, Tensor] = {}
    cross_entropy: dict[str, Tensor] = {}
    for index, column in enumerate(model.embedding.columns):
        part, target = decoded[column.name], table[..., index]
        if column.values:
            logits = model.embedding.logits(column.name, part)
            each = functional.cross_entropy(
                logits.flatten(0, 1), target.long().flatten(), reduction="none"
            )
            cross_entropy[column.name] = each.view_as(target).sum(dim=-1)
        else:
            l2[column.name] = _half_square(part[..., 0] - target)
    return l2, cross_entropy


def _half_square(error: Tensor) -> Tensor:
    """Half the sum of squares of each example, (B, ...) to (B,)."""
    return 0.5 * error.square().flatten(1).sum(dim=-1)
