"""The mean of two models' weights, and of what there is none."""

from dataclasses import replace

import pytest
import torch

from scripts.average_models import averaged
from segue.errors import InputError
from tests.unit.models.decoders import SHAPE, random_decoder


def test_every_weight_is_the_mean_by_shares_and_the_context_is_the_last_one_s() -> None:
    first = random_decoder(1)
    last = random_decoder(2, shape=replace(SHAPE, context=2 * SHAPE.context))

    mean = averaged([(first, 0.25), (last, 0.75)])

    assert mean.config == last.config
    for name, weight in mean.state_dict().items():
        expected = 0.25 * first.state_dict()[name] + 0.75 * last.state_dict()[name]
        torch.testing.assert_close(weight, expected)


def test_a_model_averaged_with_itself_is_itself() -> None:
    model = random_decoder()

    mean = averaged([(model, 0.5), (model, 0.5)])

    for name, weight in mean.state_dict().items():
        torch.testing.assert_close(weight, model.state_dict()[name])


def test_shares_that_are_not_one_are_refused() -> None:
    with pytest.raises(InputError, match=r"add up to 1, these are 1.1 in all"):
        averaged([(random_decoder(), 0.5), (random_decoder(), 0.6)])


def test_models_of_other_sizes_are_refused() -> None:
    wider = random_decoder(shape=replace(SHAPE, width=2 * SHAPE.width))

    with pytest.raises(InputError, match="models of one size"):
        averaged([(random_decoder(), 0.5), (wider, 0.5)])
