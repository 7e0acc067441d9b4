"""Each term of the paper's loss is the quantity that it is named for, in nats."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical, Normal, kl_divergence

from segue.models.paper_loss import GAUSSIAN_CONSTANT, loss_terms, reconstruction_terms
from segue.models.paper_vae import PaperVAE
from segue.vae.gaussian import Posterior
from tests.unit.models.paper_models import batch, smallest


def draws(seed: int = 3) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(posterior: Posterior) -> Normal:
    return Normal(posterior.mean, (0.5 * posterior.log_var).exp())


def log_prob(of: Normal | Categorical, value: Tensor) -> Tensor:
    found: Tensor = of.log_prob(value)  # type: ignore[no-untyped-call]
    return found


def log_likelihood(model: PaperVAE, table: Tensor, z: Tensor) -> Tensor:
    """Log p(x | z) of each song by torch.distributions, (B,)."""
    total = torch.zeros(len(table))
    for index, column in enumerate(model.embedding.columns):
        part = model.decode(z)[column.name]
        if column.values:
            distances = torch.cdist(
                part, model.embedding.weight(column.name).expand(len(z), -1, -1)
            )
            found = log_prob(Categorical(logits=-distances.square()), table[..., index])
        else:
            found = log_prob(Normal(part[..., 0], 1.0), table[..., index])
        total = total + found.sum(dim=-1)
    return total


def test_kl_is_that_of_torch_distributions_and_of_monte_carlo() -> None:
    model, table = smallest(), batch()
    with torch.no_grad():
        reading = model(table, draws())
        terms = loss_terms(model, table, reading)
    assert terms.kl is not None
    assert terms.given_kl is not None
    for posterior, kl in (
        (reading.posterior, terms.kl),
        (reading.given_posterior, terms.given_kl),
    ):
        exact = kl_divergence(normal(posterior), Normal(torch.zeros(4, 3), torch.ones(4, 3)))
        torch.testing.assert_close(kl, exact.sum(dim=-1))
        generator = draws(5)
        z = torch.stack([posterior.sample(generator) for _ in range(4000)])
        ratio = (log_prob(normal(posterior), z) - log_prob(Normal(0.0, 1.0), z)).sum(dim=-1)
        error = ratio.std(dim=0) / len(z) ** 0.5
        assert ((ratio.mean(dim=0) - kl).abs() < 5 * error).all()


def test_l2_and_cross_entropy_are_negative_log_likelihoods() -> None:
    model, table = smallest(), batch()
    z = torch.randn(4, 3, generator=draws())
    with torch.no_grad():
        l2, cross_entropy = reconstruction_terms(model, table, model.decode(z))
        exact = log_likelihood(model, table, z)
    nll = torch.stack([*l2.values(), *cross_entropy.values()]).sum(dim=0)

    torch.testing.assert_close(-(nll + table.shape[1] * GAUSSIAN_CONSTANT), exact)


def test_the_elbo_lies_below_an_importance_sampled_bound() -> None:
    """Burda et al. (2016): averaging weights inside the logarithm only comes nearer to log p(x)."""
    model, table = smallest(conditional=False), batch()
    generator, count = draws(), 600
    elbos, weights = [], []
    with torch.no_grad():
        for _ in range(count):
            reading = model(table, generator)
            elbos.append(loss_terms(model, table, reading).elbo())
            z = reading.posterior.sample(generator)
            prior = log_prob(Normal(0.0, 1.0), z).sum(dim=-1)
            proposal = log_prob(normal(reading.posterior), z).sum(dim=-1)
            weights.append(log_likelihood(model, table, z) + prior - proposal)
    elbo = torch.stack(elbos).mean(dim=0)
    bound = torch.logsumexp(torch.stack(weights), dim=0) - math.log(count)

    assert (elbo < bound).all()
    torch.testing.assert_close(torch.stack(weights).mean(dim=0), elbo, rtol=0.05, atol=0.5)


def test_the_total_is_the_sum_of_the_terms_with_both_kls_weighted() -> None:
    model, table = smallest(), batch()
    terms = loss_terms(model, table, model(table, draws()))
    named = terms.named()

    rest = sum(value for name, value in named.items() if not name.endswith("kl"))
    torch.testing.assert_close(terms.total(20.0), rest + 20 * (named["kl"] + named["given_kl"]))
    assert set(named) == {
        "l2/onset_s", "cross_entropy/pitch", "cross_entropy/program", "kl", "given_l2", "given_kl",
    }  # fmt: skip


def test_an_autoencoder_has_no_kl_and_no_beta() -> None:
    model, table = smallest(kind="autoencoder"), batch()
    terms = loss_terms(model, table, model(table, draws()))

    assert terms.kl is None
    assert terms.given_kl is None
    torch.testing.assert_close(terms.total(1.0), terms.total(100.0))


def test_the_conditional_l2_does_not_shrink_the_embeddings_of_its_targets() -> None:
    model, table = smallest(), batch()
    terms = loss_terms(model, table, model(table, draws()))
    assert terms.given_l2 is not None
    before = model.embedding.weight("pitch")
    (gradient,) = torch.autograd.grad(terms.given_l2.sum(), before)
    # Only through the encoders: with the input detached nothing would be left.
    fixed = model.embedding(table).detach()
    given = model.partial_encoder(fixed[:, :2])
    z = model.given_heads(torch.cat([model.encoder(fixed), given], dim=-1)).mean
    parts = model._decode_given(z, given)
    targets = {name: part.detach() for name, part in model.embedding.parts(table).items()}
    loss = sum(((parts[name] - targets[name]) ** 2).sum() for name in parts)

    assert gradient.abs().sum() > 0
    with pytest.raises(RuntimeError, match="appears to not have been used"):
        torch.autograd.grad(loss, before)  # type: ignore[arg-type]


def test_every_parameter_learns() -> None:
    model, table = smallest(), batch()
    torch.autograd.backward(loss_terms(model, table, model(table, draws())).total(2.0).mean())

    assert [name for name, value in model.named_parameters() if value.grad is None] == []
