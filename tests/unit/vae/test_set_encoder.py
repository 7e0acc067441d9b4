"""A set is its members: neither their order nor anything else."""

import pytest
import torch
from torch import Tensor

from segue.vae.gaussian import Posterior
from segue.vae.set_encoder import SetEncoder

BATCH, EVENTS, WIDTH, SETS, LATENTS = 2, 10, 8, 3, 4


@pytest.fixture
def encoder() -> SetEncoder:
    torch.manual_seed(2)
    return SetEncoder(WIDTH, LATENTS)


@pytest.fixture
def sets() -> tuple[Tensor, Tensor, Tensor]:
    """Vectors, the set of each, and whether it counts."""
    generator = torch.Generator().manual_seed(4)
    x = torch.randn(BATCH, EVENTS, WIDTH, generator=generator)
    group = torch.randint(0, SETS, (BATCH, EVENTS), generator=generator)
    member = torch.rand(BATCH, EVENTS, generator=generator) < 0.7
    return x, group, member


Sets = tuple[Tensor, Tensor, Tensor]


def means(encoder: SetEncoder, x: Tensor, group: Tensor, member: Tensor) -> Tensor:
    with torch.no_grad():
        posterior: Posterior = encoder(x, group, member, SETS)
    return posterior.mean


def test_the_order_of_members_does_not_matter(encoder: SetEncoder, sets: Sets) -> None:
    order = torch.randperm(EVENTS, generator=torch.Generator().manual_seed(1))

    turned = means(encoder, *(part[:, order] for part in sets))

    torch.testing.assert_close(means(encoder, *sets), turned, rtol=1e-4, atol=1e-6)


def test_what_is_no_member_does_not_matter(encoder: SetEncoder, sets: Sets) -> None:
    x, group, member = sets
    other = torch.where(member[..., None], x, torch.full_like(x, 100.0))

    assert torch.equal(means(encoder, x, group, member), means(encoder, other, group, member))


def test_a_set_does_not_see_the_others(encoder: SetEncoder, sets: Sets) -> None:
    x, group, member = sets
    other = torch.where((group == 1)[..., None], x.flip(-1), x)

    before, after = means(encoder, x, group, member), means(encoder, other, group, member)

    torch.testing.assert_close(before[:, [0, 2]], after[:, [0, 2]])
    assert not torch.allclose(before[:, 1], after[:, 1])


def test_a_row_of_the_batch_does_not_see_the_others(encoder: SetEncoder, sets: Sets) -> None:
    alone = means(encoder, *(part[1:] for part in sets))

    torch.testing.assert_close(means(encoder, *sets)[1:], alone)


def test_how_often_a_member_occurs_matters(encoder: SetEncoder) -> None:
    x = torch.ones(1, 4, WIDTH)
    group = torch.zeros(1, 4, dtype=torch.int64)
    one, two = (means(encoder, x, group, torch.arange(4)[None] < n) for n in (1, 2))

    assert not torch.allclose(one[:, 0], two[:, 0])


def test_an_empty_set_has_a_finite_posterior(encoder: SetEncoder, sets: Sets) -> None:
    x, group, _ = sets
    posterior = encoder(x, group, torch.zeros(BATCH, EVENTS, dtype=torch.bool), SETS)

    assert posterior.mean.isfinite().all()
    assert posterior.kl().isfinite().all()


def test_gradients_reach_the_members_and_every_parameter(encoder: SetEncoder, sets: Sets) -> None:
    x, group, member = sets
    x = x.clone().requires_grad_()

    posterior = encoder(x, group, member, SETS)
    (posterior.mean.sum() + posterior.log_var.sum()).backward()

    assert x.grad is not None
    assert torch.equal(x.grad.abs().sum(-1) > 0, member)
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in encoder.parameters())
