"""The interpolated n-gram: a proper distribution, right where the answer is known."""

import numpy as np
import pytest

from segue.evaluation.ngrams.interpolation import InterpolatedModel, Observations, context_key

N_CLASSES = 6


def observations(symbols: np.ndarray, order: int) -> Observations:
    """Each symbol but the first `order` in its contexts of 0 to `order` symbols before."""
    at = np.arange(order, len(symbols))
    keys = [np.zeros(len(at), np.uint64)]
    for ago in range(1, order + 1):
        keys.append(context_key([symbols[at - ago]], base=keys[-1]))
    return Observations(keys, symbols[at])


def walk(seed: int, length: int) -> np.ndarray:
    """A Markov chain on a circle of six: mostly one step up, sometimes anywhere."""
    generator = np.random.default_rng(seed)
    symbols = [0]
    for jump, anywhere in zip(
        generator.random(length), generator.integers(0, N_CLASSES, length), strict=True
    ):
        symbols.append(int(anywhere) if jump < 0.3 else (symbols[-1] + 1) % N_CLASSES)
    return np.array(symbols)


ENTROPY = -(0.75 * np.log(0.75) + 5 * 0.05 * np.log(0.05))
"""Of a step of `walk`, in nats: 0.7 + 0.3 / 6 for the next, 0.3 / 6 for each of the others."""


def nats(model: InterpolatedModel, observed: Observations) -> float:
    return float(-np.log(model.probability(observed)).mean())


@pytest.mark.parametrize("order", [0, 1, 3])
def test_probabilities_of_all_symbols_sum_to_one(order: int) -> None:
    model = InterpolatedModel.fit(
        observations(walk(0, 300), order), observations(walk(1, 300), order), n_classes=N_CLASSES
    )
    asked = observations(walk(2, 100), order)

    total = sum(
        model.probability(Observations(asked.contexts, np.full(len(asked.symbols), y)))
        for y in range(N_CLASSES)
    )

    np.testing.assert_allclose(total, 1.0)


def test_finds_the_entropy_of_a_markov_chain() -> None:
    train, valid, test = (observations(walk(seed, 20_000), 1) for seed in range(3))

    model = InterpolatedModel.fit(train, valid, n_classes=N_CLASSES)

    assert nats(model, test) == pytest.approx(ENTROPY, abs=0.02)


def test_context_that_tells_nothing_costs_little() -> None:
    streams = [walk(seed, 20_000) for seed in range(3)]
    scores = []
    for order in (1, 4):
        train, valid, test = (observations(stream, order) for stream in streams)
        scores.append(nats(InterpolatedModel.fit(train, valid, n_classes=N_CLASSES), test))

    assert scores[1] == pytest.approx(scores[0], abs=0.02)


def test_without_context_it_is_the_frequencies() -> None:
    symbols = np.repeat([0, 1, 2], [500, 300, 200])
    model = InterpolatedModel.fit(
        observations(symbols, 0), observations(symbols, 0), n_classes=N_CLASSES
    )

    p = model.probability(observations(np.arange(3), 0))

    assert p == pytest.approx([0.5, 0.3, 0.2], abs=0.01)


def test_what_was_never_seen_is_possible() -> None:
    model = InterpolatedModel.fit(
        observations(np.zeros(50, int), 2), observations(np.zeros(50, int), 2), n_classes=N_CLASSES
    )

    assert (model.probability(observations(np.array([5, 4, 3, 2]), 2)) > 0).all()


def test_keys_depend_on_order_and_on_every_value() -> None:
    a, b = np.array([1, 2, 1, -1]), np.array([2, 1, 3, 2])

    keys = context_key([a, b])

    assert len(set(keys.tolist())) == 4
    assert (context_key([b], base=context_key([a])) == keys).all()
