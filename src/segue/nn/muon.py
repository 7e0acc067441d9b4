"""Muon: momentum whose update of a matrix is made orthogonal (Jordan et al. 2024).

`torch.optim.Muon` orthogonalises in bfloat16, which a CPU without bf16 units emulates at 1 GFLOP/s
(100 in float32, measured): there its step costs more than the gradient. So this one is given the
type to work in; in bfloat16 it does what torch's does, and a test holds the two together.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import torch
from torch import Tensor

_COEFFICIENTS: Final = (3.4445, -4.7750, 2.0315)
"""Of the quintic Newton-Schulz iteration: steep at 0, and all singular values end in [0.7, 1.2]."""

_LEAST_NORM: Final = 1e-7
"""A smaller matrix counts as zero: it has no direction."""


def orthogonalise(matrix: Tensor, *, iterations: int = 5, dtype: torch.dtype) -> Tensor:
    """The nearest matrix with singular values near 1, in `dtype`."""
    a, b, c = _COEFFICIENTS
    x = matrix.to(dtype)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / x.norm().clamp(min=_LEAST_NORM)
    for _ in range(iterations):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised; for the hidden matrices of a network only.

    `dtype`: what to orthogonalise in; float32 where bfloat16 is emulated.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        *,
        lr: float = 0.02,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(params, defaults)
        self.dtype = dtype

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One update of every matrix that has a gradient."""
        loss = None if closure is None else torch.enable_grad()(closure)()
        for group in self.param_groups:
            for matrix in group["params"]:
                if matrix.grad is not None:
                    self._update(matrix, matrix.grad, group)
        return loss

    def _update(self, matrix: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        state = self.state[matrix]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(matrix)
        buffer = state["momentum_buffer"]
        buffer.lerp_(gradient, 1 - group["momentum"])
        nesterov = torch.lerp(gradient, buffer, group["momentum"])
        direction = orthogonalise(nesterov, dtype=self.dtype).to(matrix.dtype)
        scale = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
        matrix.mul_(1 - group["lr"] * group["weight_decay"])
        matrix.add_(direction, alpha=-group["lr"] * scale)
