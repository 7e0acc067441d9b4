"""Which parameters Muon moves and which AdamW, and how their rates are set."""

from typing import Final

import torch
from torch import nn

from segue.nn.muon import Muon
from segue.training.config import OptimiserConfig

_ADAM_BETAS: Final = (0.9, 0.95)
_LIGHTER_DECAY: Final = 5
"""AdamW's parameters, embeddings most of all, are pulled to 0 less than the hidden matrices."""


def build_optimisers(
    model: nn.Module, config: OptimiserConfig, *, hidden: tuple[str, ...], bf16: bool
) -> list[torch.optim.Optimizer]:
    """Muon and AdamW, over disjoint parameters that are all of the model's.

    `hidden`: how the names of matrices between hidden states begin; embeddings, outputs and norms
    are AdamW's. `bf16`: whether the machine computes in bfloat16; Muon then does, and is four times
    as fast.
    """
    matrices: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        is_hidden = parameter.ndim == 2 and name.startswith(hidden)
        (matrices if is_hidden else others).append(parameter)
    return [
        Muon(
            matrices,
            lr=config.muon_lr,
            weight_decay=config.weight_decay,
            dtype=torch.bfloat16 if bf16 else torch.float32,
        ),
        torch.optim.AdamW(
            others,
            lr=config.adam_lr,
            betas=_ADAM_BETAS,
            weight_decay=config.weight_decay / _LIGHTER_DECAY,
            fused=True,
        ),
    ]


def set_rates(
    optimisers: list[torch.optim.Optimizer], share: float, config: OptimiserConfig
) -> None:
    """Set both optimisers to a share of their full rates."""
    full = (config.muon_lr, config.adam_lr)
    for optimiser, lr in zip(optimisers, full, strict=True):
        for group in optimiser.param_groups:
            group["lr"] = lr * share
