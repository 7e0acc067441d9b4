"""The average is an exponential moving one, and takes the weights' place for a moment only."""

import pytest
import torch

from segue.training.averaging import WeightAverage


def linear(value: float) -> torch.nn.Linear:
    layer = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(layer.weight, value)
    return layer


def test_it_moves_quickly_at_first_and_then_by_its_decay() -> None:
    layer = linear(0.0)
    average = WeightAverage(layer, decay=0.9)
    torch.nn.init.constant_(layer.weight, 1.0)
    expected = 0.0
    for step in range(1, 200):
        average.update(layer, step)
        decay = min(0.9, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay)

        assert float(average.weights["weight"]) == pytest.approx(expected, rel=1e-5)


def test_weights_come_back_even_after_an_error() -> None:
    layer = linear(3.0)
    average = WeightAverage(linear(5.0), decay=0.9)

    def fail() -> None:
        with average.in_place_of(layer):
            assert layer.weight.item() == 5.0
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert layer.weight.item() == 3.0


def test_changing_the_weights_does_not_change_the_average() -> None:
    layer = linear(3.0)
    average = WeightAverage(layer, decay=0.9)
    torch.nn.init.constant_(layer.weight, 4.0)

    assert float(average.weights["weight"]) == 3.0
