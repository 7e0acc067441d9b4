"""The norm is torch's in float32, and keeps bfloat16 without a word under autocast."""

import torch
from torch import nn

from segue.nn.norm import RMSNorm


def test_it_is_torch_s_in_float32() -> None:
    x = torch.randn(3, 5, 16, generator=torch.Generator().manual_seed(1))
    ours, theirs = RMSNorm(16), nn.RMSNorm(16)
    weight = torch.linspace(0.5, 2, 16)
    with torch.no_grad():
        ours.weight.copy_(weight)
        theirs.weight.copy_(weight)

    assert torch.equal(ours(x), theirs(x))


def test_what_is_bfloat16_stays_so_and_the_weights_learn() -> None:
    x = torch.randn(3, 16, generator=torch.Generator().manual_seed(1)).bfloat16()
    norm = RMSNorm(16)
    with torch.autocast("cpu", torch.bfloat16):
        normed = norm(x)
    normed.float().square().sum().backward()

    assert normed.dtype == torch.bfloat16
    torch.testing.assert_close(normed.float(), nn.RMSNorm(16)(x.float()), rtol=0.01, atol=0.01)
    assert norm.weight.grad is not None
    assert norm.weight.grad.dtype == torch.float32
