"""Every kind of encoder reads all steps, in their order, into one vector."""

from typing import get_args

import pytest
import torch

from segue.vae.sequence_encoder import EncoderKind, SequenceEncoder


@pytest.fixture(params=get_args(EncoderKind))
def encoder(request: pytest.FixtureRequest) -> SequenceEncoder:
    torch.manual_seed(1)
    return SequenceEncoder(request.param, steps=6, inputs=3, hidden=8)


def test_one_vector_a_sequence(encoder: SequenceEncoder) -> None:
    assert encoder(torch.randn(4, 6, 3)).shape == (4, encoder.width) == (4, 16)


def test_every_step_counts(encoder: SequenceEncoder) -> None:
    sequence = torch.randn(1, 6, 3, requires_grad=True)
    torch.autograd.backward(encoder(sequence).square().sum())

    assert sequence.grad is not None
    assert (sequence.grad.abs().sum(dim=-1) > 0).all()


def test_order_counts(encoder: SequenceEncoder) -> None:
    sequence = torch.randn(1, 6, 3)

    assert not torch.allclose(encoder(sequence), encoder(sequence.flip(1)))
