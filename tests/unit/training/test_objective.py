"""The loss is its terms, weighted; beta moves the KL to its target and stays in bounds."""

from dataclasses import fields

import pytest
import torch

from segue.encoding.sequence import ATTRIBUTES
from segue.models.segue_vae import Terms
from segue.training.config import ObjectiveConfig
from segue.training.objective import Beta, add_terms, loss_of, measures


def some_terms(scale: float = 1.0) -> Terms:
    sizes = {"nll": 5, "sketch_nll": 5, "marginal_nll": 5, "kl": 3}
    counts = {"events": 10.0, "notes": 8.0, "sketched": 4.0, "bars": 2.0}
    sums = {n: torch.arange(1.0, size + 1) * scale for n, size in sizes.items()}
    return Terms(**sums, **{n: torch.tensor(count * scale) for n, count in counts.items()})


def test_beta_rises_above_the_target_falls_below_it_and_rests_on_it() -> None:
    config = ObjectiveConfig(kl_target=20.0, beta_rate=0.1)
    moved = {}
    for kl in (10.0, 20.0, 30.0):
        beta = Beta(0.1)
        beta.update(kl, config)
        moved[kl] = beta.value

    assert moved[10.0] < 0.1
    assert moved[20.0] == 0.1
    assert moved[30.0] > 0.1


@pytest.mark.parametrize(("kl", "end"), [(0.0, 0.0005), (1e9, 1.0)])
def test_beta_stays_in_bounds(kl: float, end: float) -> None:
    beta = Beta(0.1)
    for _ in range(1000):
        beta.update(kl, ObjectiveConfig())

    assert beta.value == end


def test_beta_brings_a_kl_that_answers_to_it_to_the_target() -> None:
    """As a model's does: the dearer the nats, the fewer of them."""
    config, beta = ObjectiveConfig(kl_target=24.0), Beta(0.5)
    for _ in range(2000):
        beta.update(2.4 / beta.value, config)

    assert 2.4 / beta.value == pytest.approx(24.0, rel=0.05)


def test_a_rate_of_0_holds_beta() -> None:
    beta = Beta(0.3)
    beta.update(1e6, ObjectiveConfig(beta_rate=0))

    assert beta.value == 0.3


def test_measures_are_nats_an_event_and_a_bar() -> None:
    found = measures(some_terms())

    assert [found[f"nll/{name}"] for name in ATTRIBUTES] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert found["nll/event"] == pytest.approx(1.5)
    assert found["sketch/event"] == pytest.approx(15 / 4)
    assert found["marginal/event"] == pytest.approx(15 / 6)
    assert found["kl/bar"] == pytest.approx(3.0)
    assert found["kl/active_dimensions"] == 3


def test_terms_of_several_batches_are_summed() -> None:
    both = add_terms([some_terms(), some_terms(2.0)])

    for field in fields(Terms):
        assert torch.equal(getattr(both, field.name), getattr(some_terms(3.0), field.name))


def test_the_loss_is_an_elbo_an_event_with_beta_on_its_kl() -> None:
    free = ObjectiveConfig(sketch=0.0)

    assert float(loss_of(some_terms(), 0.0, free)) == pytest.approx(1.5)
    assert float(loss_of(some_terms(), 1.0, free)) == pytest.approx(1.5 + 6 / 10)


def test_nothing_at_all_has_no_loss_and_no_nan() -> None:
    nothing = some_terms(0.0)

    assert float(loss_of(nothing, 0.1, ObjectiveConfig())) == 0
    assert not any(map(bool, measures(nothing).values()))
