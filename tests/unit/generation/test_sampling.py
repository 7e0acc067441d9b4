"""Drawing: the distribution that was asked for, row by row, from each take's own dice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segue.encoding.sequence import ATTRIBUTES
from segue.generation.network import Float32Array
from segue.generation.sampling import Dice, FloatArray, draw, log_softmax, top_p_of
from tests.strategies import SEEDS


def drawn(logits: FloatArray, *, temperature: float = 1.0, top_p: float = 1.0) -> FloatArray:
    """How often each value is drawn by 1000 evenly spread numbers."""
    uniform = ((np.arange(1000) + 0.5) / 1000).astype(np.float32)
    rows = np.tile(logits, (1000, 1))
    values, _ = draw(rows, uniform, temperature=temperature, top_p=top_p)
    return np.bincount(values, minlength=len(logits)) / 1000


def softmax(logits: FloatArray) -> FloatArray:
    weights = np.exp(logits)
    return np.asarray(weights / weights.sum())


def test_values_are_drawn_as_often_as_they_are_probable() -> None:
    logits = np.array([0.0, 1.0, -1.0, 2.0])
    np.testing.assert_allclose(drawn(logits), softmax(logits), atol=2e-3)
    colder = softmax(logits / 0.5)
    np.testing.assert_allclose(drawn(logits, temperature=0.5), colder, atol=2e-3)


def test_a_softmax_is_of_its_row_and_takes_any_logits() -> None:
    logits = np.array([[0.0, 1.0, 2.0], [700.0, 1e4, -1e9]])
    found = np.exp(log_softmax(logits))
    np.testing.assert_allclose(found[0], softmax(logits[0]))
    assert found[1].tolist() == [0, 1, 0]


def test_top_p_leaves_the_likeliest_that_reach_it() -> None:
    logits = np.log([0.1, 0.5, 0.15, 0.25])
    np.testing.assert_allclose(drawn(logits, top_p=0.7), [0, 2 / 3, 0, 1 / 3], atol=2e-3)
    assert drawn(logits, top_p=1e-9).tolist() == [0, 1, 0, 0]


@given(SEEDS, st.floats(0.05, 1), st.floats(0.05, 3))
def test_a_row_is_drawn_by_its_own_logits_alone_and_never_what_is_forbidden(
    seed: int, top_p: float, temperature: float
) -> None:
    random = np.random.default_rng(seed)
    logits = 4 * random.standard_normal((4, 9), np.float32)
    logits[:, 3] = -1e9
    uniform = random.random(4, np.float32)
    together, _ = draw(logits, uniform, temperature=temperature, top_p=top_p)
    alone = [
        draw(logits[i : i + 1], uniform[i : i + 1], temperature=temperature, top_p=top_p)[0]
        for i in range(4)
    ]
    assert together.tolist() == np.concatenate(alone).tolist()
    assert 3 not in together.tolist()


def test_the_largest_random_number_still_draws_something_possible() -> None:
    nearly_one = np.array([1 - 2**-24], np.float32)
    logits = np.random.default_rng(1).standard_normal((1, 50))
    for top_p in (0.3, 0.95, 1.0):
        value, _ = draw(logits, nearly_one, temperature=1.0, top_p=top_p)
        assert 0 <= int(value[0]) < 50


def test_the_log_probability_is_the_logits_own_whatever_remains() -> None:
    logits = np.random.default_rng(2).standard_normal((6, 9)) * 3
    uniform = np.linspace(0, 0.99, 6, dtype=np.float32)
    values, found = draw(logits, uniform, temperature=0.7, top_p=0.8)
    np.testing.assert_allclose(found, log_softmax(logits)[np.arange(6), values], rtol=1e-12)


def rolls(seed: int, takes: list[int], *, chunk: int = 0, count: int = 300) -> Float32Array:
    dice = Dice(seed, takes, chunk=chunk)
    return np.stack([dice.roll() for _ in range(count)])


def test_dice_depend_on_seed_take_and_chunk_alone() -> None:
    together = rolls(7, [1, 2, 3, 4])
    assert together.shape == (300, 4, 5)
    assert (together[:, 2] == rolls(7, [3])[:, 0]).all()
    others = [rolls(8, [3]), rolls(7, [4]), rolls(7, [3], chunk=1)]
    assert all((together[:, 2:3] != other).any() for other in others)
    assert 0 <= float(together.min()) < float(together.max()) < 1


def test_only_where_and_what_pitched_parts_play_is_cut() -> None:
    is_drum = np.array([True, False])

    def remains(attribute: str, top_p: float) -> list[float]:
        of = top_p_of(is_drum, ATTRIBUTES.index(attribute), top_p=top_p)
        return [float(share) for share in np.broadcast_to(of, len(is_drum))]

    assert remains("part", 0.9) == [1.0, 1.0]
    assert remains("position", 0.9) == pytest.approx([1.0, 0.9])
    assert remains("pitch", 1.0) == [1.0, 1.0]
    assert remains("pitch", 0.9) == pytest.approx([1.0, 0.9])
    assert remains("duration", 0.9) == remains("velocity", 0.9) == [1.0, 1.0]


def test_each_row_has_its_own_top_p() -> None:
    logits, uniform = np.log([[0.9, 0.1], [0.9, 0.1]]), np.full(2, 0.95, np.float32)

    drawn, _ = draw(logits, uniform, temperature=1, top_p=np.array([0.8, 1.0]))

    assert drawn.tolist() == [0, 1]
