"""The KL is the KL, in nats; the sample is the posterior's."""

import pytest
import torch
from torch import Tensor
from torch.distributions import Normal, kl_divergence

from segue.vae.gaussian import Posterior


@pytest.fixture
def posterior() -> Posterior:
    generator = torch.Generator().manual_seed(5)
    mean = torch.randn(3, 4, generator=generator)
    return Posterior(mean=mean, log_var=torch.randn(3, 4, generator=generator))


def distribution(posterior: Posterior) -> Normal:
    return Normal(posterior.mean, (0.5 * posterior.log_var).exp())


def log_density(of: Normal, z: Tensor) -> Tensor:
    found: Tensor = of.log_prob(z)  # type: ignore[no-untyped-call]
    return found


def draws(posterior: Posterior, count: int) -> Tensor:
    generator = torch.Generator().manual_seed(6)
    return torch.stack([posterior.sample(generator) for _ in range(count)])


def test_the_kl_is_that_of_torch_distributions(posterior: Posterior) -> None:
    standard = Normal(torch.zeros(3, 4), torch.ones(3, 4))

    torch.testing.assert_close(posterior.kl(), kl_divergence(distribution(posterior), standard))


def test_the_kl_is_the_mean_log_ratio_of_samples(posterior: Posterior) -> None:
    z = draws(posterior, 4000)
    ratio = log_density(distribution(posterior), z) - log_density(Normal(0.0, 1.0), z)

    error = ratio.std(dim=0) / len(z) ** 0.5
    assert ((ratio.mean(dim=0) - posterior.kl()).abs() < 5 * error).all()


def test_the_standard_normal_has_no_kl() -> None:
    standard = Posterior(mean=torch.zeros(2), log_var=torch.zeros(2))

    assert torch.equal(standard.kl(), torch.zeros(2))


def test_samples_have_the_posterior_s_mean_and_variance(posterior: Posterior) -> None:
    z = draws(posterior, 4000)

    torch.testing.assert_close(z.mean(dim=0), posterior.mean, rtol=0, atol=0.15)
    torch.testing.assert_close(z.var(dim=0).log(), posterior.log_var, rtol=0, atol=0.15)


def test_gradients_reach_mean_and_variance_through_a_sample() -> None:
    mean, log_var = torch.zeros(3, requires_grad=True), torch.zeros(3, requires_grad=True)
    z = Posterior(mean=mean, log_var=log_var).sample(torch.Generator().manual_seed(1))

    torch.autograd.backward(z.sum())

    assert mean.grad is not None
    assert log_var.grad is not None
    assert torch.equal(mean.grad, torch.ones(3))
    torch.testing.assert_close(log_var.grad, 0.5 * z.detach())


def test_the_same_generator_gives_the_same_sample(posterior: Posterior) -> None:
    one, two = (posterior.sample(torch.Generator().manual_seed(3)) for _ in range(2))

    assert torch.equal(one, two)
