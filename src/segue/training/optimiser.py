"""Which parameters Muon moves and which AdamW, and how their rates go."""

from typing import Any, Final

import torch
from torch import nn

from segue.nn.muon import Muon
from segue.training.config import OptimiserConfig

_HIDDEN: Final = (
    "blocks.",
    "encoder.first.",
    "encoder.second.",
    "heads.before.",
    "heads.sketch.outline",
    "latent_in.",
)
"""Matrices between hidden states; embeddings, outputs and gates are AdamW's."""
_MUON_SCALES: Final = {"latent_in.": 0.5}
"""Muon's rate, times this. Where z enters the decoder, its news is small beside the noise of full
steps (experiments/LOG.md)."""
_ADAM_SCALES: Final = {"heads.sketch.": 3.0, "encoder.out.": 3.0}
"""AdamW's. The sketch is small and learns alone, for a short while."""
_ADAM_BETAS: Final = (0.9, 0.95)
_LIGHTER_DECAY: Final = 5
"""AdamW's parameters, embeddings most of all, are pulled to 0 less than the hidden matrices."""


def build_optimisers(
    model: nn.Module, config: OptimiserConfig, *, bf16: bool
) -> list[torch.optim.Optimizer]:
    """Muon and AdamW, over disjoint parameters that are all of the model's.

    `bf16`: whether the machine computes in bfloat16; Muon then does, and is four times as fast.
    """
    hidden: _Groups = {}
    others: _Groups = {}
    for name, parameter in model.named_parameters():
        is_hidden = parameter.ndim == 2 and name.startswith(_HIDDEN)
        groups, scales = (hidden, _MUON_SCALES) if is_hidden else (others, _ADAM_SCALES)
        scale = next((s for prefix, s in scales.items() if name.startswith(prefix)), 1.0)
        groups.setdefault(scale, []).append(parameter)
    return [
        Muon(
            _with_scales(hidden),
            lr=config.muon_lr,
            weight_decay=config.weight_decay,
            dtype=torch.bfloat16 if bf16 else torch.float32,
        ),
        torch.optim.AdamW(
            _with_scales(others),
            lr=config.adam_lr,
            betas=_ADAM_BETAS,
            weight_decay=config.weight_decay / _LIGHTER_DECAY,
            fused=True,
        ),
    ]


_Groups = dict[float, list[nn.Parameter]]


def _with_scales(groups: _Groups) -> list[dict[str, Any]]:
    return [{"params": group, "scale": scale} for scale, group in groups.items()]


def rate(step: int, steps: int, config: OptimiserConfig) -> float:
    """The share of the full learning rate at a step: up, constant, then straight down to 0."""
    up = (step + 1) / max(1, config.warm_up)
    down = (steps - step) / max(1.0, steps * config.decay)
    return max(0.0, min(1.0, up, down))


def set_rates(
    optimisers: list[torch.optim.Optimizer], share: float, config: OptimiserConfig
) -> None:
    """Set both optimisers to a share of their full rates."""
    full = (config.muon_lr, config.adam_lr)
    for optimiser, lr in zip(optimisers, full, strict=True):
        for group in optimiser.param_groups:
            group["lr"] = lr * share * group["scale"]
