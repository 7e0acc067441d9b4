"""Every parameter has its optimiser, and both get the same share of their rates."""

from segue.training.config import OptimiserConfig
from segue.training.decoder_task import HIDDEN
from segue.training.optimiser import build_optimisers, set_rates
from tests.unit.models.decoders import random_decoder

CONFIG = OptimiserConfig(warm_up=10, decay=0.25)


def test_every_parameter_is_moved_by_one_optimiser() -> None:
    model = random_decoder()
    muon, adam = build_optimisers(model, CONFIG, hidden=HIDDEN, bf16=False)
    moved = [
        id(p) for optimiser in (muon, adam) for g in optimiser.param_groups for p in g["params"]
    ]

    assert sorted(moved) == sorted(id(p) for p in model.parameters())
    assert all(p.ndim == 2 for group in muon.param_groups for p in group["params"])


def test_both_optimisers_are_set_to_a_share_of_their_full_rates() -> None:
    optimisers = build_optimisers(random_decoder(), CONFIG, hidden=HIDDEN, bf16=False)

    set_rates(optimisers, 0.5, CONFIG)

    muon, adam = ([group["lr"] for group in o.param_groups] for o in optimisers)
    assert set(muon) == {0.5 * CONFIG.muon_lr}
    assert set(adam) == {0.5 * CONFIG.adam_lr}
