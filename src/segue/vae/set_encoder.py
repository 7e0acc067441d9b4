"""A posterior for each of several sets of vectors.

Members of a set are looked at, pooled, looked at again in the light of the pool, and pooled once
more: twice is what it takes to see pairs (a chord is a relation of notes). The order of members
does not matter, nor do vectors that are no members.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from segue.vae.gaussian import Posterior

_LOG_VAR_RANGE: Final = (-8.0, 4.0)
"""Standard deviations from 0.02 to 7.4: no KL overflows early in training."""

_MEAN_STD = 0.05
"""Posterior means about as wide as the prior from the first step. Where they begin narrow, the KL
is spent on variances that make room for a signal that never comes (experiments/LOG.md)."""


class SetEncoder(nn.Module):
    """Vectors with a set index each -> a `Posterior` for each set."""

    def __init__(self, width: int, latents: int) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, width)
        )
        self.second = nn.Sequential(
            nn.LayerNorm(3 * width), nn.Linear(3 * width, width), nn.GELU(), nn.Linear(width, width)
        )
        self.norm = nn.LayerNorm(2 * width + 1)
        self.out = nn.Linear(2 * width + 1, 2 * latents)
        nn.init.normal_(self.out.weight, std=0.02)
        nn.init.normal_(self.out.weight[:latents], std=_MEAN_STD)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, group: Tensor, member: Tensor, n_groups: int) -> Posterior:
        """Posteriors of shape (B, n_groups, Z).

        `x`: (B, T, width); `group`: the set of each vector, (B, T), below `n_groups`; `member`:
        which vectors count, (B, T) bool. An empty set gets some posterior too, to be ignored.
        """
        batch = len(x)
        index = (group + n_groups * torch.arange(batch, device=x.device)[:, None]).flatten()
        weight = member.flatten().to(x.dtype)[:, None]
        count = x.new_zeros(batch * n_groups, 1).index_add(0, index, weight)

        def pool(values: Tensor) -> Tensor:
            flat = values.flatten(0, 1) * weight
            total = flat.new_zeros(batch * n_groups, flat.shape[1]).index_add(0, index, flat)
            # index_reduce is a little faster and says on every first use that it is in beta.
            most = torch.zeros_like(total).scatter_reduce(
                0, index[:, None].expand_as(flat), flat, "amax", include_self=True
            )
            return torch.cat([total / (count + 1).sqrt(), most], dim=1)

        looked = self.first(x)
        shared = pool(looked)[index].view(*x.shape[:2], -1)
        again = F.gelu(self.second(torch.cat([looked, shared], dim=-1)))
        pooled = torch.cat([pool(again), (count + 1).log()], dim=1)
        mean, log_var = (
            self.out(self.norm(pooled)).view(batch, n_groups, -1).float().chunk(2, dim=-1)
        )
        return Posterior(mean=mean, log_var=log_var.clamp(*_LOG_VAR_RANGE))
