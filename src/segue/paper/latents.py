"""The latents of an experiment's songs: what the paper planned to train a DDPM on.

Each song has one latent vector, so a sequence of latents has one token here. Two kinds, as the
model has two decoders: q(z | x), and q(z | x, x_partial) beside what is read of x_partial, a song's
first third. A song's z is drawn from its posterior anew each time, since draws are what the
decoders were trained on.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import torch

from segue.models.paper_vae import PaperVAE
from segue.paper.data import ExperimentData
from segue.training.latent_examples import CleanLatents

__all__ = ["KINDS", "Float32Array", "Kind", "SongLatents", "kinds_of", "song_latents"]

Float32Array: TypeAlias = npt.NDArray[np.float32]
Kind: TypeAlias = Literal["unconditional", "conditional"]

KINDS: Final[tuple[Kind, ...]] = ("unconditional", "conditional")
_AT_ONCE: Final = 256


def kinds_of(model: PaperVAE) -> tuple[Kind, ...]:
    """What a model can be asked for."""
    return KINDS if model.config.conditional else KINDS[:1]


@dataclass(frozen=True, eq=False)
class SongLatents:
    """The posteriors of a split's songs; a `LatentSource`."""

    mean: Float32Array
    """(songs, Z)."""
    deviation: Float32Array
    """(songs, Z); 0 of an autoencoder."""
    given: Float32Array
    """What is read of x_partial, (songs, H); H is 0 where nothing is given."""

    def __len__(self) -> int:
        """The number of songs."""
        return len(self.mean)

    def draw(self, rng: np.random.Generator) -> CleanLatents:
        """A z of a random song, as one token."""
        song = int(rng.integers(len(self)))
        noise = rng.standard_normal(self.mean.shape[1], np.float32)
        z = self.mean[song] + self.deviation[song] * noise
        return CleanLatents(z[None], self.given[song][None])

    def draws(self, seed: int) -> Float32Array:
        """A z of every song, (songs, Z)."""
        noise = np.random.default_rng(seed).standard_normal(self.mean.shape, np.float32)
        return self.mean + self.deviation * noise


@torch.no_grad()
def song_latents(model: PaperVAE, data: ExperimentData, split: str, kind: Kind) -> SongLatents:
    """The posteriors of all songs of a split, by a model on the CPU."""
    raw = data.splits[split]
    means, deviations, givens = [], [], []
    for first in range(0, len(raw), _AT_ONCE):
        coded = data.representation.code(np.asarray(raw[first : first + _AT_ONCE]))
        table = torch.from_numpy(coded)
        if kind == "conditional":
            posterior, given = model.given_posterior(table)
        else:
            posterior, given = model.posterior(table), torch.zeros(len(table), 0)
        deviation = (0.5 * posterior.log_var).exp()
        if model.config.kind == "autoencoder":
            deviation = torch.zeros_like(deviation)
        means.append(posterior.mean.numpy())
        deviations.append(deviation.numpy())
        givens.append(given.numpy())
    return SongLatents(*(np.concatenate(each) for each in (means, deviations, givens)))
