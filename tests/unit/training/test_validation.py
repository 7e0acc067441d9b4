"""Validation gives every written bar its latent, and no other."""

from dataclasses import replace
from random import Random

import torch

from segue.training.objective import add_terms, measures
from segue.training.validation import score_windows, written_bars
from tests.unit.encoding.windows import Task, masked_window
from tests.unit.models.batches import TASKS, batch_of, random_score, smallest_model


def test_written_bars_are_those_that_are_written() -> None:
    """Even the first bar of a padded window, and never the bar that closes the sequence."""
    random = Random(5)
    windows = [masked_window(random_score(random), task, random) for task in TASKS * 3]
    batch = batch_of(windows)
    found = written_bars(batch.columns, batch.n_bars)

    for row, window in enumerate(windows):
        expected = torch.zeros(batch.n_bars, dtype=torch.bool)
        expected[: len(window.written)] = torch.from_numpy(window.written)
        assert torch.equal(found[row], expected)


def test_windows_are_scored_with_every_latent_and_with_none() -> None:
    random = Random(6)
    model = smallest_model()
    windows = [masked_window(random_score(random), Task.COMPOSE, random) for _ in range(3)]
    batch = batch_of(windows)
    hidden = replace(
        batch,
        latent_given=torch.zeros_like(batch.latent_given),
        look_back=torch.zeros_like(batch.look_back),
    )

    given, withheld = score_windows(model, [batch, hidden], generator_seed=3)

    assert float(given.bars) == 2 * sum(len(window.bars) for window in windows)
    assert float(withheld.bars) == 0
    assert float(given.events) == float(withheld.events) == 2 * float(batch.weights.sum())
    with torch.no_grad():
        once = model(batch, torch.Generator().manual_seed(3))
    assert measures(given)["nll/event"] == measures(add_terms([once, once]))["nll/event"]
