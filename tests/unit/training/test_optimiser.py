"""Every parameter has its optimiser, and the rate goes up, stays, and comes down."""

import pytest

from segue.training.config import OptimiserConfig
from segue.training.optimiser import build_optimisers, rate, set_rates
from tests.unit.models.batches import smallest_model

CONFIG = OptimiserConfig(warm_up=10, decay=0.25)


def test_every_parameter_is_moved_by_one_optimiser() -> None:
    model = smallest_model()
    muon, adam = build_optimisers(model, CONFIG, bf16=False)
    moved = [
        id(p) for optimiser in (muon, adam) for g in optimiser.param_groups for p in g["params"]
    ]

    assert sorted(moved) == sorted(id(p) for p in model.parameters())
    assert all(p.ndim == 2 for group in muon.param_groups for p in group["params"])


def test_the_rate_goes_up_stays_and_comes_down_to_almost_nothing() -> None:
    rates = [rate(step, 200, CONFIG) for step in range(200)]

    assert rates[0] == pytest.approx(0.1)
    assert rates[9:151] == [1.0] * 142
    assert rates == [*sorted(rates[:100]), *sorted(rates[100:], reverse=True)]
    assert rates[-1] == pytest.approx(1 / 50)
    assert rate(200, 200, CONFIG) == 0


def test_without_decay_the_rate_stays() -> None:
    constant = OptimiserConfig(warm_up=0, decay=0)

    assert {rate(step, 50, constant) for step in range(50)} == {1.0}


def test_both_optimisers_are_set_to_a_share_of_their_full_rates() -> None:
    optimisers = build_optimisers(smallest_model(), CONFIG, bf16=False)

    set_rates(optimisers, 0.5, CONFIG)

    muon, adam = ([group["lr"] for group in o.param_groups] for o in optimisers)
    assert sorted(muon) == [scale * 0.5 * CONFIG.muon_lr for scale in (0.5, 1.0)]
    assert sorted(adam) == [scale * 0.5 * CONFIG.adam_lr for scale in (1.0, 3.0)]
