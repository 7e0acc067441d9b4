"""The network that denoises: a transformer over tokens that are latents, at one level of noise.

It predicts velocities (`schedule`). What it is told beside the noisy latents: the level; and, of
each token, numbers that say what it is of (`about`): its place, or what a condition has to say. It
knows no order of tokens but what these numbers tell.

The level scales and shifts what each layer reads and weighs what it adds, by one projection for all
layers and a table a layer (Chen et al. 2023, PixArt-alpha). All weights of what is added begin at
0, so the network begins as the one that predicts nothing.

Shapes: B batch, N tokens, Z latent channels, C of `about`, D width, H heads.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.diffusion.config import DenoiserConfig
from segue.diffusion.sampling import Predict
from segue.nn.norm import RMSNorm

__all__ = ["QUARTERS", "Denoiser", "DenoiserTerms", "NoisyLatents", "predict_with"]

QUARTERS: Final = 4
"""Of the levels; errors are counted in each."""
_FINEST: Final = 1000.0
_COARSEST_OVER_FINEST: Final = 10_000.0
_PARTS: Final = 6
"""Scale, shift and gate, of attention and of the feed-forward network."""


@dataclass
class NoisyLatents:
    """A batch for training."""

    noisy: Tensor
    """(B, N, Z)."""
    velocity: Tensor
    """What is to be predicted, (B, N, Z)."""
    share: Tensor
    """Each example's level, as a share of all, (B,)."""
    weight: Tensor
    """Of each example's errors, (B,)."""
    present: Tensor
    """Tokens that are no padding, (B, N) bool."""
    about: Tensor
    """(B, N, C)."""

    def to(self, device: torch.device | str) -> "NoisyLatents":
        """The same on a device."""
        return NoisyLatents(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


@dataclass
class DenoiserTerms:
    """Sums over the tokens that are no padding."""

    loss: Tensor
    """Squared errors, a mean over channels, weighted."""
    errors: Tensor
    """The same without weights, by quarters of the levels, (4,)."""
    tokens: Tensor
    """Tokens of each quarter, (4,)."""
    events: Tensor
    """Tokens."""


class Denoiser(nn.Module):
    """The network; see the module."""

    def __init__(self, config: DenoiserConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.into = nn.Linear(config.latents, width)
        self.of_about = nn.Linear(config.about, width) if config.about else None
        self.level = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        self.modulation = nn.Linear(width, _PARTS * width)
        self.tables = nn.ParameterList(
            torch.zeros(1, 1, _PARTS * width) for _ in range(config.layers)
        )
        self.blocks = nn.ModuleList(_Block(width, config.heads) for _ in range(config.layers))
        self.norm = RMSNorm(width)
        self.out = nn.Linear(width, config.latents)
        for begins_at_0 in (self.modulation, self.out):
            nn.init.zeros_(begins_at_0.weight)
            nn.init.zeros_(begins_at_0.bias)

    def predict(
        self,
        noisy: Tensor,
        share: Tensor,
        present: Tensor,
        about: Tensor,
    ) -> Tensor:
        """Velocities, (B, N, Z); arguments as the fields of `NoisyLatents`."""
        x = self.into(noisy)
        if self.of_about is not None:
            x = x + self.of_about(about)
        level = self.modulation(F.silu(self.level(self._waves(share))))[:, None]
        hidden = torch.zeros(present.shape, device=x.device).masked_fill(~present, -torch.inf)
        for block, table in zip(self.blocks, self.tables, strict=True):
            x = block(x, (level + table).chunk(_PARTS, dim=-1), hidden[:, None, None])
        velocity: Tensor = self.out(self.norm(x))
        return velocity

    def forward(self, batch: NoisyLatents) -> DenoiserTerms:
        """The squared errors of a batch."""
        predicted = self.predict(batch.noisy, batch.share, batch.present, batch.about).float()
        error = (predicted - batch.velocity).square().mean(dim=-1)
        counted = batch.present.float()
        sums, tokens = (error * counted).sum(dim=1), counted.sum(dim=1)
        quarter = (batch.share * QUARTERS).ceil().long().clamp(1, QUARTERS) - 1
        of_quarter = F.one_hot(quarter, QUARTERS).to(sums.dtype)
        return DenoiserTerms(
            loss=(batch.weight * sums).sum(),
            errors=sums @ of_quarter,
            tokens=tokens @ of_quarter,
            events=tokens.sum(),
        )

    def _waves(self, share: Tensor) -> Tensor:
        """Sines and cosines of levels, (B,), at D / 2 frequencies: (B, D)."""
        n = self.config.width // 2
        ramp = torch.arange(n, device=share.device, dtype=torch.float32) / n
        angles = _FINEST * share[:, None] * (_COARSEST_OVER_FINEST**-ramp)
        return torch.cat([angles.sin(), angles.cos()], dim=-1)


class _Block(nn.Module):
    """Attention, then a feed-forward network, each added to its input as much as the level says."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_attention = RMSNorm(width)
        self.norm_feed = RMSNorm(width)
        self.norm_query = RMSNorm(width // heads)
        self.norm_key = RMSNorm(width // heads)
        self.query_key_value = nn.Linear(width, 3 * width, bias=False)
        self.attention_out = nn.Linear(width, width, bias=False)
        self.feed_in = nn.Linear(width, 4 * width, bias=False)
        self.feed_out = nn.Linear(4 * width, width, bias=False)

    def forward(self, x: Tensor, by_level: tuple[Tensor, ...], added: Tensor) -> Tensor:
        """`x`, (B, N, D); `by_level`: six of (B, 1, D); `added`: to the scores, (B, H, N, N)."""
        scale, shift, gate, feed_scale, feed_shift, feed_gate = by_level
        x = x + gate * self._attend(self.norm_attention(x) * (1 + scale) + shift, added)
        feed = self.feed_in(self.norm_feed(x) * (1 + feed_scale) + feed_shift)
        out: Tensor = x + feed_gate * self.feed_out(F.gelu(feed))
        return out

    def _attend(self, x: Tensor, added: Tensor) -> Tensor:
        """Written out: of many short sequences PyTorch's own takes twice as long on a CPU."""
        batch, length, width = x.shape
        qkv = self.query_key_value(x).view(batch, length, 3, self.heads, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        q, k = self.norm_query(q), self.norm_key(k)
        scores = q * q.shape[-1] ** -0.5 @ k.transpose(-1, -2)
        mixed = torch.softmax(scores + added, dim=-1).to(v.dtype) @ v
        out: Tensor = self.attention_out(mixed.transpose(1, 2).reshape(batch, length, width))
        return out


def predict_with(
    model: Denoiser,
    about: npt.NDArray[np.float32] | None = None,
    present: npt.NDArray[np.bool_] | None = None,
) -> Predict:
    """What a sampler asks, computed by PyTorch on the model's device.

    Args:
        model: the network; its mode is left as it is.
        about: of every token, (B, N, C); needed by a model that has C.
        present: tokens that are no padding, (B, N); by default all.
    """
    device = model.out.weight.device

    @torch.no_grad()
    def predict(
        noisy: npt.NDArray[np.float32], share: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float32]:
        there = np.ones(noisy.shape[:2], np.bool_) if present is None else present
        told = np.zeros((*noisy.shape[:2], 0), np.float32) if about is None else about
        arrays = (noisy, share, there, told)
        velocity = model.predict(*(torch.from_numpy(each).to(device) for each in arrays))
        found: npt.NDArray[np.float32] = velocity.float().cpu().numpy()
        return found

    return predict
